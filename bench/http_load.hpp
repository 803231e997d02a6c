#pragma once
// The client's side of the HTTP benchmark: connections that ask and wait, on the calling thread.

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <nghttp2/nghttp2.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace gp::bench {

// A blocking connection, plain or TLS.
class Line {
 public:
  Line(std::uint16_t port, SSL_CTX* tls) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const auto* const any = reinterpret_cast<const sockaddr*>(&address);
    GP_CHECK(::connect(fd_, any, sizeof(address)) == 0, "the server listens");
    const int one = 1;
    ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    if (tls == nullptr) return;
    ssl_ = SSL_new(tls);
    SSL_set_fd(ssl_, fd_);
    GP_CHECK(SSL_connect(ssl_) == 1, "the handshake succeeds");
  }
  ~Line() {
    if (ssl_ != nullptr) SSL_free(ssl_);
    ::close(fd_);
  }
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;

  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto count = ssl_ != nullptr
                             ? SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()))
                             : static_cast<int>(::send(fd_, bytes.data(), bytes.size(), 0));
      GP_CHECK(count > 0, "the server reads");
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
  }
  std::string_view receive() {
    const auto size = static_cast<int>(room_.size());
    const auto count = ssl_ != nullptr
                           ? SSL_read(ssl_, room_.data(), size)
                           : static_cast<int>(::recv(fd_, room_.data(), room_.size(), 0));
    GP_CHECK(count > 0, "the server answers");
    return {room_.data(), static_cast<std::size_t>(count)};
  }
  // From now on it only takes what is there.
  void stop_waiting() { GP_CHECK(::fcntl(fd_, F_SETFL, O_NONBLOCK) == 0, "it is a socket"); }
  // Empty when there is nothing.
  std::string_view try_receive() {
    const auto size = static_cast<int>(room_.size());
    const auto count = ssl_ != nullptr
                           ? SSL_read(ssl_, room_.data(), size)
                           : static_cast<int>(::recv(fd_, room_.data(), room_.size(), 0));
    return {room_.data(), static_cast<std::size_t>(std::max(count, 0))};
  }
  int fd() const { return fd_; }

 private:
  int fd_;
  SSL* ssl_ = nullptr;
  std::vector<char> room_ = std::vector<char>(64U << 10U);
};

// One request at a time over HTTP/1.1; answers have the length `answer_bytes`.
class Http1Asker {
 public:
  Http1Asker(std::uint16_t port, SSL_CTX* tls) : line_(port, tls) {}
  void ask() { line_.send("GET /small HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n"); }
  void await() {
    std::string_view bytes = line_.receive();
    if (answer_bytes_ == 0) {
      while (!std::string_view(first_).contains("\r\n\r\n{\"ok\":true")) {
        first_ += bytes;
        if (first_.contains("\r\n\r\n{\"ok\":true")) break;
        bytes = line_.receive();
      }
      answer_bytes_ = first_.size();
      return;
    }
    std::size_t have = bytes.size();
    while (have < answer_bytes_) have += line_.receive().size();
  }

 private:
  Line line_;
  std::string first_;
  std::size_t answer_bytes_ = 0;
};

// Ten requests at a time over HTTP/2.
class Http2Asker {
 public:
  static constexpr int kAtOnce = 10;

  Http2Asker(std::uint16_t port, SSL_CTX* tls) : line_(port, tls) {
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_stream_close_callback(
        callbacks, [](nghttp2_session*, std::int32_t, std::uint32_t error, void* self) {
          GP_CHECK(error == 0, "every stream ends well");
          --static_cast<Http2Asker*>(self)->open_;
          return 0;
        });
    nghttp2_session_client_new(&session_, callbacks, this);
    nghttp2_session_callbacks_del(callbacks);
    nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, nullptr, 0);
  }
  ~Http2Asker() { nghttp2_session_del(session_); }
  Http2Asker(const Http2Asker&) = delete;
  Http2Asker& operator=(const Http2Asker&) = delete;

  void ask() {
    const auto field = [](std::string_view name, std::string_view value) {
      const auto bytes = [](std::string_view text) {
        return const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(text.data()));
      };
      return nghttp2_nv{bytes(name), bytes(value), name.size(), value.size(), 0};
    };
    const std::array<nghttp2_nv, 5> fields = {field(":method", "GET"), field(":scheme", "https"),
                                              field(":authority", "localhost"),
                                              field(":path", "/small"), field("accept", "*/*")};
    for (int i = 0; i < kAtOnce; ++i) {
      nghttp2_submit_request(session_, nullptr, fields.data(), fields.size(), nullptr, nullptr);
      ++open_;
    }
    flush();
  }
  void await() {
    while (open_ > 0) {
      const std::string_view bytes = line_.receive();
      const auto* const data = reinterpret_cast<const std::uint8_t*>(bytes.data());
      GP_CHECK(nghttp2_session_mem_recv(session_, data, bytes.size()) >= 0, "it is HTTP/2");
      flush();
    }
  }

 private:
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
  nghttp2_session* session_ = nullptr;
  int open_ = 0;
};

inline double cpu_seconds(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

// What the process used since the meter was made, without the calling thread.
class OthersCpu {
 public:
  double seconds() const { return now() - begin_; }

 private:
  static double now() {
    return cpu_seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu_seconds(CLOCK_THREAD_CPUTIME_ID);
  }
  double begin_ = now();
};

}  // namespace gp::bench
