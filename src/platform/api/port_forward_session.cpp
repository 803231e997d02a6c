#include "platform/api/port_forward_session.hpp"

#include <charconv>

#include "base/log.hpp"

namespace gp::api {
namespace {

constexpr std::size_t kHeldMax = 1U << 20U;    // for the client, beyond the socket's own queue
constexpr std::size_t kQueuedMax = 1U << 20U;  // for a listener that reads slowly
constexpr std::size_t kForwardsMax = 200;      // connections of one client at a time
constexpr auto kDrainWithin = std::chrono::seconds(10);
constexpr int kWaitersMax = 4;  // workers that may wait for slow listeners, of all sessions

std::atomic<int> waiters = 0;

std::uint16_t port_of(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), port);
  return problem == std::errc() && end == text.data() + text.size() ? port : 0;
}

}  // namespace

ForwardSession::ForwardSession(ForwardTarget target, std::shared_ptr<net::WebSocket> socket,
                               tcp::Relay& relay, std::function<void()> on_gone)
    : target_(std::move(target)),
      socket_(std::move(socket)),
      relay_(relay),
      on_gone_(std::move(on_gone)),
      spdy_(
          spdy::Role::Server,
          {.on_stream = [this](spdy::StreamId id, const auto& headers) { on_stream(id, headers); },
           .on_reply = {},
           .on_data = [this](spdy::StreamId id, std::string_view data) { on_data(id, data); },
           .on_end = [this](spdy::StreamId id) { on_end(id); },
           .on_reset = [this](spdy::StreamId id) { on_reset(id); },
           .on_go_away = {}},
          {.frame_bytes_max = 1U << 20U, .streams_max = 2 * kForwardsMax}) {}

ForwardSession::~ForwardSession() {
  if (on_gone_) on_gone_();
}

// The socket's callbacks keep the session; they go when the socket closes.
void ForwardSession::start() {
  const std::shared_ptr<ForwardSession> self = shared_from_this();
  net::WebSocket::Events events;
  events.on_message = [self](net::WebSocket::Type, const std::string& bytes) {
    self->on_message(bytes);
  };
  events.on_close = [self](int, const std::string&) { self->on_gone(); };
  events.on_drain = [self] {
    const std::lock_guard lock(self->mutex_);
    self->flush();
  };
  socket_->start(std::move(events));
}

void ForwardSession::on_message(const std::string& bytes) {
  std::unique_lock lock(mutex_);
  if (is_over_) return;
  const auto received = spdy_.receive(bytes);
  flush();
  if (!received) {
    log::debug("kube", "a port-forward ended", {{"why", received.error().message}});
    give_up();
    return;
  }
  wait_for_targets(lock);
}

void ForwardSession::on_stream(spdy::StreamId id, const spdy::Headers& headers) {
  const std::string_view type = spdy::header(headers, "streamtype");
  const std::uint16_t port = port_of(spdy::header(headers, "port"));
  const std::string request(spdy::header(headers, "requestid"));
  const bool is_data = type == "data";
  if ((!is_data && type != "error") || port == 0) {
    spdy_.reset(id, spdy::ResetStatus::ProtocolError);
    return;
  }
  ForwardPtr& forward = waiting_[request];
  if (!forward) forward = std::make_shared<Forward>();
  forward->request = request;
  if ((is_data ? forward->data : forward->error) != 0) {
    spdy_.reset(id, spdy::ResetStatus::ProtocolError);  // a second one of its kind
    return;
  }
  (is_data ? forward->data : forward->error) = id;
  if (is_data) {
    ports_[id] = port;
    forwards_[id] = forward;
  }
  spdy_.reply(id, {});
  if (forward->data == 0 || forward->error == 0) return;
  const ForwardPtr complete = forward;
  waiting_.erase(request);
  connect(complete);
}

void ForwardSession::connect(const ForwardPtr& forward) {
  const std::uint16_t port = ports_[forward->data];
  if (port != target_.port) {
    fail_forward(forward, fmt::format("\"{}\" does not listen on port {}; it listens on port {}",
                                      target_.name, port, target_.port));
    return;
  }
  const std::weak_ptr<ForwardSession> weak = weak_from_this();
  tcp::Events events;
  events.on_data = [weak, forward](std::string_view data) {
    if (const auto self = weak.lock()) self->on_target_data(forward, data);
  };
  events.on_drained = [weak] {
    if (const auto self = weak.lock()) self->drained_.notify_all();
  };
  events.on_end = [weak, forward](Result<> outcome) {
    if (const auto self = weak.lock()) self->on_target_end(forward, std::move(outcome));
  };
  auto connection = relay_.connect(target_.address, target_.port, std::move(events));
  if (!connection) return fail_forward(forward, connection.error().message);
  forward->connection = std::move(*connection);
}

void ForwardSession::on_data(spdy::StreamId id, std::string_view data) {
  const auto found = forwards_.find(id);
  if (found == forwards_.end()) return;  // of an error stream: nothing to hear there
  if (found->second->connection) found->second->connection->write(std::string(data));
}

void ForwardSession::on_end(spdy::StreamId id) {
  const auto found = forwards_.find(id);
  if (found == forwards_.end()) return;
  const ForwardPtr forward = found->second;
  forward->is_client_done = true;
  if (forward->connection) forward->connection->finish();
  finish_if_done(forward);
}

void ForwardSession::on_reset(spdy::StreamId id) {
  std::erase_if(waiting_, [&](const auto& entry) {
    return entry.second->data == id || entry.second->error == id;
  });
  const auto found = forwards_.find(id);
  if (found == forwards_.end()) return;
  const ForwardPtr forward = found->second;
  if (forward->connection) forward->connection->close();
  if (forward->error != 0) spdy_.end(forward->error);
  ports_.erase(id);
  forwards_.erase(found);
}

void ForwardSession::on_target_data(const ForwardPtr& forward, std::string_view data) {
  const std::lock_guard lock(mutex_);
  if (is_over_) return;
  spdy_.send(forward->data, data);
  flush();
}

void ForwardSession::on_target_end(const ForwardPtr& forward, Result<> outcome) {
  const std::lock_guard lock(mutex_);
  if (is_over_) return;
  if (!outcome) {
    fail_forward(forward, fmt::format("dial tcp {}:{}: {}", target_.address, target_.port,
                                      outcome.error().message));
  } else {
    forward->is_target_done = true;
    spdy_.end(forward->data);
    spdy_.end(forward->error);
    finish_if_done(forward);
  }
  drained_.notify_all();
  flush();
}

void ForwardSession::fail_forward(const ForwardPtr& forward, const std::string& why) {
  spdy_.send(forward->error, fmt::format("error forwarding port {} to pod {}: {}",
                                         ports_[forward->data], target_.name, why));
  spdy_.end(forward->error);
  spdy_.end(forward->data);
  forward->is_target_done = true;
  if (forward->connection) forward->connection->close();
  finish_if_done(forward);
}

void ForwardSession::finish_if_done(const ForwardPtr& forward) {
  if (!forward->is_target_done || !forward->is_client_done) return;
  if (forward->connection) forward->connection->close();
  ports_.erase(forward->data);
  forwards_.erase(forward->data);
}

// Nothing more is read from the client while a listener is behind: the socket's own queue fills up,
// and then the client's. A listener that stays behind loses its connection.
void ForwardSession::wait_for_targets(std::unique_lock<std::mutex>& lock) {
  const auto is_behind = [](const Forward& forward) {
    return forward.connection && forward.connection->queued() > kQueuedMax;
  };
  const auto are_all_well = [&] {
    for (const auto& [id, forward] : forwards_) {
      if (is_behind(*forward)) return false;
    }
    return true;
  };
  if (are_all_well()) return;
  const int now = ++waiters;
  if (now <= kWaitersMax) {
    drained_.wait_for(lock, kDrainWithin, [&] { return is_over_ || are_all_well(); });
  }
  --waiters;
  if (is_over_) return;
  std::vector<ForwardPtr> lost;
  for (const auto& [id, forward] : forwards_) {
    if (is_behind(*forward)) lost.push_back(forward);
  }
  for (const ForwardPtr& forward : lost) fail_forward(forward, "it does not read what is sent");
  flush();
}

// Hands over what there is to send. What the socket has no room for waits here, and the listeners
// with it.
void ForwardSession::flush() {
  held_ += spdy_.take_output();
  if (is_over_ || held_.empty()) return;
  if (socket_->send(net::WebSocket::Type::Binary, held_)) {
    held_.clear();
    for (const auto& [id, forward] : forwards_) {
      if (forward->connection) forward->connection->resume();
    }
    return;
  }
  for (const auto& [id, forward] : forwards_) {
    if (forward->connection) forward->connection->pause();
  }
  // Beyond what the paused connections had under way, only the client itself can make it grow.
  if (held_.size() > kHeldMax + forwards_.size() * (64U << 10U)) give_up();
}

void ForwardSession::give_up() {
  if (std::exchange(is_over_, true)) return;
  for (const auto& [id, forward] : forwards_) {
    if (forward->connection) forward->connection->close();
  }
  forwards_.clear();
  waiting_.clear();
  held_ = {};
  drained_.notify_all();
  socket_->close(1002, "");
}

void ForwardSession::on_gone() {
  std::function<void()> tell;
  {
    const std::lock_guard lock(mutex_);
    give_up();
    tell = std::exchange(on_gone_, {});
  }
  if (tell) tell();
}

}  // namespace gp::api
