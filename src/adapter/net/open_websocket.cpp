#include "adapter/net/open_websocket.hpp"

#include <exception>

#include "base/log.hpp"

namespace gp::net {
namespace {

constexpr std::size_t kOutgoingMax = 4U << 20U;
constexpr std::size_t kIncomingMax = 4U << 20U;
constexpr std::size_t kTakeAtOnce = 256U << 10U;
constexpr std::size_t kMessageCost = 64;  // what an empty message takes nevertheless

}  // namespace

OpenWebSocket::OpenWebSocket(WorkerPool& pool, std::shared_ptr<Inbox> inbox,
                             std::function<void()> wake, Framing framing)
    : pool_(pool), inbox_(std::move(inbox)), wake_(std::move(wake)), framing_(framing) {}

void OpenWebSocket::start(Events events) {
  {
    const std::lock_guard lock(mutex_);
    GP_CHECK(!is_started_, "a WebSocket is started once");
    events_ = std::move(events);
    is_started_ = true;
  }
  // By way of the I/O thread: when that is gone, so is the pool.
  inbox_->post([self = shared_from_this()] { self->run_waiting(); });
}

bool OpenWebSocket::send(Type type, std::string message) {
  {
    const std::lock_guard lock(mutex_);
    if (is_closed_ || closing_) return false;
    const std::size_t bytes = message.size() + kMessageCost;
    // One message of any size fits into an empty queue.
    if (!outgoing_.empty() && outgoing_bytes_ + bytes > kOutgoingMax) {
      was_refused_ = true;
      return false;
    }
    outgoing_bytes_ += bytes;
    outgoing_.emplace_back(type, std::move(message));
  }
  wake_();
  return true;
}

void OpenWebSocket::close(int code, std::string_view reason) {
  {
    const std::lock_guard lock(mutex_);
    if (is_closed_ || closing_) return;
    closing_ = WsClose{code, std::string(reason)};
  }
  wake_();
}

std::optional<WsClose> OpenWebSocket::take(OutQueue& out) {
  std::unique_lock lock(mutex_);
  for (std::size_t taken = 0; taken < kTakeAtOnce && !outgoing_.empty();) {
    auto [type, message] = std::move(outgoing_.front());
    outgoing_.pop_front();
    taken += message.size() + kMessageCost;
    outgoing_bytes_ -= message.size() + kMessageCost;
    if (framing_ == Framing::WebSocket) {
      out.copy(
          ws_frame_head(type == Type::Text ? WsOpcode::Text : WsOpcode::Binary, message.size()));
    }
    out.push_text(std::move(message));
  }
  if (was_refused_ && outgoing_bytes_ < kOutgoingMax / 2) {
    was_refused_ = false;
    tasks_.push_back({[](Events& events) {
                        if (events.on_drain) events.on_drain();
                      },
                      0});
    run_next(lock);
  }
  return outgoing_.empty() ? closing_ : std::nullopt;
}

void OpenWebSocket::deliver(Type type, std::string message) {
  const std::size_t bytes = message.size() + kMessageCost;
  auto shared = std::make_shared<std::string>(std::move(message));
  add({[type, shared](Events& events) {
         if (events.on_message) events.on_message(type, std::move(*shared));
       },
       bytes});
}

void OpenWebSocket::closed(WsClose close) {
  add({[close = std::move(close)](Events& events) {
         const Events last = std::exchange(events, {});  // what it holds may hold this socket
         if (last.on_close) last.on_close(close.code, close.reason);
       },
       0});
  const std::lock_guard lock(mutex_);
  is_closed_ = true;
  outgoing_.clear();
  outgoing_bytes_ = 0;
}

bool OpenWebSocket::has_room() const {
  const std::lock_guard lock(mutex_);
  return incoming_bytes_ < kIncomingMax;
}

void OpenWebSocket::run_waiting() {
  std::unique_lock lock(mutex_);
  run_next(lock);
}

void OpenWebSocket::add(Task task) {
  std::unique_lock lock(mutex_);
  if (is_closed_) return;
  incoming_bytes_ += task.bytes;
  tasks_.push_back(std::move(task));
  run_next(lock);
}

// One callback at a time, in order, on the pool. A saturated pool is asked again by run_waiting().
void OpenWebSocket::run_next(std::unique_lock<std::mutex>& lock) {
  if (!is_started_ || is_running_ || tasks_.empty()) return;
  is_running_ = true;
  lock.unlock();
  const bool is_taken = pool_.submit([self = shared_from_this()] { self->run(); });
  lock.lock();
  if (!is_taken) is_running_ = false;
}

void OpenWebSocket::run() {
  std::unique_lock lock(mutex_);
  while (!tasks_.empty()) {
    const Task task = std::move(tasks_.front());
    tasks_.pop_front();
    lock.unlock();
    run_one(task);
    lock.lock();
    const bool was_full = incoming_bytes_ >= kIncomingMax;
    incoming_bytes_ -= task.bytes;
    if (was_full && incoming_bytes_ < kIncomingMax) wake_();
  }
  is_running_ = false;
}

void OpenWebSocket::run_one(const Task& task) {
  try {
    task.run(events_);
    return;
  } catch (const std::exception& problem) {
    log::error("net", "a WebSocket's callback threw", {{"what", problem.what()}});
  } catch (...) {
    log::error("net", "a WebSocket's callback threw something unknown");
  }
  close(1011, "the server failed");
}

}  // namespace gp::net
