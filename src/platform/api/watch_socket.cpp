#include "platform/api/watch_socket.hpp"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>

#include "adapter/net/websocket.hpp"
#include "base/json.hpp"
#include "platform/api/list_query.hpp"
#include "platform/api/status.hpp"
#include "platform/api/watch_stream.hpp"

namespace gp::api {
namespace {

constexpr std::size_t kWatchesMax = 200;
constexpr std::size_t kEventsAtOnce = 64;
constexpr std::size_t kMessageBytesMax = 64U << 10U;
constexpr std::size_t kUnsentMax = 1000;  // messages; refusals alone can become so many

std::string_view type_name(store::Event::Type type) {
  if (type == store::Event::Type::Added) return "ADDED";
  return type == store::Event::Type::Modified ? "MODIFIED" : "DELETED";
}

struct Watch {
  std::vector<ObjectRef> state;  // still to be sent, from the back
  std::unique_ptr<store::Watcher> watcher;
};

// One socket. Messages, drains and the watchers' wake-ups come on different threads: one of them at
// a time pumps, the others tell it to go round again.
class WatchSocket : public std::enable_shared_from_this<WatchSocket> {
 public:
  WatchSocket(Services& services, Caller caller, std::shared_ptr<net::WebSocket> socket)
      : services_(services), caller_(std::move(caller)), socket_(std::move(socket)) {}

  void start() {
    net::WebSocket::Events events;
    events.on_message = [self = shared_from_this()](net::WebSocket::Type, std::string message) {
      self->receive(message);
    };
    events.on_drain = [self = shared_from_this()] { self->schedule(); };
    events.on_close = [self = shared_from_this()](int, std::string) { self->close(); };
    socket_->start(std::move(events));
  }

 private:
  void receive(const std::string& message) {
    const auto parsed = parse_json(message, {.bytes_max = kMessageBytesMax, .depth_max = 8});
    if (!parsed || (*parsed)["id"].is_null()) {
      socket_->close(1007, "expected {\"id\": …, \"path\": …} or {\"id\": …, \"stop\": true}");
      return;
    }
    const std::string id = to_json((*parsed)["id"]);
    if ((*parsed)["stop"].boolean()) {
      const std::lock_guard lock(mutex_);
      watches_.erase(id);
      return;
    }
    auto watch = open((*parsed)["path"].text());
    if (!watch) {
      send_error(id, watch.error());
      return;
    }
    add(id, std::move(*watch));
    pump();
  }

  void add(const std::string& id, Watch watch) {
    watch.watcher->on_ready([weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->schedule();
    });
    const std::lock_guard lock(mutex_);
    if (!is_closed_) watches_[id] = std::make_shared<Watch>(std::move(watch));
  }

  Result<Watch> open(std::string_view url) {
    {
      const std::lock_guard lock(mutex_);
      if (watches_.size() >= kWatchesMax) {
        return fail(resource_exhausted("at most {} watches go over one socket", kWatchesMax));
      }
    }
    net::Request request;
    request.method = "GET";
    request.target = url;
    const std::size_t question = url.find('?');
    request.path = url.substr(0, question);
    if (question != std::string_view::npos) {
      request.query = TRY(net::Query::parse(url.substr(question + 1)));
    }
    request.query.add("watch", "true");
    const auto info = parse_request(request);
    if (!info || !info->is_resource || info->verb != "watch") {
      return fail(status::bad_request(fmt::format("\"{}\" cannot be watched", url)));
    }
    const Attributes attributes = attributes_of(*info);
    const Decision decision = services_.authorizer.decide(caller_, attributes);
    if (!decision.is_allowed) return fail(forbidden_error(caller_, attributes, decision.reason));
    Target target;
    target.kind = services_.kinds.find(info->group, info->version, info->resource);
    if (!target.kind || target.kind->is_virtual) return fail(status::no_such_resource());
    if (target.kind->is_namespaced) target.ns = info->ns;
    const WatchQuery query =
        TRY(parse_watch_query(request.query, info->is_collection ? "" : info->name));
    WatchStart start = TRY(start_watch(services_.verbs, target, query));
    std::ranges::reverse(start.state);
    return Watch{std::move(start.state), std::move(start.watcher)};
  }

  void close() {
    const std::lock_guard lock(mutex_);
    is_closed_ = true;
    watches_.clear();
  }

  // Called on the store's sequencer, which must not be kept.
  void schedule() {
    if (is_scheduled_.exchange(true)) return;
    const bool is_taken = services_.background.submit([self = shared_from_this()] {
      self->is_scheduled_ = false;
      self->pump();
    });
    if (!is_taken) is_scheduled_ = false;  // stopping, or flooded: the next event tries again
  }

  // Sends what there is until the queue is full or nothing is left.
  void pump() {
    std::unique_lock lock(mutex_);
    wants_pump_ = true;
    if (is_pumping_) return;
    is_pumping_ = true;
    while (wants_pump_ && !is_closed_) {
      wants_pump_ = false;
      const auto watches = watches_;
      lock.unlock();
      bool is_full = false;
      for (const auto& [id, watch] : watches) {
        if (!send_news(id, *watch)) is_full = true;
        if (is_full) break;
      }
      lock.lock();
      if (is_full) break;  // on_drain goes on
    }
    is_pumping_ = false;
  }

  // False when the queue is full.
  bool send_news(const std::string& id, Watch& watch) {
    if (!flush()) return false;
    while (!watch.state.empty()) {
      const ObjectRef object = std::move(watch.state.back());
      watch.state.pop_back();
      if (!send_event(id, "ADDED", *object)) return false;
    }
    std::vector<store::Event> events;
    do {
      events.clear();
      const auto polled = watch.watcher->poll(events, kEventsAtOnce);
      if (!polled) {
        end(id, polled.error());
        return true;
      }
      bool is_full = false;
      for (const store::Event& event : events) {
        if (event.object && !send_event(id, type_name(event.type), *event.object)) is_full = true;
      }
      if (is_full) return false;
    } while (!events.empty());
    return true;
  }

  // What the socket refuses is kept, at most one poll's worth, and sent first after the drain.
  bool send_event(const std::string& id, std::string_view type, const object::Object& object) {
    return send(fmt::format(R"({{"id":{},"type":"{}","object":{}}})", id, type, object.json()));
  }

  bool send(std::string message) {
    const std::lock_guard lock(send_mutex_);
    if (unsent_.empty() && socket_->send(net::WebSocket::Type::Text, message)) return true;
    if (unsent_.size() >= kUnsentMax) {
      socket_->close(1008, "asks more than it reads");
      return false;
    }
    unsent_.push_back(std::move(message));
    return false;
  }

  bool flush() {
    const std::lock_guard lock(send_mutex_);
    std::size_t sent = 0;
    while (sent < unsent_.size() && socket_->send(net::WebSocket::Type::Text, unsent_[sent])) {
      ++sent;
    }
    unsent_.erase(unsent_.begin(), unsent_.begin() + static_cast<std::ptrdiff_t>(sent));
    return unsent_.empty();
  }

  void end(const std::string& id, const Error& error) {
    {
      const std::lock_guard lock(mutex_);
      watches_.erase(id);
    }
    const bool is_expired = error.code == Code::Gone && error.details["kind"].text() != "Status";
    send_error(id, is_expired ? status::expired("too old resource version") : error);
  }

  void send_error(const std::string& id, const Error& error) {
    send(fmt::format(R"({{"id":{},"error":{}}})", id, to_json(status::to_status(error))));
  }

  Services& services_;
  Caller caller_;
  std::shared_ptr<net::WebSocket> socket_;

  std::atomic<bool> is_scheduled_{false};
  std::mutex send_mutex_;  // guards the field below
  std::vector<std::string> unsent_;

  std::mutex mutex_;  // guards the fields below
  std::map<std::string, std::shared_ptr<Watch>> watches_;
  bool is_pumping_ = false;
  bool wants_pump_ = false;
  bool is_closed_ = false;
};

}  // namespace

net::Response watch_socket_response(Services& services, const Caller& caller) {
  net::Response response = net::Response::empty(101);
  response.websocket = [&services, caller](std::shared_ptr<net::WebSocket> socket) {
    std::make_shared<WatchSocket>(services, caller, std::move(socket))->start();
  };
  return response;
}

}  // namespace gp::api
