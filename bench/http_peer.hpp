#pragma once
// The least that can answer: one thread, one epoll, one static answer; no parsing, limits or
// time-outs.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <thread>
#include <unordered_map>

#include "base/result.hpp"

namespace gp::bench {

// A socket that listens on a free port of loopback, and its address.
inline int listen_on_loopback(int backlog, sockaddr_in& address) {
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof(address);
  GP_CHECK(::bind(listener, any, size) == 0 && ::listen(listener, backlog) == 0, "a port is free");
  ::getsockname(listener, any, &size);
  return listener;
}

class RawResponder {
 public:
  RawResponder(SSL_CTX* tls, std::string answer) : tls_(tls), answer_(std::move(answer)) {
    sockaddr_in address{};
    listener_ = listen_on_loopback(1024, address);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { run(); });
  }
  ~RawResponder() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
    ::close(epoll_);
  }
  RawResponder(const RawResponder&) = delete;
  RawResponder& operator=(const RawResponder&) = delete;
  std::uint16_t port() const { return port_; }

 private:
  void run() {
    watch(listener_);
    std::array<epoll_event, 256> events;
    while (true) {
      const int count = ::epoll_wait(epoll_, events.data(), 256, -1);
      for (int i = 0; i < count; ++i) {
        const int fd = events[static_cast<std::size_t>(i)].data.fd;
        if (fd != listener_) {
          serve(fd);
        } else if (!accept()) {
          return;
        }
      }
    }
  }

  bool accept() {
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK);
    if (fd < 0) return false;
    const int one = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    if (tls_ != nullptr) {
      SSL* const ssl = SSL_new(tls_);
      SSL_set_fd(ssl, fd);
      SSL_set_accept_state(ssl);
      lines_[fd] = ssl;
    }
    watch(fd);
    return true;
  }

  void serve(int fd) {
    std::array<char, 16384> room;
    if (tls_ == nullptr) {
      if (::recv(fd, room.data(), room.size(), 0) <= 0) return void(::close(fd));
      (void)::send(fd, answer_.data(), answer_.size(), MSG_NOSIGNAL);
      return;
    }
    SSL* const ssl = lines_[fd];
    const int count = SSL_read(ssl, room.data(), room.size());
    if (count > 0) return void(SSL_write(ssl, answer_.data(), static_cast<int>(answer_.size())));
    if (SSL_get_error(ssl, count) == SSL_ERROR_WANT_READ) return;
    SSL_free(ssl);
    lines_.erase(fd);
    ::close(fd);
  }

  void watch(int fd) const {
    epoll_event event{.events = EPOLLIN, .data = {.fd = fd}};
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
  }

  SSL_CTX* tls_;
  std::string answer_;
  int epoll_ = ::epoll_create1(0);
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::unordered_map<int, SSL*> lines_;
  std::thread thread_;
};

}  // namespace gp::bench
