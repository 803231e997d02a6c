#include "adapter/net/socket.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "adapter/net/fd_bio.hpp"
#include "adapter/tls/names.hpp"

namespace gp::net {
namespace {

constexpr std::size_t kPiecesAtOnce = 64;

SSL* new_ssl(int fd, SSL_CTX* context) {
  if (context == nullptr) return nullptr;
  SSL* const ssl = SSL_new(context);
  GP_CHECK(ssl != nullptr, "out of memory");
  BIO* const bio = new_fd_bio(fd);
  SSL_set_bio(ssl, bio, bio);
  SSL_set_accept_state(ssl);
  return ssl;
}

Socket::Io failed_io(Socket::Outcome when_busy) {
  if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return {when_busy};
  return {Socket::Outcome::Failed};
}

}  // namespace

Fd::~Fd() {
  if (fd_ >= 0) ::close(fd_);
}

Socket::Socket(int fd, const TlsContext& tls)
    : fd_(fd), context_(tls), ssl_(new_ssl(fd, tls.get()), SSL_free) {}

Socket::~Socket() = default;

Socket::Outcome Socket::outcome_of(int returned) {
  switch (SSL_get_error(ssl_.get(), returned)) {
    case SSL_ERROR_NONE: return Outcome::Done;
    case SSL_ERROR_WANT_READ: return Outcome::WantsRead;
    case SSL_ERROR_WANT_WRITE: return Outcome::WantsWrite;
    case SSL_ERROR_ZERO_RETURN: return Outcome::End;
    default: return Outcome::Failed;
  }
}

Socket::Outcome Socket::handshake() {
  if (!ssl_) return Outcome::Done;
  ERR_clear_error();
  const Outcome outcome = outcome_of(SSL_do_handshake(ssl_.get()));
  if (outcome == Outcome::Failed) {
    met_plain_http_ = ERR_GET_REASON(ERR_peek_last_error()) == SSL_R_HTTP_REQUEST;
    ERR_clear_error();
  }
  return outcome;
}

void Socket::refuse_plain_http() {
  static constexpr std::string_view kAnswer =
      "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n"
      "this port speaks TLS: use https\n";
  std::array<char, 4096> dropped;  // what is left unread would turn our answer into a reset
  while (::recv(fd_, dropped.data(), dropped.size(), 0) == static_cast<ssize_t>(dropped.size())) {
  }
  (void)::send(fd_, kAnswer.data(), kAnswer.size(), MSG_NOSIGNAL);
  ::shutdown(fd_, SHUT_WR);
}

bool Socket::chose_http2() const {
  if (!ssl_) return false;
  const unsigned char* name = nullptr;
  unsigned int size = 0;
  SSL_get0_alpn_selected(ssl_.get(), &name, &size);
  return size == 2 && std::memcmp(name, "h2", 2) == 0;
}

std::optional<PeerCertificate> Socket::peer_certificate() const {
  if (!ssl_) return std::nullopt;
  X509* const certificate = SSL_get0_peer_certificate(ssl_.get());
  if (certificate == nullptr || SSL_get_verify_result(ssl_.get()) != X509_V_OK) return std::nullopt;
  tls::Subject subject = tls::read_subject(certificate);
  return PeerCertificate{.common_name = std::move(subject.common_name),
                         .organizations = std::move(subject.organizations),
                         .fingerprint_sha256 = tls::fingerprint_sha256(certificate)};
}

Socket::Io Socket::read(std::span<char> into) {
  if (ssl_) {
    ERR_clear_error();
    std::size_t count = 0;
    const int returned = SSL_read_ex(ssl_.get(), into.data(), into.size(), &count);
    return {returned == 1 ? Outcome::Done : outcome_of(returned), count};
  }
  const auto count = ::recv(fd_, into.data(), into.size(), 0);
  if (count < 0) return failed_io(Outcome::WantsRead);
  return {count == 0 ? Outcome::End : Outcome::Done, static_cast<std::size_t>(count)};
}

bool Socket::has_buffered_input() const {
  return ssl_ && SSL_has_pending(ssl_.get()) == 1;
}

Socket::Io Socket::write(OutQueue& queue, std::span<char> room) {
  std::size_t count = 0;
  if (ssl_) {
    const std::string_view bytes = queue.front(room);
    ERR_clear_error();
    const int returned = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &count);
    if (returned != 1) return {outcome_of(returned)};
  } else {
    std::array<iovec, kPiecesAtOnce> pieces;
    msghdr message{};
    message.msg_iov = pieces.data();
    message.msg_iovlen = queue.gather(pieces);
    const auto sent = ::sendmsg(fd_, &message, MSG_NOSIGNAL);
    if (sent < 0) return failed_io(Outcome::WantsWrite);
    count = static_cast<std::size_t>(sent);
  }
  queue.consume(count);
  return {Outcome::Done, count};
}

void Socket::reset_when_closed() {
  const linger at_once{1, 0};
  (void)::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
}

void Socket::shutdown_writing() {
  if (ssl_ && SSL_is_init_finished(ssl_.get()) == 1) {
    ERR_clear_error();
    SSL_shutdown(ssl_.get());  // close_notify, if it fits
    ERR_clear_error();
  }
  ::shutdown(fd_, SHUT_WR);
}

}  // namespace gp::net
