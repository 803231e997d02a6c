#include "adapter/net/server.hpp"

#include <condition_variable>

#include "adapter/net/acceptor.hpp"
#include "adapter/net/server_state.hpp"
#include "adapter/net/tls_context.hpp"

namespace gp::net {
namespace {

constexpr Duration kTickMin = std::chrono::milliseconds(5);
constexpr Duration kTickMax = std::chrono::seconds(1);

// Often enough that no time-out is exceeded by more than a quarter.
Duration tick_of(const ServerOptions& options) {
  const Duration shortest = std::min(
      {options.header_timeout, options.body_timeout, options.idle_timeout, options.write_timeout});
  return std::clamp(shortest / 4, kTickMin, kTickMax);
}

}  // namespace

struct Server::Impl {
  Impl(const ServerOptions& options, Clock& clock) : state(options, clock), tick(tick_of(options)) {
    GP_CHECK(options.io_threads > 0, "a server has at least one I/O thread");
    for (std::size_t i = 0; i < options.io_threads; ++i) {
      threads.push_back(std::make_unique<IoThread>(clock, fmt::format("net-{}", i)));
      threads.back()->start();
    }
    arm_tick();
  }

  ~Impl() { stop(); }

  Result<Listener> listen(ListenOptions options) {
    auto listener = std::make_shared<ListenerState>();
    if (options.tls) listener->tls = TRY(make_tls_context(*options.tls));
    Listener bound;
    Fd fd = TRY(open_listening_socket(options, bound));
    listener->name = options.name;
    listener->is_tls = options.tls.has_value();
    listener->handler = std::move(options.handler);
    listener->quick = std::move(options.quick);
    auto acceptor = std::make_shared<Acceptor>(state, threads, listener, std::move(fd));
    threads.front()->inbox()->post([acceptor = std::move(acceptor)] { acceptor->start(); });
    const std::lock_guard lock(mutex);
    listeners.push_back(std::move(listener));
    return bound;
  }

  Result<> reload_tls(const std::string& name, const TlsOptions& options) {
    const TlsContext context = TRY(make_tls_context(options));
    const std::lock_guard lock(mutex);
    for (const auto& listener : listeners) {
      if (listener->name != name || !listener->is_tls) continue;
      const std::lock_guard tls_lock(listener->mutex);
      listener->tls = context;
      return {};
    }
    return fail(not_found("there is no TLS listener \"{}\"", name));
  }

  void stop() {
    if (stopped.exchange(true)) return;
    {
      const std::lock_guard lock(state.mutex);  // from here on no connection is counted
      state.is_draining = true;
    }
    tell_all([](IoMember& member) { member.on_stop(); });
    {
      std::unique_lock lock(state.mutex);
      state.connection_closed.wait_for(lock, state.options.drain,
                                       [this] { return state.connections_open == 0; });
    }
    tell_all([](IoMember& member) { member.shut(); });
    {
      std::unique_lock lock(state.mutex);
      state.connection_closed.wait(lock, [this] { return state.connections_open == 0; });
    }
    state.pool.stop();  // handlers that still run see their contexts stopped
    stop_ticking();
    for (const auto& thread : threads) thread->stop();
  }

  // Every member of every thread, on its thread; later members see is_draining by themselves.
  void tell_all(void (*what)(IoMember&)) {
    for (const auto& thread : threads) {
      thread->inbox()->post([thread = thread.get(), what] { thread->for_each(what); });
    }
  }

  void arm_tick() {
    const std::lock_guard lock(mutex);
    if (stopped_ticking) return;
    timer = state.clock.call_after(tick, [this] {
      for (const auto& thread : threads) {
        thread->inbox()->post([thread = thread.get()] {
          const Duration now = thread->now();
          thread->for_each([now](IoMember& member) { member.on_time(now); });
        });
      }
      arm_tick();
    });
  }

  void stop_ticking() {
    Clock::TimerId last = 0;
    {
      const std::lock_guard lock(mutex);
      stopped_ticking = true;
      last = timer;
    }
    state.clock.cancel(last);
  }

  ServerState state;
  const Duration tick;
  std::vector<std::unique_ptr<IoThread>> threads;
  std::atomic<bool> stopped = false;

  std::mutex mutex;  // guards the fields below
  std::vector<std::shared_ptr<ListenerState>> listeners;
  Clock::TimerId timer = 0;
  bool stopped_ticking = false;
};

Server::Server(ServerOptions options, Clock& clock)
    : impl_(std::make_unique<Impl>(options, clock)) {}

Server::~Server() = default;

Result<Listener> Server::listen(ListenOptions options) {
  GP_CHECK(options.handler, "a listener has a handler");
  return impl_->listen(std::move(options));
}

Result<> Server::reload_tls(const std::string& listener_name, TlsOptions tls) {
  return impl_->reload_tls(listener_name, tls);
}

void Server::stop() {
  impl_->stop();
}

ServerStats Server::stats() const {
  ServerState& state = impl_->state;
  ServerStats stats;
  stats.connections_total = state.connections_total;
  stats.requests_total = state.requests_total;
  stats.requests_refused = state.requests_refused;
  const std::lock_guard lock(state.mutex);
  stats.connections_open = state.connections_open;
  return stats;
}

}  // namespace gp::net
