#pragma once
// The client's side of the API benchmark: any request over HTTP/1.1 or HTTP/2, on the calling
// thread, over TLS. The answer's body is counted and kept only when asked for.

#include <fmt/format.h>

#include <charconv>
#include <memory>
#include <utility>
#include <vector>

#include "bench/http_load.hpp"

namespace gp::bench {

struct Ask {
  std::string method = "GET";
  std::string path;
  std::string body;
  std::string type = "application/json";
  std::string accept = "application/json";
  std::vector<std::pair<std::string, std::string>> more;  // header fields, lower case
};

struct Answer {
  int status = 0;
  std::size_t bytes = 0;  // of the body, as sent
};

class Client {
 public:
  virtual ~Client() = default;
  virtual void ask(const Ask& ask) = 0;
  virtual Answer await() = 0;
  // The body of the last answer.
  virtual const std::string& body() const = 0;
};

class Client1 final : public Client {
 public:
  Client1(std::uint16_t port, SSL_CTX* tls, std::string authorization)
      : line_(port, tls), authorization_(std::move(authorization)) {}

  void ask(const Ask& ask) override {
    std::string text = fmt::format(
        "{} {} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: bench/1\r\nAccept: {}\r\n"
        "Authorization: {}\r\n",
        ask.method, ask.path, ask.accept, authorization_);
    for (const auto& [name, value] : ask.more) text += fmt::format("{}: {}\r\n", name, value);
    if (!ask.body.empty()) {
      text += fmt::format("Content-Type: {}\r\nContent-Length: {}\r\n", ask.type, ask.body.size());
    }
    text += "\r\n";
    text += ask.body;
    line_.send(text);
  }
  Answer await() override {
    std::string head;
    std::size_t end = std::string::npos;
    while (end == std::string::npos) {
      head += line_.receive();
      end = head.find("\r\n\r\n");
    }
    body_.assign(head, end + 4);
    head.resize(end);
    const std::size_t size = length_in(head);
    while (body_.size() < size) body_ += line_.receive();
    int status = 0;
    std::from_chars(head.data() + 9, head.data() + 12, status);
    return {status, body_.size()};
  }
  const std::string& body() const override { return body_; }

 private:
  static std::size_t length_in(std::string_view head) {
    constexpr std::string_view kName = "\r\nContent-Length: ";
    const std::size_t at = head.find(kName);
    GP_CHECK(at != std::string_view::npos, "answers of this bench say their length");
    std::size_t size = 0;
    std::from_chars(head.data() + at + kName.size(), head.data() + head.size(), size);
    return size;
  }

  Line line_;
  std::string authorization_;
  std::string body_;
};

class Client2 final : public Client {
 public:
  Client2(std::uint16_t port, SSL_CTX* tls, std::string authorization)
      : line_(port, tls), authorization_(std::move(authorization)) {
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_close);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
    nghttp2_session_client_new(&session_, callbacks, this);
    nghttp2_session_callbacks_del(callbacks);
    constexpr std::uint32_t kWindow = 16U << 20U;  // lists come without waiting for the client
    const nghttp2_settings_entry window{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, kWindow};
    nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, &window, 1);
    nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0, kWindow);
  }
  ~Client2() override { nghttp2_session_del(session_); }
  Client2(const Client2&) = delete;
  Client2& operator=(const Client2&) = delete;

  void ask(const Ask& ask) override {
    body_.clear();
    answer_ = {};
    is_open_ = true;
    sent_ = ask.body;
    std::vector<nghttp2_nv> fields = {field(":method", ask.method), field(":scheme", "https"),
                                      field(":authority", "localhost"), field(":path", ask.path),
                                      field("accept", ask.accept)};
    if (!authorization_.empty()) fields.push_back(field("authorization", authorization_));
    if (!ask.body.empty()) fields.push_back(field("content-type", ask.type));
    for (const auto& [name, value] : ask.more) fields.push_back(field(name, value));
    nghttp2_data_provider provider{{.ptr = nullptr}, read_body};
    nghttp2_submit_request(session_, nullptr, fields.data(), fields.size(),
                           ask.body.empty() ? nullptr : &provider, nullptr);
    flush();
  }
  Answer await() override {
    while (is_open_) {
      const std::string_view bytes = line_.receive();
      const auto* const data = reinterpret_cast<const std::uint8_t*>(bytes.data());
      GP_CHECK(nghttp2_session_mem_recv(session_, data, bytes.size()) >= 0, "it is HTTP/2");
      flush();
    }
    answer_.bytes = body_.size();
    return answer_;
  }
  const std::string& body() const override { return body_; }

 private:
  static nghttp2_nv field(std::string_view name, std::string_view value) {
    const auto bytes = [](std::string_view text) {
      return const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(text.data()));
    };
    return nghttp2_nv{bytes(name), bytes(value), name.size(), value.size(), 0};
  }
  static int on_close(nghttp2_session*, std::int32_t, std::uint32_t error, void* self) {
    GP_CHECK(error == 0, "every stream ends well");
    static_cast<Client2*>(self)->is_open_ = false;
    return 0;
  }
  static int on_header(nghttp2_session*, const nghttp2_frame*, const std::uint8_t* name,
                       std::size_t name_size, const std::uint8_t* value, std::size_t size,
                       std::uint8_t, void* self) {
    const std::string_view key(reinterpret_cast<const char*>(name), name_size);
    if (key != ":status") return 0;
    const auto* const text = reinterpret_cast<const char*>(value);
    std::from_chars(text, text + size, static_cast<Client2*>(self)->answer_.status);
    return 0;
  }
  static int on_data(nghttp2_session*, std::uint8_t, std::int32_t, const std::uint8_t* data,
                     std::size_t size, void* self) {
    static_cast<Client2*>(self)->body_.append(reinterpret_cast<const char*>(data), size);
    return 0;
  }
  static ssize_t read_body(nghttp2_session*, std::int32_t, std::uint8_t* out, std::size_t room,
                           std::uint32_t* flags, nghttp2_data_source*, void* self) {
    std::string& left = static_cast<Client2*>(self)->sent_;
    const std::size_t size = left.copy(reinterpret_cast<char*>(out), room);
    left.erase(0, size);
    if (left.empty()) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(size);
  }
  void flush() {
    std::string all;
    const std::uint8_t* bytes = nullptr;
    for (auto size = nghttp2_session_mem_send(session_, &bytes); size > 0;
         size = nghttp2_session_mem_send(session_, &bytes)) {
      all.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
    }
    line_.send(all);
  }

  Line line_;
  std::string authorization_;
  nghttp2_session* session_ = nullptr;
  bool is_open_ = false;
  std::string sent_, body_;
  Answer answer_;
};

using Clients = std::vector<std::unique_ptr<Client>>;

}  // namespace gp::bench
