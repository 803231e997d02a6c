#pragma once
// A connected, non-blocking socket, plain or TLS: tries to read, write and shake hands, never
// waits.
//
// TLS runs straight on the descriptor (OpenSSL with a BIO of ours): an idle connection then costs
// 16 KB, not the 76 KB of a stream with its own buffers.

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "adapter/net/http.hpp"
#include "adapter/net/out_queue.hpp"
#include "adapter/net/tls_context.hpp"

using SSL = struct ssl_st;  // OpenSSL's

namespace gp::net {

// A file descriptor that is closed when it goes.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Fd();
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_ = -1;
};

class Socket {
 public:
  enum class Outcome { Done, WantsRead, WantsWrite, End, Failed };
  struct Io {
    Outcome outcome;
    std::size_t bytes = 0;
  };

  // Does not own the descriptor. Null context: plain.
  Socket(int fd, const TlsContext& tls);
  ~Socket();
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  bool is_tls() const { return ssl_ != nullptr; }
  Outcome handshake();                                     // Done at once without TLS
  bool met_plain_http() const { return met_plain_http_; }  // why a handshake failed
  void refuse_plain_http();  // says so in plain text, as Go servers do
  bool chose_http2() const;  // by ALPN
  std::optional<PeerCertificate> peer_certificate() const;

  Io read(std::span<char> into);
  bool has_buffered_input() const;  // decrypted or read ahead: no readiness will announce it
  // Writes from the front of the queue and consumes what went out. `room` joins small pieces.
  Io write(OutQueue& queue, std::span<char> room);
  // Makes closing the descriptor a reset: what the peer has must not look whole.
  void reset_when_closed();
  // Tells the peer that no more will come; what it still sends can be read.
  void shutdown_writing();

 private:
  Outcome outcome_of(int returned);

  int fd_;
  TlsContext context_;
  std::unique_ptr<SSL, void (*)(SSL*)> ssl_;
  bool met_plain_http_ = false;
};

}  // namespace gp::net
