#include "adapter/tcp/relay.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

namespace gp::tcp {
namespace {

constexpr std::size_t kReadBytes = 64U << 10U;
constexpr int kEventsAtOnce = 64;

// What errno says, without strerror's shared buffer.
std::string reason_of(int code) {
  std::array<char, 128> buffer{};
  return ::strerror_r(code, buffer.data(), buffer.size());
}

Result<sockaddr_storage> address_of(const std::string& text, std::uint16_t port, socklen_t& size) {
  sockaddr_storage storage{};
  auto* v4 = reinterpret_cast<sockaddr_in*>(&storage);
  if (::inet_pton(AF_INET, text.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(port);
    size = sizeof(sockaddr_in);
    return storage;
  }
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&storage);
  if (::inet_pton(AF_INET6, text.c_str(), &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(port);
    size = sizeof(sockaddr_in6);
    return storage;
  }
  return fail(invalid_argument("\"{}\" is no IP address", text));
}

}  // namespace

class Peer;

struct Relay::Impl : std::enable_shared_from_this<Relay::Impl> {
  void run();
  void wake();
  void touch(const std::shared_ptr<Peer>& peer);
  void serve(Peer& peer, std::uint32_t ready);
  void arm(Peer& peer);
  void drop(Peer& peer);
  void take_touched();

  Options options;
  int poll_fd = -1;
  int wake_fd = -1;
  std::thread thread;
  std::map<int, std::shared_ptr<Peer>> peers;  // by descriptor; the relay's thread alone

  mutable std::mutex mutex;  // guards the fields below
  std::vector<std::shared_ptr<Peer>> touched;
  std::size_t count = 0;
  bool is_stopping = false;
};

// One connection. Workers change what is under the lock and touch it; the thread does the rest.
class Peer {
 public:
  Peer(int the_fd, Events the_events) : fd(the_fd), events(std::move(the_events)) {}
  ~Peer() { ::close(fd); }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  const int fd;
  Events events;          // emptied by the thread when it is dropped
  bool is_known = false;  // to epoll; thread only
  bool is_connecting = true, has_ended = false, is_shut = false;

  mutable std::mutex mutex;  // guards the fields below
  std::string out;
  bool is_paused = false, wants_finish = false, is_closed = false;
};

namespace {

class Handle final : public Connection {
 public:
  Handle(std::function<void(const std::shared_ptr<Peer>&)> touch, std::shared_ptr<Peer> peer)
      : touch_(std::move(touch)), peer_(std::move(peer)) {}
  ~Handle() override { close(); }

  void write(std::string bytes) override {
    change([&](Peer& peer) { peer.out += bytes; });
  }
  std::size_t queued() const override {
    const std::lock_guard lock(peer_->mutex);
    return peer_->out.size();
  }
  void finish() override {
    change([](Peer& peer) { peer.wants_finish = true; });
  }
  void pause() override {
    change([](Peer& peer) { peer.is_paused = true; });
  }
  void resume() override {
    change([](Peer& peer) { peer.is_paused = false; });
  }
  void close() override {
    change([](Peer& peer) { peer.is_closed = true; });
  }

 private:
  template <typename Change>
  void change(const Change& apply) {
    {
      const std::lock_guard lock(peer_->mutex);
      if (peer_->is_closed) return;
      apply(*peer_);
    }
    touch_(peer_);
  }

  std::function<void(const std::shared_ptr<Peer>&)> touch_;
  std::shared_ptr<Peer> peer_;
};

}  // namespace

void Relay::Impl::wake() {
  const std::uint64_t one = 1;
  (void)!::write(wake_fd, &one, sizeof one);
}

void Relay::Impl::touch(const std::shared_ptr<Peer>& peer) {
  {
    const std::lock_guard lock(mutex);
    if (is_stopping) return;
    touched.push_back(peer);
  }
  wake();
}

// Which events the connection waits for now.
void Relay::Impl::arm(Peer& peer) {
  epoll_event event{};
  event.data.fd = peer.fd;
  {
    const std::lock_guard lock(peer.mutex);
    if (!peer.is_connecting && !peer.is_paused && !peer.has_ended) event.events |= EPOLLIN;
    if (peer.is_connecting || !peer.out.empty()) event.events |= EPOLLOUT;
  }
  ::epoll_ctl(poll_fd, peer.is_known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, peer.fd, &event);
  peer.is_known = true;
}

void Relay::Impl::drop(Peer& peer) {
  const auto found = peers.find(peer.fd);
  if (found == peers.end()) return;
  const std::shared_ptr<Peer> kept = std::move(found->second);
  peers.erase(found);
  ::epoll_ctl(poll_fd, EPOLL_CTL_DEL, kept->fd, nullptr);
  ::shutdown(kept->fd, SHUT_RDWR);
  kept->events = {};  // what it holds may hold the connection
  const std::lock_guard lock(mutex);
  --count;
}

void Relay::Impl::take_touched() {
  std::vector<std::shared_ptr<Peer>> list;
  {
    const std::lock_guard lock(mutex);
    list.swap(touched);
  }
  for (const std::shared_ptr<Peer>& peer : list) {
    bool is_closed = false;
    {
      const std::lock_guard lock(peer->mutex);
      is_closed = peer->is_closed;
    }
    const bool is_new = !peer->is_known && !peers.contains(peer->fd);
    if (is_closed) {
      if (is_new) {
        const std::lock_guard lock(mutex);
        if (!std::exchange(peer->is_known, true)) --count;
      }
      drop(*peer);
      continue;
    }
    if (is_new) peers[peer->fd] = peer;
    if (peers.contains(peer->fd)) serve(*peer, 0);
  }
}

namespace {

// Writes what waits. False: the connection is broken.
bool write_out(Peer& peer, bool& is_drained) {
  const std::lock_guard lock(peer.mutex);
  std::size_t done = 0;
  while (done < peer.out.size()) {
    const ssize_t sent =
        ::send(peer.fd, peer.out.data() + done, peer.out.size() - done, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) break;
    if (sent < 0) return false;
    done += static_cast<std::size_t>(sent);
  }
  peer.out.erase(0, done);
  is_drained = done > 0 && peer.out.empty();
  if (peer.out.empty() && peer.wants_finish && !std::exchange(peer.is_shut, true)) {
    ::shutdown(peer.fd, SHUT_WR);
  }
  return true;
}

void end(Peer& peer, Result<> outcome) {
  if (std::exchange(peer.has_ended, true)) return;
  if (peer.events.on_end) peer.events.on_end(std::move(outcome));
}

}  // namespace

void Relay::Impl::serve(Peer& peer, std::uint32_t ready) {
  if (peer.is_connecting && (ready & (EPOLLOUT | EPOLLERR | EPOLLHUP)) != 0) {
    int code = 0;
    socklen_t size = sizeof code;
    ::getsockopt(peer.fd, SOL_SOCKET, SO_ERROR, &code, &size);
    peer.is_connecting = false;
    if (code != 0) {
      end(peer, fail(unavailable("{}", reason_of(code))));
      return drop(peer);
    }
  }
  if (!peer.is_connecting) {
    bool is_drained = false;
    if (!write_out(peer, is_drained)) {
      end(peer, fail(unavailable("{}", reason_of(errno))));
      return drop(peer);
    }
    if (is_drained && peer.events.on_drained) peer.events.on_drained();
  }
  if (!peer.has_ended && (ready & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) {
    std::array<char, kReadBytes> buffer;
    const ssize_t got = ::recv(peer.fd, buffer.data(), buffer.size(), 0);
    if (got > 0 && peer.events.on_data) {
      peer.events.on_data({buffer.data(), static_cast<std::size_t>(got)});
    } else if (got == 0) {
      end(peer, {});
    } else if (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
      end(peer, fail(unavailable("{}", reason_of(errno))));
      return drop(peer);
    }
  } else if (peer.has_ended && (ready & (EPOLLERR | EPOLLHUP)) != 0) {
    return drop(peer);
  }
  arm(peer);
}

void Relay::Impl::run() {
  std::array<epoll_event, kEventsAtOnce> ready{};
  while (true) {
    const int count_ready = ::epoll_wait(poll_fd, ready.data(), kEventsAtOnce, -1);
    {
      const std::lock_guard lock(mutex);
      if (is_stopping) break;
    }
    for (int i = 0; i < count_ready; ++i) {
      const auto& event = ready[static_cast<std::size_t>(i)];
      if (event.data.fd == wake_fd) {
        std::uint64_t ignored = 0;
        (void)!::read(wake_fd, &ignored, sizeof ignored);
        continue;
      }
      const auto found = peers.find(event.data.fd);
      if (found == peers.end()) continue;
      const std::shared_ptr<Peer> peer = found->second;  // it may be dropped meanwhile
      serve(*peer, event.events);
    }
    take_touched();
  }
  for (const auto& [fd, peer] : peers) {
    end(*peer, fail(cancelled("the program stops")));
    peer->events = {};
  }
  peers.clear();
}

Relay::Relay() : Relay(Options()) {}

Relay::Relay(Options options) : impl_(std::make_shared<Impl>()) {
  impl_->options = options;
  impl_->poll_fd = ::epoll_create1(EPOLL_CLOEXEC);
  impl_->wake_fd = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  GP_CHECK(impl_->poll_fd >= 0 && impl_->wake_fd >= 0, "the system gives two descriptors");
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = impl_->wake_fd;
  ::epoll_ctl(impl_->poll_fd, EPOLL_CTL_ADD, impl_->wake_fd, &event);
  impl_->thread = std::thread([impl = impl_.get()] { impl->run(); });
}

Relay::~Relay() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->is_stopping = true;
  }
  impl_->wake();
  impl_->thread.join();
  const std::lock_guard lock(impl_->mutex);
  impl_->touched.clear();
  ::close(impl_->poll_fd);
  ::close(impl_->wake_fd);
  impl_->poll_fd = impl_->wake_fd = -1;
}

Result<std::shared_ptr<Connection>> Relay::connect(const std::string& address, std::uint16_t port,
                                                   Events events) {
  socklen_t size = 0;
  const sockaddr_storage storage = TRY(address_of(address, port, size));
  {
    const std::lock_guard lock(impl_->mutex);
    if (impl_->is_stopping) return fail(cancelled("the program stops"));
    if (impl_->count >= impl_->options.connections_max) {
      return fail(resource_exhausted("too many forwarded connections are open"));
    }
    ++impl_->count;
  }
  const int fd = ::socket(storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) {
    const std::lock_guard lock(impl_->mutex);
    --impl_->count;
    return fail(unavailable("cannot open a socket: {}", reason_of(errno)));
  }
  const int one = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  // A refusal, now or later, is what the connection's descriptor then says.
  (void)::connect(fd, reinterpret_cast<const sockaddr*>(&storage), size);

  auto peer = std::make_shared<Peer>(fd, std::move(events));
  std::shared_ptr<Connection> handle = std::make_shared<Handle>(
      [impl = std::weak_ptr(impl_)](const std::shared_ptr<Peer>& touched) {
        if (const auto alive = impl.lock()) alive->touch(touched);
      },
      peer);
  impl_->touch(peer);
  return handle;
}

std::size_t Relay::connections() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->count;
}

}  // namespace gp::tcp
