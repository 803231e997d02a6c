#include "adapter/net/stream_fixture.hpp"

#include <doctest/doctest.h>

#include "adapter/net/server_fixture.hpp"

using namespace gp;
using namespace gp::net;

namespace {

struct StreamFixture : ServerFixture {
  void start_stream(bool is_endless = true, std::string length = {}) {
    start([this, is_endless, length](Request&) {
      Response response = Response::empty(200);
      if (!length.empty()) response.headers.add("Content-Length", length);
      response.stream = StreamSource::stream_of(source, is_endless);
      return response;
    });
  }

  std::shared_ptr<StreamSource> source = std::make_shared<StreamSource>();
  static constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
};

}  // namespace

TEST_CASE_FIXTURE(StreamFixture, "stream: the head is sent before there is anything to say") {
  start_stream();
  TestClient client(port);
  client.send(kGet);

  const std::string head = client.read_until("\r\n\r\n");

  CHECK(head.contains("Transfer-Encoding: chunked"));
  CHECK(eventually([&] { return source->is_waiting(); }));
  CHECK_FALSE(client.has_input());
}

TEST_CASE_FIXTURE(StreamFixture,
                  "stream: each batch is one chunk, and the end keeps the connection") {
  start_stream();
  TestClient client(port);
  client.send(kGet);
  client.read_until("\r\n\r\n");

  source->say("one");
  CHECK(client.read_chunk() == "one");
  REQUIRE(eventually([&] { return source->is_waiting(); }));
  source->say("two");
  CHECK(client.read_chunk() == "two");
  source->end();
  CHECK(client.read_chunk().empty());

  source = std::make_shared<StreamSource>();
  source->end();
  client.send(kGet);
  CHECK(client.read_answer().status == 200);
}

TEST_CASE_FIXTURE(StreamFixture, "stream: a peer that leaves an idle stream is noticed at once") {
  start_stream();
  auto client = std::make_unique<TestClient>(port);
  client->send(kGet);
  client->read_until("\r\n\r\n");
  REQUIRE(eventually([&] { return source->is_waiting(); }));

  client->close();

  CHECK(eventually([&] { return source->is_gone(); }));
  CHECK(is_quiet());
  source->say("to nobody");  // waking after the end does nothing
}

TEST_CASE_FIXTURE(StreamFixture, "stream: a reset in the middle ends it") {
  start_stream();
  TestClient client(port);
  client.send(kGet);
  client.read_until("\r\n\r\n");

  source->say(std::string(10'000'000, 'x'));
  client.read_bytes(1000);
  client.reset();

  CHECK(eventually([&] { return source->is_gone(); }));
  CHECK(is_quiet());
}

TEST_CASE_FIXTURE(StreamFixture,
                  "stream: a reader that stalls is given up after the write time-out") {
  start_stream();
  TestClient client(port);
  client.send(kGet);
  client.read_until("\r\n\r\n");
  source->say(std::string(50'000'000, 'x'));
  const TimePoint begin = clock.now();
  REQUIRE(eventually([&] { return source->pulls() >= 1; }));

  // Ticks may come before the last write that the kernel took, so more of them than one time-out.
  CHECK(eventually([&] {
    clock.advance(std::chrono::seconds(1));
    return source->is_gone();
  }));

  CHECK(clock.now() - begin >= ServerOptions{}.write_timeout);
  CHECK(is_quiet());
}

TEST_CASE_FIXTURE(StreamFixture, "stream: HTTP/1.0 gets the bytes as they are, up to the end") {
  start_stream();
  TestClient client(port);
  client.send("GET / HTTP/1.0\r\n\r\n");
  source->say("plain");
  source->end();

  const TestAnswer answer = client.read_answer();

  CHECK(answer.headers.get("Connection") == "close");
  CHECK_FALSE(answer.headers.contains("Transfer-Encoding"));
  CHECK(answer.body == "plain");
}

TEST_CASE_FIXTURE(StreamFixture, "stream: a declared length is kept, or the connection cut") {
  start_stream(false, "5");
  source->say("hello");
  source->end();
  TestClient client(port);
  client.send(kGet);
  const TestAnswer answer = client.read_answer();
  CHECK(answer.headers.get("Content-Length") == "5");
  CHECK(answer.body == "hello");

  source = std::make_shared<StreamSource>();
  source->say("he");
  source->end();
  client.send(kGet);
  CHECK(client.read_answer().body == "he");
  CHECK(client.read_all().empty());
}

TEST_CASE_FIXTURE(StreamFixture, "stream: HEAD has none") {
  start_stream();
  TestClient client(port);
  client.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");

  CHECK(client.read_answer(false).status == 200);
  CHECK(eventually([&] { return source->is_gone(); }));
}

TEST_CASE_FIXTURE(StreamFixture, "stream: stopping ends watches cleanly and cuts downloads") {
  for (const bool is_endless : {true, false}) {
    source = std::make_shared<StreamSource>();
    start_stream(is_endless);
    TestClient client(port);
    client.send(kGet);
    client.read_until("\r\n\r\n");
    source->say("some");
    CHECK(client.read_chunk() == "some");
    REQUIRE(eventually([&] { return source->is_waiting(); }));

    server->stop();

    CHECK(client.read_all() == (is_endless ? "0\r\n\r\n" : ""));
    CHECK(source->is_gone());
  }
}
