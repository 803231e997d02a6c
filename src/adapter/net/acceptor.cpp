#include "adapter/net/acceptor.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "adapter/net/connection.hpp"
#include "base/log.hpp"

namespace gp::net {
namespace {

constexpr int kBacklog = 1024;
constexpr Duration kRelief = std::chrono::milliseconds(100);
constexpr std::size_t kShedAtOnce = 64;  // per I/O thread
// A peer that vanished without a word is found by the kernel, so that watches do not wait for ever.
constexpr int kKeepAliveIdleSeconds = 60;
constexpr int kKeepAliveIntervalSeconds = 15;
constexpr int kKeepAliveProbes = 4;

void set_option(int fd, int level, int name, int value) {
  (void)::setsockopt(fd, level, name, &value, sizeof(value));
}

std::string host_port(const std::string& host, std::uint16_t port) {
  return host.contains(':') ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
}

struct NumericAddress {
  std::string host;
  std::uint16_t port = 0;
};

NumericAddress read_address(const sockaddr_storage& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const auto* const any = reinterpret_cast<const sockaddr*>(&address);
  if (any->sa_family == AF_INET) {
    const auto* const v4 = reinterpret_cast<const sockaddr_in*>(&address);
    ::inet_ntop(AF_INET, &v4->sin_addr, text.data(), text.size());
    return {text.data(), ntohs(v4->sin_port)};
  }
  const auto* const v6 = reinterpret_cast<const sockaddr_in6*>(&address);
  ::inet_ntop(AF_INET6, &v6->sin6_addr, text.data(), text.size());
  return {text.data(), ntohs(v6->sin6_port)};
}

struct AddressList {
  addrinfo* first = nullptr;
  AddressList() = default;
  AddressList(const AddressList&) = delete;
  AddressList& operator=(const AddressList&) = delete;
  ~AddressList() {
    if (first != nullptr) ::freeaddrinfo(first);
  }
};

// Numeric addresses and "localhost" only: a listener does not depend on a name server.
Result<> look_up(const ListenOptions& options, AddressList& found) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE;
  const std::string host = options.address == "localhost" ? "127.0.0.1" : options.address;
  const std::string port = std::to_string(options.port);
  if (::getaddrinfo(host.c_str(), port.c_str(), &hints, &found.first) != 0) {
    return fail(invalid_argument("listener \"{}\": \"{}\" is not an IP address", options.name,
                                 options.address));
  }
  return {};
}

Error cannot_listen(const ListenOptions& options, int error) {
  auto problem =
      unavailable("cannot listen on {} for \"{}\": {}", host_port(options.address, options.port),
                  options.name, std::generic_category().message(error));
  if (error == EADDRINUSE) {
    problem.code = Code::FailedPrecondition;
    problem.hint = "another program uses this port; stop it or choose another port";
  } else if (error == EACCES) {
    problem.code = Code::Forbidden;
    problem.hint = "ports below 1024 need privileges; choose another port";
  }
  return problem;
}

}  // namespace

Result<Fd> open_listening_socket(const ListenOptions& options, Listener& bound) {
  AddressList found;
  TRY(look_up(options, found));
  const addrinfo& address = *found.first;
  Fd fd(::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (fd.get() < 0) return fail(cannot_listen(options, errno));
  set_option(fd.get(), SOL_SOCKET, SO_REUSEADDR, 1);
  if (address.ai_family == AF_INET6) set_option(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, 0);
  if (::bind(fd.get(), address.ai_addr, address.ai_addrlen) != 0 ||
      ::listen(fd.get(), kBacklog) != 0) {
    return fail(cannot_listen(options, errno));
  }
  sockaddr_storage real{};
  socklen_t size = sizeof(real);
  if (::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&real), &size) != 0) {
    return fail(cannot_listen(options, errno));
  }
  const NumericAddress numeric = read_address(real);
  bound = {.name = options.name, .address = numeric.host, .port = numeric.port};
  return fd;
}

Acceptor::Acceptor(ServerState& server, Threads threads, std::shared_ptr<ListenerState> listener,
                   Fd fd)
    : server_(server),
      threads_(threads),
      listener_(std::move(listener)),
      fd_(fd.get()),
      watch_(*threads.front(), std::move(fd), *this) {}

void Acceptor::start() {
  threads_.front()->add(shared_from_this());
  if (server_.is_draining) return on_stop();
  GP_CHECK(watch_.watch(true, false), "the kernel has room for a few listeners");
}

void Acceptor::on_readable() {
  if (is_stopped_) return;
  accept_one();
  (void)watch_.watch(!is_paused_, false);
}

// One only: without descriptors left, asking for another fails even when nobody waits.
void Acceptor::accept_one() {
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  Fd fd(::accept4(fd_, reinterpret_cast<sockaddr*>(&address), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (fd.get() < 0) {
    const int error = errno;
    // Others (ECONNABORTED, EPROTO) concern the one connection only.
    if (error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM) pause(error);
    return;
  }
  if (!take_place()) return;
  set_option(fd.get(), IPPROTO_TCP, TCP_NODELAY, 1);
  set_option(fd.get(), SOL_SOCKET, SO_KEEPALIVE, 1);
  set_option(fd.get(), IPPROTO_TCP, TCP_KEEPIDLE, kKeepAliveIdleSeconds);
  set_option(fd.get(), IPPROTO_TCP, TCP_KEEPINTVL, kKeepAliveIntervalSeconds);
  set_option(fd.get(), IPPROTO_TCP, TCP_KEEPCNT, kKeepAliveProbes);
  const NumericAddress peer = read_address(address);
  hand_over(std::move(fd), host_port(peer.host, peer.port));
}

// Counts the connection; false when there are too many, or the server stops.
bool Acceptor::take_place() {
  {
    const std::lock_guard lock(server_.mutex);
    if (server_.is_draining) return false;
    if (server_.connections_open < server_.options.connections_max) {
      ++server_.connections_open;
      ++server_.connections_total;
      return true;
    }
  }
  ++server_.requests_refused;
  relieve();
  return false;
}

void Acceptor::hand_over(Fd fd, std::string peer) {
  IoThread& thread = *threads_[next_thread_++ % threads_.size()];
  auto connection =
      std::make_shared<Connection>(server_, thread, listener_, std::move(fd), std::move(peer));
  thread.inbox()->post([connection = std::move(connection)] { connection->start(); });
}

void Acceptor::pause(int error) {
  is_paused_ = true;
  relieve();
  log::warn("net", "cannot accept connections for now",
            {{"listener", listener_->name}, {"error", ::strerrordesc_np(error)}});
}

// Makes room, not more often than the room can be used.
void Acceptor::relieve() {
  const Duration now = threads_.front()->now();
  if (now < relieved_until_) return;
  relieved_until_ = now + kRelief;
  for (const auto& thread : threads_) {
    thread->inbox()->post([thread = thread.get()] { thread->shed_idle(kShedAtOnce); });
  }
}

void Acceptor::on_time(Duration now) {
  if (!is_paused_ || is_stopped_ || now < relieved_until_) return;
  is_paused_ = false;
  on_readable();
}

void Acceptor::on_stop() {
  if (std::exchange(is_stopped_, true)) return;
  watch_.close();
  threads_.front()->remove(this);
}

}  // namespace gp::net
