#include "platform/api/port_forward.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <condition_variable>

#include "engine/spdy/session.hpp"
#include "platform/api/admission_fixture.hpp"

using namespace gp;
using namespace gp::api;

namespace {

// A socket between a test and the server side; messages to the client are collected.
class FakeSocket final : public net::WebSocket {
 public:
  void start(Events events) override { events_ = std::move(events); }
  bool send(Type, std::string message) override {
    const std::lock_guard lock(mutex_);
    if (is_full) return false;
    received_ += message;
    changed_.notify_all();
    return true;
  }
  void close(int code, std::string_view) override {
    const std::lock_guard lock(mutex_);
    closed = code;
    changed_.notify_all();
  }
  void deliver(std::string bytes) { events_.on_message(Type::Binary, std::move(bytes)); }
  void leave() {
    const Events last = std::exchange(events_, {});
    last.on_close(1000, "");
  }
  // Hands what came to `take` until it says that it has enough.
  void read_until(const std::function<bool(std::string bytes)>& take) {
    std::unique_lock lock(mutex_);
    while (!take(std::exchange(received_, {}))) {
      changed_.wait(lock, [this] { return !received_.empty(); });
    }
  }
  std::atomic<bool> is_full = false;
  int closed = 0;

 private:
  Events events_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string received_;
};

// A listener that echoes every connection.
struct Echo {
  Echo() {
    fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(fd, 16) == 0);
    socklen_t size = sizeof address;
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
    port = ntohs(address.sin_port);
    thread = std::thread([this] {
      for (int peer = 0; (peer = ::accept(fd, nullptr, nullptr)) >= 0; ::close(peer)) {
        std::array<char, 4096> buffer{};
        for (ssize_t got = 0; (got = ::recv(peer, buffer.data(), buffer.size(), 0)) > 0;) {
          ::send(peer, buffer.data(), static_cast<std::size_t>(got), MSG_NOSIGNAL);
        }
      }
    });
  }
  ~Echo() {
    ::shutdown(fd, SHUT_RDWR);
    thread.join();
    ::close(fd);
  }
  int fd = -1;
  std::uint16_t port = 0;
  std::thread thread;
};

// What kubectl does: two streams for each connection.
struct Client {
  explicit Client(PortForwards& forwards, const ForwardTarget& target)
      : socket(std::make_shared<FakeSocket>()),
        spdy(spdy::Role::Client,
             {.on_stream = {},
              .on_reply = {},
              .on_data = [this](spdy::StreamId id, std::string_view data) { got[id] += data; },
              .on_end = [this](spdy::StreamId id) { ended.insert(id); },
              .on_reset = [this](spdy::StreamId id) { ended.insert(id); },
              .on_go_away = {}}) {
    forwards.serve(target, socket);
  }
  std::pair<spdy::StreamId, spdy::StreamId> open(std::uint16_t port, std::string_view request) {
    const auto headers = [&](std::string type) {
      return spdy::Headers{{"streamtype", std::move(type)},
                           {"port", std::to_string(port)},
                           {"requestid", std::string(request)}};
    };
    const spdy::StreamId error = spdy.open(headers("error"), true);
    const spdy::StreamId data = spdy.open(headers("data"), false);
    return {error, data};
  }
  void push() { socket->deliver(spdy.take_output()); }
  void read_until_end(spdy::StreamId id) {
    socket->read_until([&](const std::string& bytes) {
      CHECK(spdy.receive(bytes));
      return ended.contains(id);
    });
  }

  std::shared_ptr<FakeSocket> socket;
  spdy::Session spdy;
  std::map<spdy::StreamId, std::string> got;
  std::set<spdy::StreamId> ended;
};

}  // namespace

TEST_CASE("port-forward: bytes go to the listener and come back, connection by connection") {
  const Echo echo;
  PortForwards forwards;
  const ForwardTarget target{"portal", "127.0.0.1", echo.port, 80};
  Client client(forwards, target);

  for (const char* request : {"0", "1"}) {
    const auto [error, data] = client.open(echo.port, request);
    client.spdy.send(data, std::string(100'000, 'x'));
    client.spdy.end(data);
    client.push();
    client.read_until_end(data);
    CHECK(client.got[data].size() == 100'000);
    CHECK(client.got[error].empty());
  }
  CHECK(forwards.sessions() == 1);
  client.socket->leave();
  CHECK(forwards.sessions() == 0);
}

TEST_CASE("port-forward: another port is refused in words") {
  PortForwards forwards;
  Client client(forwards, {"portal", "127.0.0.1", 7007, 80});

  const auto [error, data] = client.open(81, "0");
  client.push();
  client.read_until_end(data);

  CHECK(client.got[error] ==
        "error forwarding port 81 to pod portal: \"portal\" does not listen on port 81; it listens "
        "on port 7007");
}

TEST_CASE("port-forward: a listener that is not there is told on the error stream") {
  std::uint16_t port = 0;
  {
    const Echo gone;
    port = gone.port;
  }
  PortForwards forwards;
  Client client(forwards, {"portal", "127.0.0.1", port, 80});

  const auto [error, data] = client.open(port, "0");
  client.push();
  client.read_until_end(error);

  CHECK(client.got[error] ==
        fmt::format("error forwarding port {0} to pod portal: dial tcp 127.0.0.1:{0}: Connection "
                    "refused",
                    port));
}

TEST_CASE("port-forward: nonsense ends the session, and a client that does not read is given up") {
  PortForwards forwards;
  const auto socket = std::make_shared<FakeSocket>();
  forwards.serve({"portal", "127.0.0.1", 7007, 80}, socket);
  socket->deliver("GET / HTTP/1.1\r\n\r\n");
  CHECK(socket->closed == 1002);

  Client deaf(forwards, {"portal", "127.0.0.1", 7007, 80});
  deaf.socket->is_full = true;
  for (int turn = 0; turn < 200 && deaf.socket->closed == 0; ++turn) {
    for (int i = 0; i < 1000; ++i) deaf.spdy.ping();
    deaf.push();
  }
  CHECK(deaf.socket->closed == 1002);
}

TEST_CASE("port-forward: no more than so many clients at a time") {
  PortForwards forwards;
  std::vector<std::shared_ptr<FakeSocket>> sockets;
  for (int i = 0; i <= PortForwards::kSessionsMax; ++i) {
    sockets.push_back(std::make_shared<FakeSocket>());
    forwards.serve({"portal", "127.0.0.1", 7007, 80}, sockets.back());
  }

  CHECK(sockets.front()->closed == 0);
  CHECK(sockets.back()->closed == 1013);
  CHECK_FALSE(forwards.has_room());
  for (std::size_t i = 0; i + 1 < sockets.size(); ++i) sockets[i]->leave();
  CHECK(forwards.has_room());
}

TEST_CASE_FIXTURE(AdmissionFixture, "port-forward: each listener is a running Pod and a Service") {
  PortForwards forwards;
  forwards.add({"portal", "127.0.0.1", 7007, 80});
  REQUIRE(forwards.publish(*verbs));
  forwards.add({"portal", "127.0.0.1", 7008, 80});
  const auto published = forwards.publish(*verbs);
  REQUIRE_MESSAGE(published, message_of(published));

  const Value pod = store->get("pods", "goldenpath", "portal")->parse();
  CHECK(pod["status"]["phase"].text() == "Running");
  CHECK(pod["spec"]["containers"].at(0)["ports"].at(0)["containerPort"].integer() == 7008);
  const Value service = store->get("services", "goldenpath", "portal")->parse();
  CHECK(service["spec"]["ports"].at(0)["targetPort"].integer() == 7008);
  CHECK(forwards.find("goldenpath", "portal")->port == 7008);
  CHECK_FALSE(forwards.find("default", "portal"));
  CHECK_FALSE(forwards.find("goldenpath", "other"));
}

TEST_CASE_FIXTURE(AdmissionFixture, "port-forward: a second start on the same port keeps its Pod") {
  const ForwardTarget target{"portal", "127.0.0.1", 7007, 80};
  PortForwards first;
  first.add(target);
  REQUIRE(first.publish(*verbs));
  const Value before = store->get("pods", "goldenpath", "portal")->parse();

  PortForwards second;
  second.add(target);
  const auto published = second.publish(*verbs);

  REQUIRE_MESSAGE(published, message_of(published));
  const Value after = store->get("pods", "goldenpath", "portal")->parse();
  CHECK(after["metadata"]["uid"] == before["metadata"]["uid"]);
  CHECK(after["spec"] == before["spec"]);
}
