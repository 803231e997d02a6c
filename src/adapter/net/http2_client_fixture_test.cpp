#include "adapter/net/http2_client_fixture.hpp"

namespace gp::net {

struct Http2Client::Callbacks {
  static Http2Client& self(void* data) { return *static_cast<Http2Client*>(data); }

  static std::string text(const std::uint8_t* bytes, std::size_t size) {
    return std::string(reinterpret_cast<const char*>(bytes), size);
  }

  static int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                       std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
                       std::uint8_t, void* data) {
    Answer& answer = self(data).answers[frame->hd.stream_id];
    if (text(name, name_size) != ":status") {
      answer.headers.add(text(name, name_size), text(value, value_size));
      return 0;
    }
    const int status = std::stoi(text(value, value_size));
    (status < 200 ? answer.early_status : answer.status) = status;
    return 0;
  }

  static int on_data(nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* bytes,
                     std::size_t size, void* data) {
    self(data).answers[id].body += text(bytes, size);
    return 0;
  }

  static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* data) {
    if (frame->hd.type == NGHTTP2_GOAWAY) {
      self(data).has_goaway = true;
      self(data).goaway_code = frame->goaway.error_code;
    }
    return 0;
  }

  static int on_close(nghttp2_session*, std::int32_t id, std::uint32_t error, void* data) {
    self(data).answers[id].is_closed = true;
    self(data).answers[id].error = error;
    return 0;
  }

  static ssize_t read_body(nghttp2_session*, std::int32_t id, std::uint8_t* into, std::size_t size,
                           std::uint32_t* flags, nghttp2_data_source*, void* data) {
    Body& body = self(data).bodies_[id];
    if (body.text.empty() && body.is_open) return NGHTTP2_ERR_DEFERRED;
    const std::size_t count = std::min(size, body.text.size());
    std::memcpy(into, body.text.data(), count);
    body.text.erase(0, count);
    if (body.text.empty() && !body.is_open) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(count);
  }
};

Http2Client::Http2Client(std::unique_ptr<TestClient> client, std::int32_t window)
    : client_(std::move(client)) {
  nghttp2_session_callbacks* callbacks = nullptr;
  nghttp2_session_callbacks_new(&callbacks);
  nghttp2_session_callbacks_set_on_header_callback(callbacks, Callbacks::on_header);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, Callbacks::on_data);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, Callbacks::on_frame);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, Callbacks::on_close);
  nghttp2_option* option = nullptr;
  nghttp2_option_new(&option);
  if (window == 0) nghttp2_option_set_no_auto_window_update(option, 1);
  nghttp2_session_client_new2(&session_, callbacks, this, option);
  nghttp2_option_del(option);
  nghttp2_session_callbacks_del(callbacks);
  const nghttp2_settings_entry initial{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE,
                                       static_cast<std::uint32_t>(window)};
  nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, &initial, 1);
}

std::int32_t Http2Client::request(std::string_view method, std::string_view path,
                                  const Fields& more, std::string body, bool is_open) {
  std::vector<nghttp2_nv> fields = {http2_field(":method", method), http2_field(":scheme", "https"),
                                    http2_field(":authority", "localhost"),
                                    http2_field(":path", path)};
  for (const auto& [name, value] : more) fields.push_back(http2_field(name, value));
  nghttp2_data_provider provider{};
  provider.read_callback = Callbacks::read_body;
  const bool has_body = is_open || !body.empty();
  const std::int32_t id = nghttp2_submit_request(session_, nullptr, fields.data(), fields.size(),
                                                 has_body ? &provider : nullptr, nullptr);
  bodies_[id] = {std::move(body), is_open};
  return id;
}

void Http2Client::reset(std::int32_t stream, std::uint32_t code) {
  nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, stream, code);
}

void Http2Client::open_window(std::int32_t stream, std::int32_t bytes) {
  nghttp2_submit_window_update(session_, NGHTTP2_FLAG_NONE, stream, bytes);
}

void Http2Client::send() {
  const std::uint8_t* bytes = nullptr;
  for (auto size = nghttp2_session_mem_send(session_, &bytes); size > 0;
       size = nghttp2_session_mem_send(session_, &bytes)) {
    client_->send({reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)});
  }
}

bool Http2Client::read() {
  const std::string bytes = client_->read_some();
  if (bytes.empty()) return false;
  nghttp2_session_mem_recv(session_, reinterpret_cast<const std::uint8_t*>(bytes.data()),
                           bytes.size());
  return true;
}

bool Http2Client::run_until(const std::function<bool()>& is_so) {
  send();
  while (!is_so()) {
    if (!read()) return is_so();
    send();
  }
  return true;
}

}  // namespace gp::net
