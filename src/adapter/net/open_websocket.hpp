#pragma once
// The half of a WebSocket that workers hold. It outlives the connection, and then refuses to send.
//
// Outgoing messages wait here until the connection has room; incoming ones until a worker is free.
// Both queues are bounded.

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "adapter/net/io_thread.hpp"
#include "adapter/net/out_queue.hpp"
#include "adapter/net/websocket.hpp"
#include "adapter/net/websocket_frames.hpp"
#include "base/worker_pool.hpp"

namespace gp::net {

class OpenWebSocket final : public WebSocket, public std::enable_shared_from_this<OpenWebSocket> {
 public:
  enum class Framing { WebSocket, Bare };
  // `wake` makes the connection look here again; any thread may call it at any time.
  OpenWebSocket(WorkerPool& pool, std::shared_ptr<Inbox> inbox, std::function<void()> wake,
                Framing framing = Framing::WebSocket);

  void start(Events events) override;
  bool send(Type type, std::string message) override;
  void close(int code, std::string_view reason) override;

  // The connection's side, on its I/O thread.
  // Moves some waiting messages into the queue. Returns the close that comes after the last one.
  std::optional<WsClose> take(OutQueue& out);
  void deliver(Type type, std::string message);
  void closed(WsClose close);  // later calls and deliveries do nothing
  bool has_room() const;       // for more incoming messages
  void run_waiting();          // callbacks that found no free worker

 private:
  struct Task {
    std::function<void(Events&)> run;
    std::size_t bytes = 0;
  };
  void add(Task task);
  void run_next(std::unique_lock<std::mutex>& lock);
  void run();
  void run_one(const Task& task);

  WorkerPool& pool_;  // used on the I/O thread and on workers only: it outlives both
  const std::shared_ptr<Inbox> inbox_;
  const std::function<void()> wake_;
  const Framing framing_;
  Events events_;  // set by start(), then used by one callback at a time

  mutable std::mutex mutex_;  // guards the fields below
  bool is_started_ = false;
  bool is_running_ = false;
  bool is_closed_ = false;
  bool was_refused_ = false;  // a send, since the queue was full
  std::deque<std::pair<Type, std::string>> outgoing_;
  std::size_t outgoing_bytes_ = 0;
  std::optional<WsClose> closing_;  // asked for by a worker
  std::deque<Task> tasks_;
  std::size_t incoming_bytes_ = 0;
};

}  // namespace gp::net
