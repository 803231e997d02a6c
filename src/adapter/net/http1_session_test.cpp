#include "adapter/net/http1_session.hpp"

#include <doctest/doctest.h>

#include "adapter/net/lone_server.hpp"
#include "adapter/net/stream_fixture.hpp"

using namespace gp;
using namespace gp::net;

namespace {

constexpr std::string_view kGet = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";

Response echo(Request& request) {
  return Response::text(200, request.path + request.body);
}

std::size_t count(std::string_view text, std::string_view what) {
  std::size_t found = 0;
  for (std::size_t at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1))
    ++found;
  return found;
}

std::string post(std::string_view fields, std::string_view body) {
  return fmt::format("POST /p HTTP/1.1\r\nHost: h\r\n{}\r\n{}", fields, body);
}

}  // namespace

TEST_CASE("http1 session: a head has ten seconds, however it drips in") {
  LoneServer server(echo);
  server.connect();
  CHECK(server.exchange("G").empty());

  for (int second = 0; second < 9; ++second) {
    CHECK(server.pass(std::chrono::seconds(1)).empty());
    CHECK(server.exchange("E").empty());
  }

  CHECK(server.pass(std::chrono::seconds(1)).starts_with("HTTP/1.1 408 Request Timeout\r\n"));
}

TEST_CASE("http1 session: a body has a minute, however it drips in") {
  LoneServer server(echo);
  server.connect();
  server.exchange(post("Content-Length: 100\r\n", ""));

  for (int second = 0; second < 59; ++second) {
    CHECK(server.pass(std::chrono::seconds(1)).empty());
    CHECK(server.exchange("x").empty());
  }

  CHECK(server.pass(std::chrono::seconds(1)).ends_with("the request body took too long\n"));
}

TEST_CASE("http1 session: a connection is kept for two minutes after its last answer") {
  LoneServer server(echo);
  server.connect();
  server.exchange(kGet);
  server.pass(std::chrono::seconds(100));
  CHECK(server.exchange(kGet).starts_with("HTTP/1.1 200"));

  server.pass(std::chrono::seconds(119));
  CHECK(server.is_open());
  server.pass(std::chrono::seconds(4));

  CHECK_FALSE(server.is_open());
}

TEST_CASE("http1 session: what follows a request is the next one, whoever wrote it") {
  LoneServer server(echo);
  server.connect();

  const std::string answers = server.exchange(
      post("Content-Length: 4\r\n", "GET ") +
      post("Transfer-Encoding: chunked\r\n", "5;a=b\r\nGET /\r\n0\r\nX: y\r\n\r\n") +
      std::string(kGet));

  CHECK(count(answers, "HTTP/1.1 200 OK") == 3);
  CHECK(answers.contains("\r\n\r\n/pGET HTTP/1.1 200"));
  CHECK(answers.contains("\r\n\r\n/pGET /HTTP/1.1 200"));
  CHECK(answers.ends_with("\r\n\r\n/a"));
}

TEST_CASE("http1 session: nothing that follows a refused request is read as another") {
  for (const std::string& smuggled :
       {post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
        post("Content-Length: 0\r\nContent-Length: 44\r\n", ""),
        post("Transfer-Encoding: chunked\r\n", "0\nX\r\n\r\n"),
        post("X: y\r\n Content-Length: 44\r\n", ""), post("Content-Length: 0\n", ""),
        post("Transfer-Encoding : chunked\r\n", "0\r\n\r\n")}) {
    LoneServer server(echo);
    server.connect();

    const std::string answer = server.exchange(smuggled + std::string(kGet));

    CHECK(count(answer, "HTTP/1.1 ") == 1);
    CHECK(answer.contains("HTTP/1.1 400"));
    CHECK(answer.contains("Connection: close"));
    server.end_sending();
    CHECK_FALSE(server.is_open());
  }
}

TEST_CASE("http1 session: a refusal comes before the body, and instead of 100 Continue") {
  LoneServer server(echo, {.worker_threads = 1, .body_bytes_max = 10});
  server.connect();

  const std::string answer =
      server.exchange(post("Content-Length: 11\r\nExpect: 100-continue\r\n", ""));

  CHECK(answer.starts_with("HTTP/1.1 413 "));
  CHECK(answer.contains("Connection: close"));
}

TEST_CASE("http1 session: a stream that breaks its promise is cut") {
  const auto source = std::make_shared<StreamSource>();
  LoneServer server([&](Request& request) {
    Response response = Response::empty(200);
    response.headers.add("Content-Length", request.query.get("n"));
    response.body.push_back(Piece::literal("<"));
    response.stream = StreamSource::stream_of(source, false);
    return response;
  });
  source->say("12345678>");
  source->end();
  const auto ask = [&](int length) {
    server.connect();
    std::string answer = server.exchange(
        fmt::format("GET /?n={} HTTP/1.1\r\nHost: h\r\n\r\nGET / HTTP/1.1\r\n", length));
    server.disconnect();
    return answer.substr(answer.find("\r\n\r\n") + 4);
  };

  CHECK(ask(11) == "<12345678>");  // one is missing, and no next request is answered
}

TEST_CASE("http1 session: a stream that gives more than it promised gives nothing of that") {
  const auto source = std::make_shared<StreamSource>();
  source->say("12345678>");
  LoneServer server([&](Request&) {
    Response response = Response::empty(200);
    response.headers.add("Content-Length", "5");
    response.stream = StreamSource::stream_of(source, false);
    return response;
  });
  server.connect();

  const std::string answer = server.exchange(kGet);

  CHECK(answer.ends_with("\r\n\r\n"));
  server.end_sending();
  CHECK_FALSE(server.is_open());
  CHECK(source->is_gone());
}

TEST_CASE("http1 session: who ends its side still gets a download, and leaves a watch") {
  for (const bool is_endless : {true, false}) {
    const auto source = std::make_shared<StreamSource>();
    LoneServer server([&](Request&) {
      Response response = Response::empty(200);
      response.stream = StreamSource::stream_of(source, is_endless);
      return response;
    });
    server.connect();
    server.exchange(kGet);

    server.end_sending();

    CHECK(server.is_open() != is_endless);
    CHECK(source->is_gone() == is_endless);
    source->say("rest");
    source->end();
    CHECK(server.exchange("") == (is_endless ? "" : "4\r\nrest\r\n0\r\n\r\n"));
    CHECK_FALSE(server.is_open());
  }
}

TEST_CASE("http1 session: stopping cuts a download of an HTTP/1.0 client at once") {
  const auto source = std::make_shared<StreamSource>();
  LoneServer server([&](Request&) {
    Response response = Response::empty(200);
    response.stream = StreamSource::stream_of(source, false);
    return response;
  });
  server.connect();
  CHECK(server.exchange("GET / HTTP/1.0\r\n\r\n").starts_with("HTTP/1.1 200 OK\r\n"));

  server.stop_gently();
  server.exchange("");

  CHECK_FALSE(server.is_open());
  CHECK(source->is_gone());
}

TEST_CASE("http1 session: stopping ends an idle connection and a waiting watch at once") {
  const auto source = std::make_shared<StreamSource>();
  LoneServer server([&](Request&) {
    Response response = Response::empty(200);
    response.stream = StreamSource::stream_of(source);
    return response;
  });
  server.connect();
  server.exchange(kGet);
  source->say("last words");

  server.stop_gently();

  CHECK(server.exchange("") == "a\r\nlast words\r\n0\r\n\r\n");
  CHECK_FALSE(server.is_open());
}

TEST_CASE("http1 session: a watch that never ends lets its peer go and is told") {
  const auto source = std::make_shared<StreamSource>();
  LoneServer server([&](Request&) {
    Response response = Response::empty(200);
    response.stream = StreamSource::stream_of(source);
    return response;
  });
  server.connect();
  server.exchange(kGet);
  server.pass(std::chrono::hours(1));
  CHECK(server.is_open());

  server.disconnect();

  CHECK(source->is_gone());
}
