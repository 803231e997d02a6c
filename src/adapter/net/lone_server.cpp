#include "adapter/net/lone_server.hpp"

#include <sys/socket.h>

namespace gp::net {

LoneServer::LoneServer(Handler handler, const ServerOptions& options)
    : server_(options, clock_),
      thread_(clock_, "lone"),
      listener_(std::make_shared<ListenerState>()) {
  listener_->name = "lone";
  listener_->handler = handler;
  listener_->quick = std::move(handler);
}

LoneServer::~LoneServer() {
  disconnect();
}

void LoneServer::connect() {
  GP_CHECK(!is_open(), "one connection at a time");
  std::array<int, 2> pair{};
  GP_CHECK(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair.data()) == 0,
           "a pair of sockets is to be had");
  client_ = Fd(pair[0]);
  unsent_.clear();
  ++server_.connections_open;
  std::make_shared<Connection>(server_, thread_, listener_, Fd(pair[1]), "lone:1")->start();
}

std::string LoneServer::exchange(std::string_view bytes) {
  unsent_ += bytes;
  return work();
}

std::string LoneServer::work() {
  constexpr int kQuietTurns = 3;
  std::string received;
  std::array<char, 16384> room;
  for (int quiet = 0; quiet < kQuietTurns; ++quiet) {
    if (!unsent_.empty()) {
      const auto sent = ::send(client_.get(), unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
      if (sent > 0) {
        unsent_.erase(0, static_cast<std::size_t>(sent));
        quiet = 0;
      }
    }
    thread_.turn(0);
    const auto count = ::recv(client_.get(), room.data(), room.size(), 0);
    if (count <= 0) continue;
    received.append(room.data(), static_cast<std::size_t>(count));
    quiet = 0;
  }
  return received;
}

std::string LoneServer::pass(Duration time) {
  constexpr Duration kStep = std::chrono::seconds(1);
  std::string received;
  for (Duration passed{}; passed < time; passed += kStep) {
    clock_.advance(kStep);
    thread_.for_each([this](IoMember& member) { member.on_time(thread_.now()); });
    received += work();
  }
  return received;
}

void LoneServer::end_sending() {
  ::shutdown(client_.get(), SHUT_WR);
  work();
}

void LoneServer::disconnect() {
  {
    const Fd gone = std::exchange(client_, Fd());
  }
  unsent_.clear();
  work();
  if (!is_open()) return;
  // A silent end that the session did not see yet, as it holds its input back.
  pass(std::chrono::minutes(5));
  GP_CHECK(!is_open(), "a server notices that its client is gone");
}

void LoneServer::stop_gently() {
  server_.is_draining = true;
  thread_.for_each([](IoMember& member) { member.on_stop(); });
}

}  // namespace gp::net
