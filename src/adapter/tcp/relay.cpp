#include "adapter/tcp/relay.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>

#include "adapter/net/io_thread.hpp"

namespace gp::tcp {
namespace {

// What errno says, without strerror's shared buffer.
std::string reason_of(int code) {
  std::array<char, 128> buffer{};
  return ::strerror_r(code, buffer.data(), buffer.size());
}

bool says_later(int code) {
  return code == EAGAIN || code == EWOULDBLOCK || code == EINTR;
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

using Count = std::shared_ptr<std::atomic<std::size_t>>;

// One connection, on the relay's thread but for what is atomic.
class Peer final : public net::IoMember, public std::enable_shared_from_this<Peer> {
 public:
  Peer(net::IoThread& thread, net::Fd fd, Events events, Count count)
      : thread_(thread),
        fd_(fd.get()),
        watch_(thread, std::move(fd), *this),
        events_(std::move(events)),
        count_(std::move(count)) {}

  // From any thread.
  std::atomic<std::size_t> queued = 0;
  std::atomic<bool> is_closed = false;

  void start() {
    thread_.add(shared_from_this());
    arm();
  }
  void write(std::string_view bytes) {
    out_ += bytes;
    on_writable();
  }
  void finish() {
    wants_finish_ = true;
    on_writable();
  }
  void pause(bool is_paused) {
    is_paused_ = is_paused;
    arm();
  }
  void drop() {
    if (std::exchange(is_dropped_, true)) return;
    ::shutdown(fd_, SHUT_RDWR);
    watch_.close();
    events_ = {};  // what it holds may hold the connection
    --*count_;
    thread_.remove(this);
  }

  void on_readable() override {
    if (is_dropped_ || is_closed) return;
    if (has_ended_) return drop();  // nothing is read any more: it is gone for both directions
    const ssize_t got = ::recv(fd_, thread_.input_room().data(), thread_.input_room().size(), 0);
    if (got > 0) {
      if (events_.on_data)
        events_.on_data({thread_.input_room().data(), static_cast<std::size_t>(got)});
    } else if (got == 0) {
      end({});
    } else if (!says_later(errno)) {
      return break_off(errno);
    }
    arm();
  }

  void on_writable() override {
    if (is_dropped_ || is_closed) return;
    if (is_connecting_ && !has_connected()) return;
    const bool had_some = !out_.empty();
    if (!write_out()) return break_off(errno);
    if (had_some && out_.empty() && events_.on_drained) events_.on_drained();
    arm();
  }

  void on_time(Duration /*now*/) override {}
  void on_stop() override {
    end(fail(cancelled("the program stops")));
    drop();
  }
  // Gone for both directions while it was paused: what it has sent before is still passed on.
  void shut() override { on_readable(); }

 private:
  bool has_connected() {
    int code = 0;
    socklen_t size = sizeof code;
    ::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &code, &size);
    sockaddr_storage peer{};
    socklen_t peer_size = sizeof peer;
    if (code != 0) {
      break_off(code);
    } else if (::getpeername(fd_, reinterpret_cast<sockaddr*>(&peer), &peer_size) == 0) {
      is_connecting_ = false;
    }
    return !is_connecting_;
  }

  // False: the connection is broken.
  bool write_out() {
    std::size_t done = 0;
    while (done < out_.size()) {
      const ssize_t sent = ::send(fd_, out_.data() + done, out_.size() - done, MSG_NOSIGNAL);
      if (sent < 0 && errno == EINTR) continue;
      if (sent < 0 && says_later(errno)) break;
      if (sent < 0) return false;
      done += static_cast<std::size_t>(sent);
    }
    out_.erase(0, done);
    queued -= done;
    if (out_.empty() && wants_finish_ && !std::exchange(is_shut_, true)) ::shutdown(fd_, SHUT_WR);
    return true;
  }

  void break_off(int code) {
    end(fail(unavailable("{}", reason_of(code))));
    drop();
  }

  void end(Result<> outcome) {
    if (std::exchange(has_ended_, true) || is_closed) return;
    if (events_.on_end) events_.on_end(std::move(outcome));
  }

  // Which events the connection waits for now.
  void arm() {
    if (is_dropped_) return;
    const bool reads = !is_connecting_ && !is_paused_ && !has_ended_;
    if (watch_.watch(reads, is_connecting_ || !out_.empty())) return;
    end(fail(resource_exhausted("the system has no room to watch one more connection")));
    drop();
  }

  net::IoThread& thread_;
  const int fd_;
  net::FdWatch watch_;  // owns the descriptor
  Events events_;       // emptied when the connection is dropped
  Count count_;
  std::string out_;
  bool is_connecting_ = true, has_ended_ = false, is_shut_ = false, is_dropped_ = false;
  bool is_paused_ = false, wants_finish_ = false;
};

class Handle final : public Connection {
 public:
  Handle(std::shared_ptr<net::Inbox> inbox, std::shared_ptr<Peer> peer)
      : inbox_(std::move(inbox)), peer_(std::move(peer)) {}
  ~Handle() override { close(); }

  void write(std::string bytes) override {
    peer_->queued += bytes.size();
    post([bytes = std::move(bytes)](Peer& peer) { peer.write(bytes); });
  }
  std::size_t queued() const override { return peer_->queued; }
  void finish() override {
    post([](Peer& peer) { peer.finish(); });
  }
  void pause() override {
    post([](Peer& peer) { peer.pause(true); });
  }
  void resume() override {
    post([](Peer& peer) { peer.pause(false); });
  }
  void close() override {
    if (!peer_->is_closed.exchange(true)) inbox_->post([peer = peer_] { peer->drop(); });
  }

 private:
  template <typename Action>
  void post(Action action) {
    inbox_->post([peer = peer_, action = std::move(action)] {
      if (!peer->is_closed) action(*peer);
    });
  }

  std::shared_ptr<net::Inbox> inbox_;
  std::shared_ptr<Peer> peer_;
};

}  // namespace

struct Relay::Impl {
  const Options options;
  const Count count = std::make_shared<std::atomic<std::size_t>>(0);
  net::IoThread thread{system_clock(), "relay"};
};

Relay::Relay() : Relay(Options()) {}

Relay::Relay(Options options) : impl_(std::make_unique<Impl>(options)) {
  impl_->thread.start();
}

Relay::~Relay() {
  net::IoThread& thread = impl_->thread;
  thread.inbox()->post(
      [&thread] { thread.for_each([](net::IoMember& member) { member.on_stop(); }); });
  thread.stop();
}

Result<std::shared_ptr<Connection>> Relay::connect(const std::string& address, std::uint16_t port,
                                                   Events events) {
  socklen_t size = 0;
  const sockaddr_storage storage = TRY(address_of(address, port, size));
  if (++*impl_->count > impl_->options.connections_max) {
    --*impl_->count;
    return fail(resource_exhausted("too many forwarded connections are open"));
  }
  net::Fd fd(::socket(storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (fd.get() < 0) {
    --*impl_->count;
    return fail(unavailable("cannot open a socket: {}", reason_of(errno)));
  }
  const int one = 1;
  ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  // A refusal, now or later, is what the connection's descriptor then says.
  (void)::connect(fd.get(), reinterpret_cast<const sockaddr*>(&storage), size);

  auto peer = std::make_shared<Peer>(impl_->thread, std::move(fd), std::move(events), impl_->count);
  impl_->thread.inbox()->post([peer] { peer->start(); });
  return std::make_shared<Handle>(impl_->thread.inbox(), std::move(peer));
}

std::size_t Relay::connections() const {
  return *impl_->count;
}

}  // namespace gp::tcp
