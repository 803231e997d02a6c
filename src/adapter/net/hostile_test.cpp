// Clients that are slow, broken or malicious: they cost themselves, and the server lives on.

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>

#include "adapter/net/server_fixture.hpp"
#include "base/log.hpp"

using namespace gp;
using namespace gp::net;

namespace {

constexpr Duration kLong = std::chrono::minutes(10);

struct HostileFixture : ServerFixture {
  void start_echo(ServerOptions options = {}) {
    start([](Request& request) { return Response::text(200, request.path); }, options);
  }
  bool is_alive() {
    TestClient client(port);
    client.send("GET /alive HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    return client.read_answer().body == "/alive";
  }
};

std::size_t open_descriptors() {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    if (!entry.path().empty()) ++count;
  }
  return count;
}

// The process may open descriptors below `count` only.
struct DescriptorLimit {
  explicit DescriptorLimit(rlim_t count) {
    ::getrlimit(RLIMIT_NOFILE, &before);
    rlimit less = before;
    less.rlim_cur = count;
    ::setrlimit(RLIMIT_NOFILE, &less);
  }
  ~DescriptorLimit() { ::setrlimit(RLIMIT_NOFILE, &before); }
  DescriptorLimit(const DescriptorLimit&) = delete;
  DescriptorLimit& operator=(const DescriptorLimit&) = delete;
  rlimit before{};
};

}  // namespace

TEST_CASE_FIXTURE(HostileFixture, "hostile: a head that comes too slowly is a 408") {
  start_echo();
  TestClient client(port);
  client.send("GET / HTTP/1.1\r\nHos");
  REQUIRE(eventually([&] { return server->stats().connections_open == 1; }));

  const TestAnswer answer = answer_within(client, kLong);

  CHECK(answer.status == 408);
  CHECK(answer.body == "the request head took too long\n");
  CHECK(client.read_all().empty());
  CHECK(is_alive());
}

TEST_CASE_FIXTURE(HostileFixture, "hostile: a head dripped in byte by byte does not gain time") {
  start_echo();
  TestClient client(port);
  const std::string head = "GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(1000, 'x');
  std::size_t sent = 0;

  while (sent < head.size() && !client.has_input()) {
    client.send(std::string_view(head).substr(sent++, 1));
    clock.advance(std::chrono::seconds(1));
  }

  CHECK(client.read_answer().status == 408);
  CHECK(sent < 100);
}

TEST_CASE_FIXTURE(HostileFixture, "hostile: a body that comes too slowly is a 408") {
  start_echo();
  TestClient client(port);
  client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nabc");

  const TestAnswer answer = answer_within(client, kLong);

  CHECK(answer.status == 408);
  CHECK(answer.body == "the request body took too long\n");
  CHECK(is_alive());
}

TEST_CASE_FIXTURE(HostileFixture,
                  "hostile: a connection that says nothing is closed without a word") {
  start_echo();
  TestClient silent(port);
  TestClient done(port);
  done.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  CHECK(done.read_answer().status == 200);

  CHECK(is_closed_within(silent, kLong));
  CHECK(is_closed_within(done, kLong));
  silent.close();
  done.close();
  CHECK(is_quiet());
}

TEST_CASE_FIXTURE(HostileFixture, "hostile: garbage of many kinds leaves the server well") {
  start_echo();
  const std::vector<std::string> garbage = {
      "\r\n\r\n\r\n\r\n\r\n\r\n",
      std::string(1000, '\0'),
      std::string(200'000, 'A'),
      "GET / HTTP/1.1\r\n" + std::string(200'000, 'A'),
      "GET /" + std::string(100'000, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n",
      "\x16\x03\x01\x02\x01\x01\xfc\x03\x03",
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\n\n",
      "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
  };
  for (const std::string& bytes : garbage) {
    TestClient client(port);
    client.send(bytes);
    const TestAnswer answer = client.read_answer();
    CHECK(answer.status >= 400);
    CHECK(client.read_all().empty());
  }
  CHECK(is_alive());
  CHECK(is_quiet());
}

TEST_CASE_FIXTURE(HostileFixture,
                  "hostile: an upload that nobody wants does not hide the refusal") {
  start_echo({.body_bytes_max = 1000});
  TestClient client(port);
  client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3000000\r\n\r\n");
  client.send(std::string(3'000'000, 'x'));

  CHECK(client.read_answer().status == 413);
  CHECK_FALSE(client.was_reset());
}

TEST_CASE_FIXTURE(HostileFixture, "hostile: all bodies together have a limit") {
  start_echo({.body_bytes_held_max = 1'500'000});
  const std::string head = "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 1000001\r\n\r\n";
  TestClient holder(port);
  holder.send(head + std::string(1'000'000, 'x'));
  TestClient second(port);

  second.send(head + std::string(1'000'000, 'x'));
  REQUIRE(eventually([&] { return holder.has_input() || second.has_input(); }));
  TestClient& refused = second.has_input() ? second : holder;

  CHECK(refused.read_answer().status == 503);
  holder.close();
  second.close();
  CHECK(is_quiet());
  TestClient later(port);
  later.send(head + std::string(1'000'001, 'x'));
  CHECK(later.read_answer().status == 200);
}

TEST_CASE_FIXTURE(HostileFixture,
                  "hostile: a thousand idle connections cost nothing but themselves") {
  start_echo();
  const std::size_t descriptors = open_descriptors();
  std::vector<std::unique_ptr<TestClient>> idle;
  for (int i = 0; i < 1000; ++i) idle.push_back(std::make_unique<TestClient>(port));
  CHECK(eventually([&] { return server->stats().connections_open == 1000; }));
  CHECK(is_alive());

  idle.clear();

  CHECK(is_quiet());
  CHECK(eventually([&] { return open_descriptors() <= descriptors; }));
}

TEST_CASE_FIXTURE(HostileFixture,
                  "hostile: connections beyond the limit are closed, and room is reused") {
  start_echo({.connections_max = 2});
  TestClient first(port);
  TestClient second(port);
  first.send("GET / HTTP/1.1\r\n");
  second.send("GET / HTTP/1.1\r\n");
  REQUIRE(eventually([&] { return server->stats().connections_open == 2; }));
  TestClient third(port);

  CHECK(third.read_all().empty());
  first.close();
  CHECK(eventually([&] { return server->stats().connections_open == 1; }));
  CHECK(is_alive());
}

TEST_CASE_FIXTURE(HostileFixture, "hostile: idle connections make room when there is none left") {
  start_echo({.connections_max = 2});
  TestClient idle(port);
  idle.send("GET /idle HTTP/1.1\r\nHost: h\r\n\r\n");
  CHECK(idle.read_answer().status == 200);
  TestClient busy(port);
  busy.send("GET / HTTP/1.1\r\nHost: ");
  REQUIRE(eventually([&] { return server->stats().connections_open == 2; }));
  clock.advance(std::chrono::seconds(2));

  TestClient refused(port);

  CHECK(refused.read_all().empty());
  CHECK(idle.read_all().empty());
  CHECK(is_alive());
  busy.send("h\r\n\r\n");
  CHECK(busy.read_answer().status == 200);
}

// UBSan looks at objects through a pipe of its own, and takes what it cannot see for broken.
#if defined(__has_feature)
#if __has_feature(undefined_behavior_sanitizer)
#define GP_NEEDS_DESCRIPTORS
#endif
#endif
#ifndef GP_NEEDS_DESCRIPTORS
TEST_CASE_FIXTURE(HostileFixture,
                  "hostile: without descriptors idle connections go, and accepting goes on") {
  start_echo();
  TestClient idle(port);
  idle.send("GET /idle HTTP/1.1\r\nHost: h\r\n\r\n");
  CHECK(idle.read_answer().status == 200);
  TestClient busy(port);
  busy.send("GET /busy HTTP/1.1\r\nHost: ");
  REQUIRE(eventually([&] { return server->stats().connections_open == 2; }));
  clock.advance(std::chrono::seconds(2));
  std::atomic<int> warnings = 0;
  log::set_sink([&](const log::Entry& entry) {
    if (entry.message == "cannot accept connections for now") ++warnings;
  });
  // Every descriptor but one is taken; that one is for the client's own socket.
  std::vector<Fd> taken;
  const DescriptorLimit limit(64);
  for (Fd next(::dup(0)); next.get() >= 0; next = Fd(::dup(0))) taken.push_back(std::move(next));
  REQUIRE_FALSE(taken.empty());
  taken.pop_back();

  TestClient late(port);
  late.send("GET /late HTTP/1.1\r\nHost: h\r\n\r\n");
  CHECK(idle.read_all().empty());
  const TestAnswer answer = answer_within(late, kLong);

  log::set_sink({});
  CHECK(warnings >= 1);
  CHECK(answer.body == "/late");
  busy.send("h\r\n\r\n");
  CHECK(busy.read_answer().body == "/busy");
}
#endif

TEST_CASE_FIXTURE(HostileFixture, "hostile: resets at any moment leave nothing behind") {
  start_echo();
  const std::string request = "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello";
  for (std::size_t size = 0; size <= request.size(); ++size) {
    TestClient client(port);
    client.send(std::string_view(request).substr(0, size));
    client.reset();
  }

  CHECK(is_quiet());
  CHECK(is_alive());
}

TEST_CASE_FIXTURE(HostileFixture, "hostile: asking on without reading holds the client back") {
  const auto big = std::make_shared<const std::string>(1'000'000, 'x');
  start([big](Request&) {
    Response response = Response::empty(200);
    response.body.push_back({*big, big});
    return response;
  });
  TestClient client(port);
  std::string requests;
  for (int i = 0; i < 1000; ++i) requests += "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

  client.send(requests);
  for (int i = 0; i < 20; ++i) CHECK(client.read_answer().body.size() == big->size());

  CHECK(server->stats().requests_total < 100);
}
