#pragma once
// What the parts of one server share: options, counters, the worker pool, what each listener
// serves.

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>

#include "adapter/net/server.hpp"
#include "adapter/net/tls_context.hpp"
#include "base/worker_pool.hpp"

namespace gp::net {

struct ListenerState {
  std::string name;
  bool is_tls = false;
  Handler handler;
  std::function<std::optional<Response>(Request&)> quick;

  std::mutex mutex;  // guards tls
  TlsContext tls;

  TlsContext current_tls() {
    const std::lock_guard lock(mutex);
    return tls;
  }
};

struct ServerState {
  ServerState(const ServerOptions& options_in, Clock& clock_in)
      : options(options_in),
        clock(clock_in),
        pool({.name = "http",
              .threads = options_in.worker_threads,
              .queue_max = options_in.worker_queue_max}) {}

  const ServerOptions options;
  Clock& clock;
  WorkerPool pool;
  std::atomic<bool> is_draining = false;
  std::atomic<std::uint64_t> connections_total = 0, requests_total = 0, requests_refused = 0;
  std::atomic<std::size_t> body_bytes_held = 0;

  std::mutex mutex;  // guards connections_open
  std::condition_variable connection_closed;
  std::uint64_t connections_open = 0;
};

// The memory that one request's body, or one unfinished WebSocket message, takes of what the server
// allows all of them together.
class BodyShare {
 public:
  explicit BodyShare(ServerState& server) : server_(&server) {}
  BodyShare(BodyShare&& other) noexcept
      : server_(other.server_), bytes_(std::exchange(other.bytes_, 0)) {}
  BodyShare& operator=(BodyShare&& other) noexcept {
    std::swap(server_, other.server_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~BodyShare() { server_->body_bytes_held -= bytes_; }

  // False when there is no room for more; the share then stays as it was.
  [[nodiscard]] bool resize(std::size_t bytes) {
    if (bytes > bytes_) {
      const std::size_t more = bytes - bytes_;
      if (server_->body_bytes_held + more > server_->options.body_bytes_held_max) return false;
      server_->body_bytes_held += more;
    } else {
      server_->body_bytes_held -= bytes_ - bytes;
    }
    bytes_ = bytes;
    return true;
  }

 private:
  ServerState* server_;
  std::size_t bytes_ = 0;
};

}  // namespace gp::net
