#include <doctest/doctest.h>

#include "adapter/net/http2_client_fixture.hpp"
#include "adapter/net/stream_fixture.hpp"
#include "adapter/net/tls_fixture.hpp"

using namespace gp;
using namespace gp::net;

namespace {

struct Http2Fixture : TlsFixture {
  std::unique_ptr<TestClient> connect() const {
    TestClient::TlsWish with = wish();
    with.protocols = "\x02h2";
    auto client = std::make_unique<TestClient>(port, with);
    GP_CHECK(client->is_open() && client->protocol() == "h2", "the server speaks HTTP/2");
    return client;
  }

  void start_echo(ServerOptions options = {}) {
    start_tls(
        [](Request& request) {
          return Response::text(
              200, fmt::format("{} {} {} {} {}", request.method, request.target, request.http_major,
                               request.headers.get("Host"), request.body));
        },
        options);
  }

  void start_streams() {
    start_tls([this](Request& request) {
      const std::size_t index = std::stoul(request.path.substr(1));
      Response response = Response::empty(200);
      response.stream = StreamSource::stream_of(sources[index], is_endless);
      return response;
    });
  }

  std::vector<std::shared_ptr<StreamSource>> sources;
  bool is_endless = true;
};

}  // namespace

TEST_CASE_FIXTURE(Http2Fixture, "http2: a request and its answer") {
  start_echo();
  Http2Client client(connect());

  const auto& answer = client.wait_for(client.request("POST", "/a?b=c", {}, "body"));

  CHECK(answer.status == 200);
  CHECK(answer.body == "POST /a?b=c 2 localhost body");
  CHECK(answer.headers.get("content-length") == "28");
  CHECK(answer.headers.get("date") == http_date(clock.now()));
}

TEST_CASE_FIXTURE(Http2Fixture, "http2: many requests at once on one connection") {
  start_echo();
  Http2Client client(connect());
  std::vector<std::int32_t> streams;
  for (int i = 0; i < 200; ++i) streams.push_back(client.request("GET", fmt::format("/{}", i)));

  for (int i = 0; i < 200; ++i) {
    CHECK(client.wait_for(streams[static_cast<std::size_t>(i)])
              .body.starts_with(fmt::format("GET /{} ", i)));
  }
  CHECK(server->stats().connections_total == 1);
}

TEST_CASE_FIXTURE(Http2Fixture, "http2: HEAD and statuses without a body") {
  start_tls(
      [](Request& request) { return Response::text(request.path == "/204" ? 204 : 200, "hello"); });
  Http2Client client(connect());

  const auto& head = client.wait_for(client.request("HEAD", "/"));
  CHECK(head.headers.get("content-length") == "5");
  CHECK(head.body.empty());
  const auto& none = client.wait_for(client.request("GET", "/204"));
  CHECK(none.status == 204);
  CHECK_FALSE(none.headers.contains("content-length"));
}

TEST_CASE_FIXTURE(Http2Fixture, "http2: bodies larger than every window, both ways") {
  const auto big = std::make_shared<const std::string>(5'000'000, 'x');
  start_tls([big](Request& request) {
    Response response = Response::empty(200);
    response.headers.add("Got", std::to_string(request.body.size()));
    response.body.push_back(Piece::literal("first "));
    response.body.push_back({*big, big});
    return response;
  });
  Http2Client client(connect());

  const auto& answer =
      client.wait_for(client.request("POST", "/", {}, std::string(6'000'000, 'y')));

  CHECK(answer.headers.get("got") == "6000000");
  CHECK(answer.body.size() == 5'000'006);
  CHECK(answer.body.starts_with("first xxx"));
}

TEST_CASE_FIXTURE(Http2Fixture, "http2: watches share a connection and end one by one") {
  for (int i = 0; i < 20; ++i) sources.push_back(std::make_shared<StreamSource>());
  start_streams();
  Http2Client client(connect());
  std::vector<std::int32_t> streams;
  for (int i = 0; i < 20; ++i) streams.push_back(client.request("GET", fmt::format("/{}", i)));
  REQUIRE(client.run_until([&] { return client.answers[streams[19]].status == 200; }));

  for (std::size_t i = 0; i < 20; ++i) sources[i]->say(fmt::format("event {}", i));

  for (std::size_t i = 0; i < 20; ++i) {
    CHECK(client.run_until([&] { return !client.answers[streams[i]].body.empty(); }));
    CHECK(client.answers[streams[i]].body == fmt::format("event {}", i));
  }
  client.reset(streams[0]);
  client.send();
  CHECK(eventually([&] { return sources[0]->is_gone(); }));
  CHECK_FALSE(sources[1]->is_gone());
  sources[1]->end();
  CHECK(client.wait_for(streams[1]).error == NGHTTP2_NO_ERROR);
}

TEST_CASE_FIXTURE(Http2Fixture, "http2: a peer that leaves ends all its streams") {
  for (int i = 0; i < 3; ++i) sources.push_back(std::make_shared<StreamSource>());
  start_streams();
  auto client = std::make_unique<Http2Client>(connect());
  std::int32_t last = 0;
  for (int i = 0; i < 3; ++i) last = client->request("GET", fmt::format("/{}", i));
  REQUIRE(client->run_until([&] { return client->answers[last].status == 200; }));

  client.reset();

  for (const auto& source : sources) CHECK(eventually([&] { return source->is_gone(); }));
  CHECK(is_quiet());
}

TEST_CASE_FIXTURE(Http2Fixture,
                  "http2: a stream whose peer takes nothing is reset, the rest goes on") {
  sources.push_back(std::make_shared<StreamSource>());
  start_streams();
  Http2Client client(connect(), 0);
  const std::int32_t stalled = client.request("GET", "/0");
  client.send();
  sources[0]->say(std::string(1000, 'x'));
  REQUIRE(client.run_until([&] { return client.answers[stalled].status == 200; }));

  for (int second = 0; second < 65; ++second) clock.advance(std::chrono::seconds(1));

  CHECK(client.wait_for(stalled).error == NGHTTP2_CANCEL);
  CHECK(sources[0]->is_gone());
  CHECK(server->stats().connections_open == 1);
}

TEST_CASE_FIXTURE(Http2Fixture,
                  "http2: the handler of a stream that was reset is told, or never run") {
  Gate gate;
  std::atomic<int> stopped = 0;
  start_tls(
      [&](Request& request) {
        gate.wait();
        if (request.context->is_done()) ++stopped;
        return Response::text(200, "");
      },
      {.worker_threads = 1});
  Http2Client client(connect());
  const std::int32_t running = client.request("GET", "/running");
  client.send();
  REQUIRE(eventually([&] { return gate.waiting() == 1; }));
  const std::int32_t queued = client.request("GET", "/queued");
  client.send();
  REQUIRE(eventually([&] { return server->stats().requests_total == 2; }));

  client.reset(running);
  client.reset(queued);
  const std::int32_t after = client.request("GET", "/after");
  client.send();
  REQUIRE(eventually([&] { return server->stats().requests_total == 3; }));
  gate.open();

  CHECK(client.wait_for(after).status == 200);
  CHECK(stopped == 1);
}

TEST_CASE_FIXTURE(Http2Fixture, "http2: limits on heads, targets and bodies") {
  start_echo({.header_bytes_max = 5000,
              .headers_max = 10,
              .target_bytes_max = 100,
              .body_bytes_max = 1000});
  Http2Client client(connect());
  Http2Client::Fields many;
  for (int i = 0; i < 20; ++i) many.emplace_back(fmt::format("x-{}", i), "y");

  CHECK(client.wait_for(client.request("GET", "/", {{"x", std::string(6000, 'x')}})).status == 431);
  CHECK(client.wait_for(client.request("GET", "/", many)).status == 431);
  CHECK(client.wait_for(client.request("GET", "/" + std::string(100, 'x'))).status == 414);
  CHECK(client.wait_for(client.request("POST", "/", {}, std::string(1001, 'x'))).status == 413);
  CHECK(client.wait_for(client.request("GET", "/?%zz")).status == 400);
  CHECK(client.wait_for(client.request("GET", "/")).status == 200);
}

TEST_CASE_FIXTURE(Http2Fixture,
                  "http2: an answer that comes before the body is whole ends the upload") {
  start_echo({.body_bytes_max = 1000});
  Http2Client client(connect());

  const auto& answer =
      client.wait_for(client.request("POST", "/", {}, std::string(2000, 'x'), true));

  CHECK(answer.status == 413);
  CHECK(answer.error == NGHTTP2_NO_ERROR);
}

TEST_CASE_FIXTURE(Http2Fixture, "http2: a body that comes too slowly is a 408") {
  start_echo();
  Http2Client client(connect());
  const std::int32_t slow = client.request("POST", "/", {}, "abc", true);
  client.send();
  REQUIRE(client.wait_for(client.request("GET", "/")).status == 200);

  for (int second = 0; second < 65; ++second) clock.advance(std::chrono::seconds(1));

  CHECK(client.wait_for(slow).status == 408);
}

TEST_CASE_FIXTURE(Http2Fixture, "http2: 100 Continue") {
  start_echo();
  Http2Client client(connect());

  const auto& answer =
      client.wait_for(client.request("POST", "/", {{"expect", "100-continue"}}, "x"));

  CHECK(answer.early_status == 100);
  CHECK(answer.status == 200);
}

TEST_CASE_FIXTURE(Http2Fixture,
                  "http2: streams beyond the limit are refused, and can be tried again") {
  Gate gate;
  start_tls(
      [&gate](Request&) {
        gate.wait();
        return Response::text(200, "");
      },
      {.http2_streams_max = 2});
  Http2Client client(connect());
  // The client itself would hold back once it knows the limit.
  std::vector<std::int32_t> streams;
  for (int i = 0; i < 3; ++i) streams.push_back(client.request("GET", "/"));

  CHECK(client.wait_for(streams[2]).error == NGHTTP2_REFUSED_STREAM);
  gate.open();
  CHECK(client.wait_for(streams[0]).status == 200);
  CHECK(client.wait_for(client.request("GET", "/")).status == 200);
}

TEST_CASE_FIXTURE(Http2Fixture, "http2: opening and resetting without end is stopped") {
  Gate gate;
  start_tls([&gate](Request&) {
    gate.wait();
    return Response::text(200, "");
  });
  Http2Client client(connect());
  for (int i = 0; i < 300 && !client.has_goaway; ++i) {
    const std::int32_t stream = client.request("GET", "/");
    client.send();
    client.reset(stream);
    client.send();
  }

  client.run_until([&] { return client.has_goaway; });

  CHECK(client.goaway_code == NGHTTP2_ENHANCE_YOUR_CALM);
  gate.open();
  client.raw().close();
  CHECK(is_quiet());
}

TEST_CASE_FIXTURE(Http2Fixture, "http2: cancelling watches that ran is no abuse") {
  start_tls([](Request&) {
    Response response = Response::empty(200);
    response.stream = StreamSource::stream_of(std::make_shared<StreamSource>());
    return response;
  });
  Http2Client client(connect());

  for (int i = 0; i < 300; ++i) {
    const std::int32_t watch = client.request("GET", "/");
    REQUIRE(client.run_until([&] { return client.answers[watch].status == 200; }));
    client.reset(watch);
  }

  CHECK_FALSE(client.has_goaway);
}

TEST_CASE_FIXTURE(Http2Fixture,
                  "http2: stopping says GOAWAY, ends watches and lets requests finish") {
  sources.push_back(std::make_shared<StreamSource>());
  Gate gate;
  start_tls([&](Request& request) {
    if (request.path == "/slow") {
      gate.wait();
      return Response::text(200, "finished");
    }
    Response response = Response::empty(200);
    response.stream = StreamSource::stream_of(sources[0]);
    return response;
  });
  Http2Client client(connect());
  const std::int32_t watch = client.request("GET", "/watch");
  const std::int32_t slow = client.request("GET", "/slow");
  REQUIRE(client.run_until([&] { return client.answers[watch].status == 200; }));
  REQUIRE(eventually([&] { return gate.waiting() == 1; }));

  std::thread stopper([&] { server->stop(); });
  REQUIRE(client.run_until([&] { return client.has_goaway; }));
  CHECK(client.wait_for(watch).error == NGHTTP2_NO_ERROR);
  gate.open();
  CHECK(client.wait_for(slow).body == "finished");
  stopper.join();

  CHECK(client.goaway_code == NGHTTP2_NO_ERROR);
  CHECK(server->stats().connections_open == 0);
}

TEST_CASE_FIXTURE(Http2Fixture, "http2: silence and garbage after the handshake") {
  start_echo();
  auto silent = connect();
  auto garbage = connect();
  garbage->send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  garbage->read_all();
  Http2Client idle(connect());
  CHECK(idle.wait_for(idle.request("GET", "/")).status == 200);

  for (int second = 0; second < 125; ++second) clock.advance(std::chrono::seconds(1));
  silent->read_all();
  idle.run_until([] { return false; });
  silent->close();
  garbage->close();
  idle.raw().close();

  CHECK(idle.has_goaway);
  CHECK(is_quiet());
}
