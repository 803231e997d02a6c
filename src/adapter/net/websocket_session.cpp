#include "adapter/net/websocket_session.hpp"

namespace gp::net {
namespace {

constexpr std::size_t kMessageBytesMax = 16U << 20U;
constexpr Duration kPingEvery = std::chrono::seconds(30);
constexpr Duration kSilenceMax = std::chrono::seconds(90);
constexpr Duration kCloseWithin = std::chrono::seconds(5);

}  // namespace

WebSocketSession::WebSocketSession(Connection& connection, Opened opened)
    : connection_(connection),
      socket_(std::make_shared<OpenWebSocket>(connection.server().pool, connection.thread().inbox(),
                                              connection.waker(0))),
      reader_(WsRole::Server, kMessageBytesMax),
      share_(connection.server()),
      heard_(connection.thread().now()),
      pinged_(heard_) {
  const bool is_taken = connection.server().pool.submit(
      [opened = std::move(opened), socket = socket_] { opened(socket); });
  if (!is_taken) send_close({1013, "the server is too busy"});
}

WebSocketSession::~WebSocketSession() {
  socket_->closed({1006, "the connection was lost"});
}

void WebSocketSession::on_bytes(std::string_view bytes) {
  heard_ = connection_.thread().now();
  reader_.feed(bytes);
  WsReader::Message message;
  while (state_ != State::Done) {
    const WsReader::Outcome outcome = reader_.next(message);
    if (outcome == WsReader::Outcome::NeedsMore) {
      if (!share_.resize(reader_.bytes_held())) {
        send_close({1013, "the server holds too many messages"});
        state_ = State::Done;
      }
      return;
    }
    if (outcome == WsReader::Outcome::Refused) {
      send_close({reader_.refusal(), ""});
      state_ = State::Done;
      return;
    }
    handle(std::move(message));
  }
}

void WebSocketSession::handle(WsReader::Message message) {
  if (message.opcode == WsOpcode::Close) return handle_close(message.data);
  if (state_ != State::Open) return;
  switch (message.opcode) {
    case WsOpcode::Ping: return connection_.out().copy(ws_frame(WsOpcode::Pong, message.data));
    case WsOpcode::Text: return socket_->deliver(WebSocket::Type::Text, std::move(message.data));
    case WsOpcode::Binary:
      return socket_->deliver(WebSocket::Type::Binary, std::move(message.data));
    default: return;
  }
}

// RFC 6455, 5.5.1: answered with the same code, unless it is itself the answer.
void WebSocketSession::handle_close(std::string_view data) {
  if (state_ == State::Open) {
    connection_.out().copy(ws_frame(WsOpcode::Close, data.substr(0, 2)));
    socket_->closed(read_ws_close(data));
  }
  state_ = State::Done;
}

void WebSocketSession::send_close(const WsClose& close) {
  if (state_ != State::Open) return;
  state_ = State::Closing;
  close_due_ = connection_.thread().now() + kCloseWithin;
  connection_.out().copy(ws_close_frame(close.code, close.reason));
  socket_->closed(close);
}

void WebSocketSession::on_sent() {
  if (state_ == State::Done) return connection_.finish();
  socket_->run_waiting();
  if (state_ != State::Open) return;
  if (const auto close = socket_->take(connection_.out())) send_close(*close);
}

void WebSocketSession::on_end() {
  connection_.abort();
}

bool WebSocketSession::wants_input() const {
  return state_ != State::Done && socket_->has_room();
}

void WebSocketSession::on_time(Duration now) {
  if (state_ == State::Closing && now >= close_due_) state_ = State::Done;
  if (state_ != State::Open) return;
  if (now - heard_ >= kSilenceMax) return connection_.abort();
  if (now - heard_ < kPingEvery || now - pinged_ < kPingEvery) return;
  pinged_ = now;
  connection_.out().copy(ws_frame(WsOpcode::Ping, ""));
}

void WebSocketSession::on_stop() {
  send_close({1001, "the server stops"});
}

}  // namespace gp::net
