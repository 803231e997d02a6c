#pragma once
// A server on an ephemeral port with a fake clock, for tests.

#include <condition_variable>
#include <mutex>

#include "adapter/net/server.hpp"
#include "adapter/net/test_client.hpp"
#include "base/clock.hpp"

namespace gp::net {

// Holds handlers until a test opens it.
class Gate {
 public:
  void wait() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.wait(lock, [this] { return is_open_; });
    --waiting_;
  }
  void open() {
    const std::lock_guard lock(mutex_);
    is_open_ = true;
    changed_.notify_all();
  }
  int waiting() const {
    const std::lock_guard lock(mutex_);
    return waiting_;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  int waiting_ = 0;
  bool is_open_ = false;
};

struct ServerFixture {
  ~ServerFixture() {
    if (server) server->stop();
  }

  static ListenOptions listen_options(Handler handler) {
    ListenOptions options;
    options.name = "test";
    options.handler = std::move(handler);
    return options;
  }

  void start(Handler handler, ServerOptions options = {}) {
    start(listen_options(std::move(handler)), options);
  }
  void start(ListenOptions listen, ServerOptions options = {}) {
    options.worker_threads = std::min<std::size_t>(options.worker_threads, 4);
    server = std::make_unique<Server>(options, clock);
    const auto listener = server->listen(std::move(listen));
    GP_CHECK(listener.has_value(), "an ephemeral port is free");
    port = listener->port;
  }

  TestAnswer answer_within(TestClient& client, Duration time) {
    for (Duration passed{}; passed < time && !client.has_input();
         passed += std::chrono::seconds(1)) {
      clock.advance(std::chrono::seconds(1));
    }
    return client.read_answer();
  }

  // Connections that are gone for the client are gone for the server, too.
  bool is_quiet() {
    return eventually([this] { return server->stats().connections_open == 0; });
  }
  // Lets time pass until the server closes the connection without another word.
  bool is_closed_within(TestClient& client, Duration time) {
    for (Duration passed{}; passed < time; passed += std::chrono::seconds(1)) {
      clock.advance(std::chrono::seconds(1));
      if (client.has_input()) return client.read_all().empty();
    }
    return false;
  }

  FakeClock clock;
  std::unique_ptr<Server> server;
  std::uint16_t port = 0;
};

}  // namespace gp::net
