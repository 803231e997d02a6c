#include "adapter/net/websocket.hpp"

#include <doctest/doctest.h>

#include "adapter/net/server_fixture.hpp"
#include "adapter/net/websocket_frames.hpp"

using namespace gp;
using namespace gp::net;

namespace {

// A client's frame, masked.
std::string masked(WsOpcode opcode, std::string_view data) {
  std::string frame = ws_frame_head(opcode, data.size());
  frame[1] = static_cast<char>(static_cast<unsigned char>(frame[1]) | 0x80U);
  frame += std::string(4, '\0');  // a mask that changes nothing is a mask
  return frame.append(data);
}

struct WebSocketFixture : ServerFixture {
  // Echoes, and keeps what it hears of the end.
  void start_echo(std::string protocol = {}) {
    start([this, protocol](Request&) {
      Response response;
      response.websocket_protocol = protocol;
      response.websocket = [this](std::shared_ptr<WebSocket> opened) { open(std::move(opened)); };
      return response;
    });
  }

  void open(std::shared_ptr<WebSocket> opened) {
    WebSocket* const raw = opened.get();
    WebSocket::Events events;
    events.on_message = [this, raw](WebSocket::Type type, std::string message) {
      gate.wait();
      ++heard;
      if (!is_echoing) return;
      if (message == "close me") return raw->close(4000, "as you wish");
      if (message == "throw") throw std::runtime_error("a mistake");
      (void)raw->send(type, std::move(message));
    };
    events.on_close = [this](int code, const std::string& reason) {
      const std::lock_guard lock(mutex);
      closes.push_back(fmt::format("{} {}", code, reason));
    };
    events.on_drain = [this] { ++drains; };
    {
      const std::lock_guard lock(mutex);
      socket = opened;
    }
    opened->start(std::move(events));
  }

  std::string connect(TestClient& client, std::string_view more = {}) const {
    client.send(
        fmt::format("GET /ws HTTP/1.1\r\nHost: h\r\nConnection: keep-alive, Upgrade\r\n"
                    "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{}\r\n",
                    more));
    return client.read_until("\r\n\r\n");
  }

  // The next message as "1:text", or nothing at the end.
  static std::string next(TestClient& client, WsReader& reader) {
    WsReader::Message message;
    while (reader.next(message) == WsReader::Outcome::NeedsMore) {
      const std::string bytes = client.read_some();
      if (bytes.empty()) return {};
      reader.feed(bytes);
    }
    return fmt::format("{}:{}", static_cast<int>(message.opcode), message.data);
  }

  std::string last_close() {
    std::string last;
    eventually([&] {
      const std::lock_guard lock(mutex);
      if (closes.size() == 1) last = closes.front();
      return !closes.empty();
    });
    return last;
  }
  std::shared_ptr<WebSocket> opened() {
    eventually([&] {
      const std::lock_guard lock(mutex);
      return socket != nullptr;
    });
    return socket;
  }

  ~WebSocketFixture() {
    gate.open();
    if (server) server->stop();  // its workers use what follows
  }

  Gate gate;
  std::mutex mutex;  // guards the two below
  std::vector<std::string> closes;
  std::shared_ptr<WebSocket> socket;
  std::atomic<int> drains = 0;
  std::atomic<int> heard = 0;
  bool is_echoing = true;
  WsReader reader{WsRole::Client, 64U << 20U};
};

}  // namespace

TEST_CASE_FIXTURE(WebSocketFixture, "websocket: the handshake is RFC 6455's own example") {
  start_echo("chat");
  TestClient client(port);

  const std::string answer = connect(client);

  CHECK(answer.starts_with("HTTP/1.1 101 Switching Protocols\r\n"));
  CHECK(answer.contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"));
  CHECK(answer.contains("Sec-WebSocket-Protocol: chat\r\n"));
}

TEST_CASE_FIXTURE(WebSocketFixture,
                  "websocket: messages go both ways in order, pings between them") {
  gate.open();
  start_echo();
  TestClient client(port);
  connect(client);

  client.send(masked(WsOpcode::Text, "one") + masked(WsOpcode::Binary, "two"));
  CHECK(next(client, reader) == "1:one");
  CHECK(next(client, reader) == "2:two");
  client.send(masked(WsOpcode::Ping, "beat"));
  CHECK(next(client, reader) == "10:beat");
  const std::string large(3'000'000, 'x');
  client.send(masked(WsOpcode::Binary, large));
  CHECK(next(client, reader) == "2:" + large);
}

TEST_CASE_FIXTURE(WebSocketFixture, "websocket: the peer's close is answered with its code") {
  gate.open();
  start_echo();
  TestClient client(port);
  connect(client);

  client.send(masked(WsOpcode::Close,
                     "\x03\xe9"
                     "bye"));

  CHECK(next(client, reader) == "8:\x03\xe9");
  CHECK(client.read_all().empty());
  CHECK(last_close() == "1001 bye");
  CHECK_FALSE(opened()->send(WebSocket::Type::Text, "too late"));
  client.close();
  CHECK(is_quiet());
}

TEST_CASE_FIXTURE(WebSocketFixture, "websocket: our close waits for the peer's") {
  gate.open();
  start_echo();
  TestClient client(port);
  connect(client);

  client.send(masked(WsOpcode::Text, "close me"));
  CHECK(next(client, reader) ==
        "8:\x0f\xa0"
        "as you wish");
  CHECK_FALSE(client.has_input());
  client.send(masked(WsOpcode::Close, "\x0f\xa0"));

  CHECK(client.read_all().empty());
  CHECK(last_close() == "4000 as you wish");
}

TEST_CASE_FIXTURE(WebSocketFixture,
                  "websocket: what breaks the protocol is closed with the reason's code") {
  gate.open();
  start_echo();
  TestClient client(port);
  connect(client);

  client.send(masked(WsOpcode::Text, "\xff"));

  CHECK(next(client, reader) == "8:\x03\xef");
  CHECK(last_close() == "1007 ");
}

TEST_CASE_FIXTURE(WebSocketFixture, "websocket: a callback that throws closes with 1011") {
  gate.open();
  start_echo();
  TestClient client(port);
  connect(client);

  client.send(masked(WsOpcode::Text, "throw"));

  CHECK(next(client, reader) == "8:\x03\xf3the server failed");
  CHECK(last_close() == "1011 the server failed");
}

TEST_CASE_FIXTURE(WebSocketFixture, "websocket: a lost connection is told as 1006") {
  gate.open();
  start_echo();
  TestClient client(port);
  connect(client);
  REQUIRE(opened());

  client.reset();

  CHECK(last_close() == "1006 the connection was lost");
  CHECK(is_quiet());
}

TEST_CASE_FIXTURE(WebSocketFixture, "websocket: silence is pinged, then given up") {
  gate.open();
  start_echo();
  TestClient client(port);
  connect(client);
  for (int second = 0; second < 31; ++second) clock.advance(std::chrono::seconds(1));
  CHECK(next(client, reader) == "9:");

  for (int second = 0; second < 70; ++second) clock.advance(std::chrono::seconds(1));

  CHECK(last_close() == "1006 the connection was lost");
  CHECK(is_quiet());
}

TEST_CASE_FIXTURE(WebSocketFixture,
                  "websocket: a full send queue refuses, and tells when it has drained") {
  gate.open();
  start_echo();
  TestClient client(port);
  connect(client);
  const auto socket_held = opened();
  REQUIRE(socket_held);
  int sent = 0;

  while (socket_held->send(WebSocket::Type::Binary, std::string(100'000, 'x'))) ++sent;

  CHECK(sent >= 40);
  CHECK(drains == 0);
  for (int i = 0; i < sent; ++i) CHECK(next(client, reader).size() == 100'002);
  CHECK(eventually([&] { return drains == 1; }));
  CHECK(socket_held->send(WebSocket::Type::Text, "again"));
}

TEST_CASE_FIXTURE(WebSocketFixture, "websocket: a reader that is slow holds the peer back") {
  is_echoing = false;
  start_echo();
  TestClient client(port);
  connect(client);
  const std::string message = masked(WsOpcode::Binary, std::string(1'000'000, 'x'));
  std::atomic<int> sent = 0;
  std::thread sender([&] {
    for (; sent < 100; ++sent) client.send(message);
  });

  // Four MiB in the queue, what the sockets hold, and no more while the first is being read.
  REQUIRE(eventually([&] { return gate.waiting() == 1; }));
  int before = -1;
  eventually([&] { return std::exchange(before, sent.load()) == sent && sent >= 4; });
  CHECK(sent < 60);

  gate.open();
  sender.join();
  CHECK(eventually([&] { return heard == 100; }));
}

TEST_CASE_FIXTURE(WebSocketFixture, "websocket: handshakes that cannot be met") {
  start_echo();
  const auto status_of = [&](std::string_view fields) {
    TestClient client(port);
    client.send(fmt::format("GET / HTTP/1.1\r\nHost: h\r\n{}\r\n", fields));
    return client.read_answer().status;
  };
  const std::string upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\n";
  const std::string key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  const std::string version = "Sec-WebSocket-Version: 13\r\n";

  CHECK(status_of("") == 426);
  CHECK(status_of(upgrade + key) == 426);
  CHECK(status_of(upgrade + key + "Sec-WebSocket-Version: 8\r\n") == 426);
  CHECK(status_of(upgrade + version) == 400);
  CHECK(status_of(upgrade + version + "Sec-WebSocket-Key: c2hvcnQ=\r\n") == 400);
}

TEST_CASE_FIXTURE(WebSocketFixture, "websocket: stopping says 1001") {
  gate.open();
  start_echo();
  TestClient client(port);
  connect(client);
  REQUIRE(opened());

  std::thread stopper([&] { server->stop(); });
  CHECK(next(client, reader) == "8:\x03\xe9the server stops");
  client.send(masked(WsOpcode::Close, "\x03\xe9"));
  stopper.join();

  CHECK(last_close() == "1001 the server stops");
}

TEST_CASE_FIXTURE(WebSocketFixture, "websocket: frames that come with the handshake are not lost") {
  gate.open();
  ListenOptions options = listen_options([](Request&) { return Response::empty(500); });
  options.quick = [this](Request&) {
    Response response;
    response.websocket = [this](std::shared_ptr<WebSocket> opened) { open(std::move(opened)); };
    return response;
  };
  start(std::move(options));
  TestClient client(port);

  client.send(
      "GET /ws HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n" +
      masked(WsOpcode::Text, "early"));

  CHECK(client.read_until("\r\n\r\n").starts_with("HTTP/1.1 101 "));
  CHECK(next(client, reader) == "1:early");
}

TEST_CASE_FIXTURE(WebSocketFixture, "websocket: fragments are one message, with pings between") {
  gate.open();
  start_echo();
  TestClient client(port);
  connect(client);
  std::string first = masked(WsOpcode::Text, "hel");
  first[0] = '\x01';
  std::string second = masked(WsOpcode::Continuation, "lo");

  client.send(first + masked(WsOpcode::Ping, "p") + second);

  CHECK(next(client, reader) == "10:p");
  CHECK(next(client, reader) == "1:hello");
}

TEST_CASE_FIXTURE(WebSocketFixture, "websocket: ending one's side without a close is a loss") {
  gate.open();
  start_echo();
  TestClient client(port);
  connect(client);
  REQUIRE(opened());

  client.end_sending();

  CHECK(last_close() == "1006 the connection was lost");
  CHECK(is_quiet());
}

TEST_CASE_FIXTURE(WebSocketFixture, "websocket: unfinished messages share what bodies may take") {
  gate.open();
  start(
      [this](Request&) {
        Response response;
        response.websocket = [this](std::shared_ptr<WebSocket> opened) { open(std::move(opened)); };
        return response;
      },
      {.body_bytes_held_max = 100'000});
  TestClient client(port);
  connect(client);

  client.send(masked(WsOpcode::Binary, std::string(200'000, 'x')).substr(0, 150'000));

  CHECK(next(client, reader) == "8:\x03\xf5the server holds too many messages");
}
