#include <doctest/doctest.h>

#include "adapter/net/tls_fixture.hpp"

using namespace gp;
using namespace gp::net;

namespace {

// Answers who asks.
struct WhoFixture : TlsFixture {
  void start_who(bool asks_clients = false) {
    ListenOptions listen = listen_options([](Request& request) {
      std::string who = "nobody";
      if (request.certificate) {
        who = request.certificate->common_name;
        for (const std::string& group : request.certificate->organizations) who += " " + group;
      }
      return Response::text(200, fmt::format("{} {} {}", who, request.is_tls, request.body.size()));
    });
    listen.tls = tls_options(asks_clients);
    start(std::move(listen));
  }
};

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

}  // namespace

TEST_CASE_FIXTURE(WhoFixture, "tls: requests on one connection, small and large") {
  start_who();
  TestClient client(port, wish());
  REQUIRE(client.is_open());

  client.send(kGet);
  CHECK(client.read_answer().body == "nobody true 0");
  client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3000000\r\n\r\n");
  client.send(std::string(3'000'000, 'x'));
  CHECK(client.read_answer().body == "nobody true 3000000");
}

TEST_CASE_FIXTURE(WhoFixture, "tls: a verified client certificate is the request's") {
  start_who(true);
  const auto pair = tls::issue_client_certificate(client_authority, "ada", {"team-a", "admins"},
                                                  now(), std::chrono::hours(1));
  TestClient ada(port, wish_as(*pair));
  TestClient nobody(port, wish());

  ada.send(kGet);
  nobody.send(kGet);

  CHECK(ada.read_answer().body == "ada team-a admins true 0");
  CHECK(nobody.read_answer().body == "nobody true 0");
}

TEST_CASE_FIXTURE(WhoFixture,
                  "tls: a certificate of another authority, or a late one, is refused") {
  start_who(true);
  const auto foreign = tls::issue_client_certificate(make("other"), "eve", {"system:masters"},
                                                     now(), std::chrono::hours(1));
  const auto expired = tls::issue_client_certificate(
      client_authority, "old", {}, now() - std::chrono::hours(3), std::chrono::hours(1));
  for (const auto& pair : {foreign, expired}) {
    TestClient client(port, wish_as(*pair));
    client.send(kGet);
    CHECK(client.read_all().empty());
  }
  CHECK(is_quiet());
  CHECK(server->stats().requests_total == 0);
}

TEST_CASE_FIXTURE(WhoFixture, "tls: the protocol is agreed upon by ALPN") {
  start_who();
  const auto agreed = [&](std::string protocols) -> std::string {
    TestClient::TlsWish with = wish();
    with.protocols = std::move(protocols);
    TestClient client(port, with);
    return client.is_open() ? client.protocol() : "refused";
  };
  CHECK(agreed("\x02h2\x08http/1.1") == "h2");
  CHECK(agreed("\x08http/1.1\x02h2") == "h2");
  CHECK(agreed("\x08http/1.1") == "http/1.1");
  CHECK(agreed("\x03"
               "foo") == "refused");
  CHECK(agreed("") == "");
}

TEST_CASE_FIXTURE(WhoFixture, "tls: a client that speaks plain HTTP is told so") {
  start_who();
  TestClient client(port);
  client.send(kGet);

  const TestAnswer answer = client.read_answer();

  CHECK(answer.status == 400);
  CHECK(answer.body == "this port speaks TLS: use https\n");
  CHECK(is_quiet());
}

TEST_CASE_FIXTURE(WhoFixture, "tls: garbage, silence and truncation in the handshake") {
  start_who();
  for (const std::string& bytes :
       {std::string(500, '\xff'), std::string("\x16\x03\x01\xff\xff"), std::string("\x16")}) {
    TestClient client(port);
    client.send(bytes);
    client.end_sending();
    client.read_all();
  }
  TestClient silent(port);
  CHECK(is_closed_within(silent, std::chrono::minutes(1)));
  silent.close();
  CHECK(is_quiet());
  TestClient client(port, wish());
  client.send(kGet);
  CHECK(client.read_answer().status == 200);
}

TEST_CASE_FIXTURE(WhoFixture, "tls: a connection cut without a goodbye is closed") {
  start_who();
  TestClient client(port, wish());
  client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc");
  REQUIRE(eventually([&] { return server->stats().connections_open == 1; }));

  client.reset();

  CHECK(is_quiet());
  CHECK(server->stats().requests_total == 0);
}

TEST_CASE_FIXTURE(WhoFixture, "tls: reloading gives new connections the new certificate") {
  start_who();
  TestClient before(port, wish());
  authority = make("new root");

  REQUIRE(server->reload_tls("test", tls_options()));
  TestClient after(port, wish());

  CHECK(after.is_open());
  after.send(kGet);
  before.send(kGet);
  CHECK(after.read_answer().status == 200);
  CHECK(before.read_answer().status == 200);
  CHECK(server->reload_tls("other", tls_options()).error().code == Code::NotFound);
}

TEST_CASE_FIXTURE(WhoFixture, "tls: what cannot be used as certificate or key is named") {
  start([](Request&) { return Response::text(200, ""); });
  const auto message = [&](TlsOptions options) {
    ListenOptions listen = listen_options([](Request&) { return Response::text(200, ""); });
    listen.tls = std::move(options);
    return server->listen(std::move(listen)).error().message;
  };
  TlsOptions options = tls_options();
  options.private_key_pem = authority.private_key_pem;
  CHECK(message(options) == "the TLS private key does not belong to the certificate");
  options.private_key_pem = "x";
  CHECK(message(options) == "the TLS private key is not a usable PEM key");
  options.certificate_chain_pem = "x";
  CHECK(message(options) == "the TLS certificate is not a usable PEM certificate");
}
