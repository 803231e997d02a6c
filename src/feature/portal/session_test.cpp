#include "feature/portal/session.hpp"

#include <doctest/doctest.h>

using namespace gp;

namespace {

struct Fixture {
  FakeClock clock;
  portal::Sessions sessions{{.token = "s3cret", .hosts = {"portal.example"}}, clock};

  net::Request request(std::string method, std::string path) {
    net::Request out;
    out.method = std::move(method);
    out.path = std::move(path);
    out.headers.set("Host", "127.0.0.1:7007");
    return out;
  }
  int status(net::Request request) {
    const net::Handler inside = [](net::Request&) { return net::Response::empty(200); };
    return sessions.filter()(request, inside).status;
  }
  std::string cookie() {
    net::Request sign_in = request("POST", "/api/portal/session");
    sign_in.body = R"({"token":"s3cret"})";
    const net::Response answer = sessions.sign_in(sign_in);
    const std::string_view set = answer.headers.get("Set-Cookie");
    return std::string(set.substr(0, set.find(';')));
  }
  net::Request with_cookie(std::string method, std::string path) {
    net::Request out = request(std::move(method), std::move(path));
    out.headers.set("Cookie", "other=1; " + cookie());
    return out;
  }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "session: pages are public, their data is not") {
  CHECK(status(request("GET", "/")) == 200);
  CHECK(status(request("GET", "/assets/index.js")) == 200);
  CHECK(status(request("GET", "/api/catalog/entities")) == 401);
  CHECK(status(request("GET", "/kube/api")) == 401);
  CHECK(status(request("GET", "/kube-watch")) == 401);
}

TEST_CASE_FIXTURE(Fixture, "session: asking who is signed in is answered, nobody included") {
  net::Request nobody = request("GET", "/api/portal/session");
  net::Request somebody = with_cookie("GET", "/api/portal/session");
  net::Request liar = request("GET", "/api/portal/session");
  liar.headers.set("Authorization", "Bearer guess");

  CHECK(sessions.show(nobody).status == 200);
  CHECK(sessions.show(nobody).body_text() == R"({"signedIn":false,"user":""})");
  CHECK(sessions.show(somebody).body_text() == R"({"signedIn":true,"user":"admin"})");
  CHECK(sessions.show(liar).status == 401);
}

TEST_CASE_FIXTURE(Fixture, "session: scripts cannot read the cookie, other sites cannot send it") {
  net::Request sign_in = request("POST", "/api/portal/session");
  sign_in.body = R"({"token":"s3cret"})";
  net::Request over_tls = sign_in;
  over_tls.is_tls = true;

  const net::Response plain = sessions.sign_in(sign_in);
  const net::Response secure = sessions.sign_in(over_tls);

  CHECK(plain.status == 204);
  CHECK(plain.headers.get("Set-Cookie")
            .ends_with("; Path=/; Max-Age=86400; HttpOnly; SameSite=Strict"));
  CHECK(secure.headers.get("Set-Cookie").ends_with("; SameSite=Strict; Secure"));
}

TEST_CASE_FIXTURE(Fixture, "session: signing out takes the cookie away, for our own pages only") {
  net::Request foreign = with_cookie("DELETE", "/api/portal/session");
  net::Request ours = with_cookie("DELETE", "/api/portal/session");
  ours.headers.set("Origin", "http://127.0.0.1:7007");

  CHECK(sessions.sign_out(foreign).status == 403);
  const net::Response answer = sessions.sign_out(ours);
  CHECK(answer.status == 204);
  CHECK(
      answer.headers.get("Set-Cookie").starts_with("goldenpath_session_7007=; Path=/; Max-Age=0"));
}

TEST_CASE_FIXTURE(Fixture, "session: refusals have Backstage's shape") {
  net::Request request_of_list = request("GET", "/api/catalog/entities");
  request_of_list.target = "/api/catalog/entities?limit=1";
  const net::Handler inside = [](net::Request&) { return net::Response::empty(200); };

  const net::Response answer = sessions.filter()(request_of_list, inside);

  CHECK(answer.status == 401);
  CHECK(answer.headers.get("Content-Type") == "application/json; charset=utf-8");
  CHECK(answer.body_text() ==
        R"({"error":{"message":"Missing credentials","name":"AuthenticationError"},)"
        R"("request":{"method":"GET","url":"/entities?limit=1"},"response":{"statusCode":401}})");
}

TEST_CASE_FIXTURE(Fixture, "session: what is no token is a wrong token") {
  for (const char* body : {"", "[]", "{\"token\":7}", "{\"token\":\"\"}", "{\"token\":"}) {
    CAPTURE(body);
    net::Request strange = request("POST", "/api/portal/session");
    strange.body = body;
    CHECK(sessions.sign_in(strange).status == 401);
  }
}

TEST_CASE_FIXTURE(Fixture, "session: a bearer token is taken only when it is right") {
  net::Request right = request("POST", "/api/catalog/refresh");
  right.headers.set("Authorization", "Bearer s3cret");
  net::Request wrong = request("GET", "/api/catalog/entities");
  wrong.headers.set("Authorization", "Bearer s3cre");

  CHECK(status(right) == 200);
  CHECK(status(wrong) == 401);
}

TEST_CASE_FIXTURE(Fixture,
                  "session: the cookie is not the token, lasts a day and cannot be forged") {
  CHECK(cookie().find("s3cret") == std::string::npos);
  CHECK(status(with_cookie("GET", "/api/catalog/entities")) == 200);

  net::Request forged = request("GET", "/api/catalog/entities");
  forged.headers.set("Cookie", "goldenpath_session=99999999999." + std::string(43, 'A'));
  CHECK(status(forged) == 401);

  const net::Request kept = with_cookie("GET", "/api/catalog/entities");
  clock.advance(std::chrono::hours(25));
  CHECK(status(kept) == 401);
}

TEST_CASE_FIXTURE(Fixture, "session: another site cannot use a signed-in browser") {
  net::Request post = with_cookie("POST", "/kube/api/v1/namespaces");
  CHECK(status(post) == 403);
  post.headers.set("Origin", "http://evil.example");
  CHECK(status(post) == 403);
  post.headers.set("Origin", "http://127.0.0.1:7007");
  CHECK(status(post) == 200);

  net::Request socket = with_cookie("GET", "/kube-watch");
  socket.headers.set("Upgrade", "websocket");
  CHECK(status(socket) == 403);
}

TEST_CASE_FIXTURE(Fixture, "session: a host name that is not ours is refused, whatever the path") {
  net::Request rebound = request("GET", "/");
  rebound.headers.set("Host", "attacker.example:7007");
  CHECK(status(rebound) == 421);
  rebound.headers.set("Host", "portal.example");
  CHECK(status(rebound) == 200);
  rebound.headers.set("Host", "[::1]:7007");
  CHECK(status(rebound) == 200);
}

TEST_CASE_FIXTURE(Fixture, "session: ten wrong tokens close the door for a minute") {
  net::Request wrong = request("POST", "/api/portal/session");
  wrong.body = R"({"token":"guess"})";
  for (int i = 0; i < 10; ++i) CHECK(sessions.sign_in(wrong).status == 401);

  net::Request right = request("POST", "/api/portal/session");
  right.body = R"({"token":"s3cret"})";
  CHECK(sessions.sign_in(right).status == 429);
  clock.advance(std::chrono::minutes(2));
  CHECK(sessions.sign_in(right).status == 204);
}

TEST_CASE_FIXTURE(Fixture, "session: a restart signs nobody out, a new token everybody") {
  const net::Request known = with_cookie("GET", "/api/portal/status");
  portal::Sessions restarted({.token = "s3cret"}, clock);
  portal::Sessions other({.token = "n3w"}, clock);
  const net::Handler inside = [](net::Request&) { return net::Response::empty(200); };
  net::Request again = known, elsewhere = known;

  CHECK(restarted.filter()(again, inside).status == 200);
  CHECK(other.filter()(elsewhere, inside).status == 401);
}

TEST_CASE_FIXTURE(Fixture, "session: platforms on other ports have cookies of their own") {
  const std::string here = cookie();
  net::Request other = request("POST", "/api/portal/session");
  other.headers.set("Host", "127.0.0.1:7107");
  other.body = R"({"token":"s3cret"})";

  const net::Response answer = sessions.sign_in(other);

  const std::string_view there = answer.headers.get("Set-Cookie");
  CHECK(here.substr(0, here.find('=')) == "goldenpath_session_7007");
  CHECK(there.substr(0, there.find('=')) == "goldenpath_session_7107");
}
