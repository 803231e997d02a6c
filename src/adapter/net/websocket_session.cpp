#include "adapter/net/websocket_session.hpp"

#include "adapter/net/connection.hpp"
#include "adapter/net/websocket_frames.hpp"
#include "base/digest.hpp"
#include "base/encoding.hpp"

namespace gp::net {
namespace {

constexpr std::size_t kMessageBytesMax = 16U << 20U;
constexpr std::size_t kQueueBytesMax = 4U << 20U;
constexpr Duration kPingEvery = std::chrono::seconds(30);
constexpr Duration kPongWithin = std::chrono::seconds(60);

// The half that workers hold: outlives the connection, and then refuses to send.
class OpenSocket final : public WebSocket, public std::enable_shared_from_this<OpenSocket> {
 public:
  OpenSocket(WorkerPool& pool, std::shared_ptr<Inbox> inbox, std::function<void()> wake)
      : pool_(pool), inbox_(std::move(inbox)), wake_(std::move(wake)) {}

  void start(Events events) override {
    std::unique_lock lock(mutex_);
    events_ = std::move(events);
    is_started_ = true;
    run_next(lock);
  }

  bool send(Type type, std::string message) override {
    return enqueue(ws_frame(type == Type::Text ? WsOpcode::Text : WsOpcode::Binary, message),
                   false);
  }

  void close(int code, std::string_view reason) override {
    (void)enqueue(ws_close_frame(code, reason), true);
  }

  // ---- the connection's side ----
  bool take(std::string& out, bool& ends) {
    const std::lock_guard lock(mutex_);
    out = std::exchange(outgoing_, {});
    ends = is_closing_;
    const bool has_drained = std::exchange(was_refused_, false);
    if (has_drained)
      tasks_.emplace_back([this] {
        if (events_.on_drain) events_.on_drain();
      });
    return !out.empty();
  }
  void deliver(Type type, std::string message) {
    post([this, type, message = std::move(message)]() mutable {
      if (events_.on_message) events_.on_message(type, std::move(message));
    });
  }
  void closed(int code, std::string reason) {
    {
      const std::lock_guard lock(mutex_);
      if (std::exchange(is_closed_, true)) return;
    }
    post([this, code, reason = std::move(reason)]() mutable {
      if (events_.on_close) events_.on_close(code, std::move(reason));
      events_ = {};  // what they hold may hold this socket
    });
  }
  void run_waiting() {
    std::unique_lock lock(mutex_);
    run_next(lock);
  }

 private:
  bool enqueue(std::string frame, bool ends) {
    {
      const std::lock_guard lock(mutex_);
      if (is_closed_ || is_closing_) return false;
      if (!ends && outgoing_.size() + frame.size() > kQueueBytesMax) {
        was_refused_ = true;
        return false;
      }
      outgoing_ += frame;
      is_closing_ = ends;
    }
    wake_();
    return true;
  }

  void post(std::move_only_function<void()> task) {
    std::unique_lock lock(mutex_);
    tasks_.push_back(std::move(task));
    run_next(lock);
  }

  // One callback at a time, in order, on the pool.
  void run_next(std::unique_lock<std::mutex>& lock) {
    if (!is_started_ || is_running_ || tasks_.empty()) return;
    is_running_ = true;
    lock.unlock();
    const bool is_taken = pool_.submit([self = shared_from_this()] { self->run(); });
    lock.lock();
    if (!is_taken) is_running_ = false;  // saturated: the next event tries again
  }

  void run() {
    std::unique_lock lock(mutex_);
    while (!tasks_.empty()) {
      auto task = std::move(tasks_.front());
      tasks_.pop_front();
      lock.unlock();
      task();
      lock.lock();
    }
    is_running_ = false;
  }

  WorkerPool& pool_;
  std::shared_ptr<Inbox> inbox_;
  std::function<void()> wake_;
  Events events_;  // set once by start(), then used by one callback at a time

  std::mutex mutex_;  // guards the fields below
  bool is_started_ = false, is_running_ = false, is_closing_ = false, is_closed_ = false,
       was_refused_ = false;
  std::string outgoing_;
  std::deque<std::move_only_function<void()>> tasks_;
};

class WebSocketSession final : public Session {
 public:
  WebSocketSession(Connection& connection,
                   const std::function<void(std::shared_ptr<WebSocket>)>& opened)
      : connection_(connection),
        socket_(std::make_shared<OpenSocket>(connection.server().pool, connection.thread().inbox(),
                                             connection.waker(0))),
        heard_(connection.thread().now()) {
    const bool is_taken =
        connection.server().pool.submit([opened, socket = socket_] { opened(socket); });
    if (!is_taken) fail_with(1013, "busy");
  }
  ~WebSocketSession() override { socket_->closed(1006, "the connection was lost"); }

  void on_bytes(std::string_view bytes) override {
    heard_ = connection_.thread().now();
    input_.append(bytes);
    WsReader::Message message;
    while (!is_ending_) {
      const WsReader::Outcome outcome = reader_.next(input_, message);
      if (outcome == WsReader::Outcome::NeedsMore) return;
      if (outcome == WsReader::Outcome::Refused) return fail_with(reader_.refusal(), "");
      handle(std::move(message));
    }
  }

  void on_end() override { connection_.abort(); }
  bool wants_input() const override { return !is_ending_; }

  void on_sent() override {
    if (is_ending_) return connection_.finish();
    std::string frames;
    bool ends = false;
    if (socket_->take(frames, ends)) connection_.out().push(Piece::own(std::move(frames)));
    socket_->run_waiting();
    if (ends) is_ending_ = true;
  }
  void on_response(std::uint32_t, Response) override {}
  void on_wake(std::uint32_t) override {}

  void on_time(Duration now) override {
    if (now - heard_ >= kPingEvery + kPongWithin) return connection_.abort();
    if (now - heard_ < kPingEvery || now - pinged_ < kPingEvery) return;
    pinged_ = now;
    connection_.out().copy(ws_frame(WsOpcode::Ping, ""));
  }
  void on_stop() override { fail_with(1001, "the platform is stopping"); }

 private:
  void handle(WsReader::Message message) {
    switch (message.opcode) {
      case WsOpcode::Text: return socket_->deliver(WebSocket::Type::Text, std::move(message.data));
      case WsOpcode::Binary:
        return socket_->deliver(WebSocket::Type::Binary, std::move(message.data));
      case WsOpcode::Ping: return connection_.out().copy(ws_frame(WsOpcode::Pong, message.data));
      case WsOpcode::Close: {
        const bool has_code = message.data.size() >= 2;
        const int code = has_code ? (static_cast<unsigned char>(message.data[0]) << 8) +
                                        static_cast<unsigned char>(message.data[1])
                                  : 1005;
        socket_->closed(code, has_code ? message.data.substr(2) : std::string());
        connection_.out().copy(has_code ? ws_frame(WsOpcode::Close, message.data.substr(0, 2))
                                        : ws_frame(WsOpcode::Close, ""));
        is_ending_ = true;
        return;
      }
      default: return;
    }
  }

  void fail_with(int code, std::string_view reason) {
    if (std::exchange(is_ending_, true)) return;
    connection_.out().copy(ws_close_frame(code, reason));
    socket_->closed(code, std::string(reason));
  }

  Connection& connection_;
  std::shared_ptr<OpenSocket> socket_;
  WsReader reader_{kMessageBytesMax};
  std::string input_;
  bool is_ending_ = false;
  Duration heard_;
  Duration pinged_{0};
};

}  // namespace

std::string websocket_handshake(std::string_view key, std::string_view protocol) {
  // RFC 6455, 4.2.2: the fixed GUID proves that the server understood the request.
  const std::string accept =
      base64_encode(sha1(std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"));
  std::string out =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n";
  out += "Sec-WebSocket-Accept: " + accept + "\r\n";
  if (!protocol.empty()) out += "Sec-WebSocket-Protocol: " + std::string(protocol) + "\r\n";
  return out + "\r\n";
}

std::unique_ptr<Session> make_websocket_session(
    Connection& connection, std::function<void(std::shared_ptr<WebSocket>)> opened) {
  return std::make_unique<WebSocketSession>(connection, opened);
}

}  // namespace gp::net
