// Many watches over one WebSocket, as the portal keeps it: ids, stops, refusals, slow clients.
#include <condition_variable>
#include <deque>

#include "adapter/net/websocket.hpp"
#include "platform/api/api_fixture.hpp"

using namespace gp;
using namespace gp::api;

namespace {

// The client's end. What is sent waits in a queue; `take` blocks until there is something.
class FakeSocket final : public net::WebSocket {
 public:
  void start(Events events) override { events_ = std::move(events); }
  bool send(Type, std::string message) override {
    const std::lock_guard lock(mutex_);
    if (is_full) return false;
    messages_.push_back(std::move(message));
    arrived_.notify_all();
    return true;
  }
  void close(int code, std::string_view) override { closed = code; }

  void say(std::string message) { events_.on_message(Type::Text, std::move(message)); }
  void drain() {
    is_full = false;
    events_.on_drain();
  }
  void leave() {
    const Events last = std::exchange(events_, {});
    if (last.on_close) last.on_close(1000, "");
  }
  Value take() {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [this] { return !messages_.empty(); });
    const auto parsed = parse_json(messages_.front());
    REQUIRE(parsed);
    messages_.pop_front();
    return *parsed;
  }
  // "1 ADDED a" or "1 404 NotFound".
  std::string heard() {
    const Value message = take();
    const Value& error = message["error"];
    if (error.is_null()) {
      return fmt::format("{} {} {}", to_json(message["id"]), message["type"].text(),
                         message["object"]["metadata"]["name"].text());
    }
    return fmt::format("{} {} {}", to_json(message["id"]), error["code"].integer(),
                       error["reason"].text());
  }
  std::size_t waiting() {
    const std::lock_guard lock(mutex_);
    return messages_.size();
  }

  std::atomic<bool> is_full = false;
  std::atomic<int> closed = 0;

 private:
  Events events_;
  std::mutex mutex_;  // guards the field below
  std::deque<std::string> messages_;
  std::condition_variable arrived_;
};

struct Socket : ApiFixture {
  Socket() { open({"admin", "", {"system:masters"}, {}}); }
  ~Socket() { socket->leave(); }

  void open(const Caller& caller) {
    socket = std::make_shared<FakeSocket>();
    net::Request request;
    const net::Response response = server->watch_socket_as(caller, request);
    REQUIRE(response.status == 101);
    response.websocket(socket);
  }
  void watch_maps(std::string_view id, std::string_view query = "") {
    socket->say(fmt::format(R"({{"id":{},"path":"{}{}"}})", id, kMaps, query));
  }

  std::shared_ptr<FakeSocket> socket;
};

}  // namespace

TEST_CASE_FIXTURE(Socket, "watch socket: the state, then what happens, by the client's own id") {
  config_map("a");
  watch_maps("7");
  CHECK(socket->heard() == "7 ADDED a");

  config_map("b");
  CHECK(socket->heard() == "7 ADDED b");
  remove("/api/v1/namespaces/shop/configmaps/a");
  CHECK(socket->heard() == "7 DELETED a");
}

TEST_CASE_FIXTURE(Socket, "watch socket: from a revision on nothing is told twice") {
  config_map("a");
  watch_maps("1", fmt::format("?resourceVersion={}", store->revision()));
  config_map("b");

  CHECK(socket->heard() == "1 ADDED b");
}

TEST_CASE_FIXTURE(Socket, "watch socket: a stopped watch is silent, the others go on") {
  watch_maps("\"one\"");
  socket->say(R"({"id":"two","path":"/api/v1/namespaces?fieldSelector=metadata.name%3Dshop"})");
  CHECK(socket->heard() == "\"two\" ADDED shop");

  socket->say(R"({"id":"one","stop":true})");
  config_map("a");
  patch("/api/v1/namespaces/shop", "application/merge-patch+json", "{metadata: {labels: {a: b}}}");

  CHECK(socket->heard() == "\"two\" MODIFIED shop");
}

TEST_CASE_FIXTURE(Socket, "watch socket: what cannot be watched is refused by its id") {
  socket->say(R"({"id":1,"path":"/version"})");
  CHECK(socket->heard() == "1 400 BadRequest");
  socket->say(R"({"id":2,"path":"/api/v1/widgets"})");
  CHECK(socket->heard() == "2 404 NotFound");
  socket->say(R"({"id":3,"path":"/api/v1/configmaps?labelSelector=a+in+b"})");
  CHECK(socket->heard() == "3 400 BadRequest");
  socket->say(R"({"id":4})");
  CHECK(socket->heard() == "4 400 BadRequest");
  CHECK(socket->closed == 0);
}

TEST_CASE_FIXTURE(Socket, "watch socket: each watch is asked for its own permission") {
  socket->leave();
  open({"carol", "", {"system:authenticated"}, {}});
  watch_maps("1");

  CHECK(socket->heard() == "1 403 Forbidden");
}

TEST_CASE_FIXTURE(Socket, "watch socket: who does not speak our language is hung up on") {
  socket->say("hello");
  CHECK(socket->closed == 1007);
}

TEST_CASE_FIXTURE(Socket, "watch socket: history that is gone ends its watch alone") {
  const Revision then = store->revision();
  config_map("a");
  store->compact(store->revision());

  watch_maps("1", fmt::format("?resourceVersion={}", then));
  CHECK(socket->heard() == "1 410 Expired");
  watch_maps("2");
  CHECK(socket->heard() == "2 ADDED a");
}

TEST_CASE_FIXTURE(Socket, "watch socket: a slow client misses nothing and keeps the order") {
  for (const char* name : {"a", "b", "c"}) config_map(name);
  socket->is_full = true;
  watch_maps("1");
  CHECK(socket->waiting() == 0);

  socket->drain();

  CHECK(socket->heard() == "1 ADDED a");
  CHECK(socket->heard() == "1 ADDED b");
  CHECK(socket->heard() == "1 ADDED c");
}

TEST_CASE_FIXTURE(Socket, "watch socket: two hundred watches are enough for one socket") {
  for (int id = 0; id < 200; ++id) watch_maps(std::to_string(id));
  watch_maps("200");

  CHECK(socket->heard() == "200 429 TooManyRequests");
}

TEST_CASE_FIXTURE(Socket, "watch socket: who asks and asks and never reads is hung up on") {
  socket->is_full = true;
  for (int id = 0; id < 2000 && socket->closed == 0; ++id) {
    socket->say(fmt::format(R"({{"id":{},"path":"/version"}})", id));
  }

  CHECK(socket->closed == 1008);
}
