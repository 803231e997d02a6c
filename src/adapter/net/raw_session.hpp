#pragma once
// A connection after an upgrade to a protocol that is none of ours (SPDY/3.1): bare bytes both
// ways, with the bounds of a WebSocket. What is read comes as Binary messages of any size.

#include <functional>
#include <memory>

#include "adapter/net/connection.hpp"
#include "adapter/net/open_websocket.hpp"

namespace gp::net {

class RawSession final : public Session {
 public:
  using Opened = std::function<void(std::shared_ptr<WebSocket>)>;
  // `opened` runs on a worker with the socket.
  RawSession(Connection& connection, Opened opened);
  ~RawSession() override;

  void on_bytes(std::string_view bytes) override;
  void on_end() override;
  bool wants_input() const override;
  void on_sent() override;
  void on_response(std::uint32_t, Response) override {}
  void on_wake(std::uint32_t) override {}  // the connection goes on to on_sent()
  void on_time(Duration now) override;
  void on_stop() override;

 private:
  Connection& connection_;
  std::shared_ptr<OpenWebSocket> socket_;
  bool is_done_ = false;
  Duration heard_;
};

// The 101 answer; `headers` go along.
std::string upgrade_answer(std::string_view protocol, const Headers& headers);

}  // namespace gp::net
