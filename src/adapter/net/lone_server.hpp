#pragma once
// The server's sessions without its threads, for tests and fuzz targets: one connection at a time
// over a pair of sockets, driven step by step, in the time of a fake clock.

#include <string>
#include <string_view>

#include "adapter/net/connection.hpp"
#include "base/clock.hpp"

namespace gp::net {

class LoneServer {
 public:
  // Answers on the calling thread.
  explicit LoneServer(Handler handler, const ServerOptions& options = {});
  ~LoneServer();
  LoneServer(const LoneServer&) = delete;
  LoneServer& operator=(const LoneServer&) = delete;

  void connect();  // a new client; the last one must be gone
  // Sends and lets the server work until it has nothing more to do; returns what came back. What
  // the server does not want to read is kept for later calls.
  std::string exchange(std::string_view bytes);
  // Lets time pass, second by second; returns what came back.
  std::string pass(Duration time);
  void end_sending();
  void disconnect();
  void stop_gently();  // what the connection is told when the server stops
  bool is_open() const { return server_.connections_open > 0; }  // for the server
  ServerState& state() { return server_; }

 private:
  std::string work();

  FakeClock clock_;
  ServerState server_;
  IoThread thread_;
  std::shared_ptr<ListenerState> listener_;
  Fd client_;
  std::string unsent_;
};

}  // namespace gp::net
