#include "adapter/net/server.hpp"

#include <doctest/doctest.h>

#include "adapter/net/server_fixture.hpp"

using namespace gp;
using namespace gp::net;

TEST_CASE_FIXTURE(ServerFixture, "server: a request gets its answer, and the connection lives on") {
  start([](Request& request) {
    return Response::text(200, request.method + " " + request.path + " " + request.body);
  });
  TestClient client(port);

  client.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
  const TestAnswer first = client.read_answer();
  client.send("POST /b HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi");
  const TestAnswer second = client.read_answer();

  CHECK(first.head.starts_with("HTTP/1.1 200 OK\r\n"));
  CHECK(first.headers.get("Content-Length") == "7");
  CHECK(first.headers.get("Date") == http_date(clock.now()));
  CHECK_FALSE(first.headers.contains("Connection"));
  CHECK(first.body == "GET /a ");
  CHECK(second.body == "POST /b hi");
  CHECK(server->stats().requests_total == 2);
  CHECK(server->stats().connections_total == 1);
}

TEST_CASE_FIXTURE(ServerFixture, "server: pipelined requests are answered in order") {
  start([](Request& request) { return Response::text(200, request.path); });
  TestClient client(port);
  std::string requests;
  for (int i = 0; i < 50; ++i) requests += fmt::format("GET /{} HTTP/1.1\r\nHost: h\r\n\r\n", i);

  client.send(requests);

  for (int i = 0; i < 50; ++i) CHECK(client.read_answer().body == fmt::format("/{}", i));
}

TEST_CASE_FIXTURE(ServerFixture, "server: HEAD gets the length and no body") {
  start([](Request&) { return Response::text(200, "hello"); });
  TestClient client(port);

  client.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n");

  CHECK(client.read_answer(false).headers.get("Content-Length") == "5");
  CHECK(client.read_answer().body == "hello");
}

TEST_CASE_FIXTURE(ServerFixture, "server: statuses without a body have none") {
  start([](Request& request) {
    return Response::text(request.path == "/304" ? 304 : 204, "not sent");
  });
  TestClient client(port);

  client.send("GET /204 HTTP/1.1\r\nHost: h\r\n\r\nGET /304 HTTP/1.1\r\nHost: h\r\n\r\n");

  CHECK_FALSE(client.read_answer().headers.contains("Content-Length"));
  const TestAnswer not_modified = client.read_answer();
  CHECK(not_modified.status == 304);
  CHECK_FALSE(not_modified.headers.contains("Content-Length"));
}

TEST_CASE_FIXTURE(ServerFixture, "server: Connection: close and HTTP/1.0 end the connection") {
  start([](Request&) { return Response::text(200, "x"); });
  for (const char* request :
       {"GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", "GET / HTTP/1.0\r\n\r\n"}) {
    TestClient client(port);

    client.send(request);

    CHECK(client.read_answer().headers.get("Connection") == "close");
    CHECK(client.read_all().empty());
  }
  TestClient keeps(port);
  keeps.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  CHECK(keeps.read_answer().headers.get("Connection") == "keep-alive");
  keeps.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  CHECK(keeps.read_answer().body == "x");
}

TEST_CASE_FIXTURE(ServerFixture, "server: 100 Continue is sent before the body, not after it") {
  start([](Request& request) { return Response::text(200, request.body); });
  TestClient client(port);

  client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  CHECK(client.read_until("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("ok");
  CHECK(client.read_answer().body == "ok");

  client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\nok");
  CHECK(client.read_answer().status == 200);
}

TEST_CASE_FIXTURE(ServerFixture, "server: a refused request says why and ends the connection") {
  start([](Request&) { return Response::text(200, ""); }, {.body_bytes_max = 10});
  TestClient client(port);

  client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\n01234567890");

  const TestAnswer answer = client.read_answer();
  CHECK(answer.status == 413);
  CHECK(answer.body == "the request body is too large\n");
  CHECK(answer.headers.get("Connection") == "close");
  CHECK(client.read_all().empty());
  CHECK_FALSE(client.was_reset());
  CHECK(server->stats().requests_refused == 1);
}

TEST_CASE_FIXTURE(ServerFixture, "server: the quick path answers without a worker") {
  ListenOptions options = listen_options([](Request&) { return Response::text(200, "worker"); });
  options.quick = [](Request& request) -> std::optional<Response> {
    if (request.path == "/quick") return Response::text(200, "quick");
    return std::nullopt;
  };
  start(std::move(options));
  TestClient client(port);

  client.send("GET /quick HTTP/1.1\r\nHost: h\r\n\r\nGET /slow HTTP/1.1\r\nHost: h\r\n\r\n");

  CHECK(client.read_answer().body == "quick");
  CHECK(client.read_answer().body == "worker");
}

TEST_CASE_FIXTURE(ServerFixture, "server: a handler that throws is a 500 and nothing more") {
  start([](Request&) -> Response { throw std::runtime_error("secret"); });
  TestClient client(port);
  client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");

  const TestAnswer answer = client.read_answer();

  CHECK(answer.status == 500);
  CHECK_FALSE(answer.body.contains("secret"));
}

TEST_CASE_FIXTURE(ServerFixture, "server: bodies of many shared pieces arrive whole") {
  const auto owner = std::make_shared<const std::string>(300'000, 'x');
  start([owner](Request&) {
    Response response = Response::empty(200);
    for (int i = 0; i < 300; ++i) {
      response.body.push_back({std::string_view(*owner).substr(0, 10'000), owner});
      response.body.push_back(Piece::literal(","));
    }
    return response;
  });
  TestClient client(port);

  client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");

  CHECK(client.read_answer().body.size() == 300 * 10'001);
  CHECK(eventually([&] { return owner.use_count() <= 2; }));
}

TEST_CASE_FIXTURE(ServerFixture, "server: saturated workers are a 503 with Retry-After") {
  Gate gate;
  start(
      [&gate](Request&) {
        gate.wait();
        return Response::text(200, "");
      },
      {.worker_threads = 1, .worker_queue_max = 1});
  std::vector<std::unique_ptr<TestClient>> clients;
  for (int i = 0; i < 2; ++i) {
    clients.push_back(std::make_unique<TestClient>(port));
    clients.back()->send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    const std::uint64_t wanted = static_cast<std::uint64_t>(i) + 1;
    REQUIRE(eventually([&] { return server->stats().requests_total == wanted; }));
    if (i == 0) REQUIRE(eventually([&] { return gate.waiting() == 1; }));
  }
  TestClient third(port);
  third.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");

  const TestAnswer answer = third.read_answer();

  CHECK(answer.status == 503);
  CHECK(answer.headers.get("Retry-After") == "1");
  gate.open();
  for (const auto& client : clients) CHECK(client->read_answer().status == 200);
}

TEST_CASE_FIXTURE(ServerFixture, "server: a taken port is an error that names it") {
  start([](Request&) { return Response::text(200, ""); });
  ListenOptions options = listen_options([](Request&) { return Response::text(200, ""); });
  options.port = port;
  options.name = "portal";

  const auto second = server->listen(std::move(options));

  REQUIRE_FALSE(second);
  CHECK(second.error().message ==
        fmt::format("cannot listen on 127.0.0.1:{} for \"portal\": Address already in use", port));
  CHECK(second.error().hint == "another program uses this port; stop it or choose another port");
  ListenOptions nowhere = listen_options([](Request&) { return Response::text(200, ""); });
  nowhere.address = "example.com";
  CHECK(server->listen(std::move(nowhere)).error().code == Code::InvalidArgument);
}

TEST_CASE_FIXTURE(ServerFixture, "server: stopping lets a request finish") {
  Gate gate;
  start([&gate](Request&) {
    gate.wait();
    return Response::text(200, "finished");
  });
  TestClient busy(port);
  TestClient idle(port);
  busy.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  REQUIRE(eventually([&] { return gate.waiting() == 1; }));

  std::thread stopper([&] { server->stop(); });
  CHECK(idle.read_all().empty());
  gate.open();
  const TestAnswer answer = busy.read_answer();
  stopper.join();

  CHECK(answer.body == "finished");
  CHECK(answer.headers.get("Connection") == "close");
  CHECK(server->stats().connections_open == 0);
}

TEST_CASE_FIXTURE(ServerFixture, "server: a half-closed client gets its answer") {
  start([](Request& request) { return Response::text(200, request.path); });
  TestClient client(port);

  client.send("GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\n");
  client.end_sending();

  CHECK(client.read_answer().body == "/1");
  CHECK(client.read_answer().body == "/2");
  CHECK(client.read_all().empty());
}
