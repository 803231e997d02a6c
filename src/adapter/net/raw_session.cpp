#include "adapter/net/raw_session.hpp"

#include "adapter/net/tokens.hpp"

namespace gp::net {
namespace {

// Nobody can ping here, so a silent connection is believed in for as long as Kubernetes does.
constexpr Duration kSilenceMax = std::chrono::hours(4);

}  // namespace

RawSession::RawSession(Connection& connection, Opened opened)
    : connection_(connection),
      socket_(std::make_shared<OpenWebSocket>(connection.server().pool, connection.thread().inbox(),
                                              connection.waker(0), OpenWebSocket::Framing::Bare)),
      heard_(connection.thread().now()) {
  const bool is_taken = connection.server().pool.submit(
      [opened = std::move(opened), socket = socket_] { opened(socket); });
  if (!is_taken) is_done_ = true;
}

RawSession::~RawSession() {
  socket_->closed({1006, "the connection was lost"});
}

void RawSession::on_bytes(std::string_view bytes) {
  heard_ = connection_.thread().now();
  if (!is_done_ && !bytes.empty()) {
    socket_->deliver(WebSocket::Type::Binary, std::string(bytes));
  }
}

void RawSession::on_end() {
  connection_.abort();
}

bool RawSession::wants_input() const {
  return !is_done_ && socket_->has_room();
}

void RawSession::on_sent() {
  if (is_done_) return connection_.finish();
  socket_->run_waiting();
  if (socket_->take(connection_.out())) {
    is_done_ = true;
    connection_.finish();
  }
}

void RawSession::on_time(Duration now) {
  if (now - heard_ >= kSilenceMax) connection_.abort();
}

void RawSession::on_stop() {
  is_done_ = true;
  connection_.finish();
}

std::string upgrade_answer(std::string_view protocol, const Headers& headers) {
  std::string out = fmt::format(
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: {}\r\nConnection: Upgrade\r\n", protocol);
  for (const auto& [name, value] : headers.all()) {
    if (is_token(name)) out += fmt::format("{}: {}\r\n", name, value);
  }
  return out + "\r\n";
}

}  // namespace gp::net
