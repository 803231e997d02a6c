#pragma once
// RFC 6455 on a connection after its handshake: frames in and out, pings, the closing handshake.
//
// A peer that is silent for 30 seconds is pinged, and gone when nothing comes for another 60.
// Messages are at most 16 MiB, and unfinished ones count as request bodies do.

#include <functional>
#include <memory>

#include "adapter/net/connection.hpp"
#include "adapter/net/open_websocket.hpp"

namespace gp::net {

class WebSocketSession final : public Session {
 public:
  using Opened = std::function<void(std::shared_ptr<WebSocket>)>;
  // `opened` runs on a worker with the socket.
  WebSocketSession(Connection& connection, Opened opened);
  ~WebSocketSession() override;

  void on_bytes(std::string_view bytes) override;
  void on_end() override;
  bool wants_input() const override;
  void on_sent() override;
  void on_response(std::uint32_t, Response) override {}
  void on_wake(std::uint32_t) override {}  // the connection goes on to on_sent()
  void on_time(Duration now) override;
  void on_stop() override;

 private:
  enum class State {
    Open,
    Closing,  // our Close is sent; the peer's is awaited
    Done,
  };

  void handle(WsReader::Message message);
  void handle_close(std::string_view data);
  void send_close(const WsClose& close);

  Connection& connection_;
  std::shared_ptr<OpenWebSocket> socket_;
  WsReader reader_;
  BodyShare share_;  // of what the reader holds
  State state_ = State::Open;
  Duration heard_;
  Duration pinged_;
  Duration close_due_{};
};

}  // namespace gp::net
