#include "platform/web/router.hpp"

#include <doctest/doctest.h>

using namespace gp;

namespace {

net::Handler says(std::string text) {
  return [text](net::Request& request) {
    std::string out = text;
    for (const auto& [name, value] : request.path_parts) out += " " + name + "=" + value;
    return net::Response::text(200, out);
  };
}

std::string ask(const web::Router& router, std::string method, std::string path) {
  net::Request request;
  request.method = std::move(method);
  request.path = std::move(path);
  const net::Response response = router.handle(request);
  return response.status == 200 ? response.body_text() : std::to_string(response.status);
}

}  // namespace

TEST_CASE("router: literal parts win over named ones, and those over the rest") {
  web::Router router;
  router.add("GET", "/a/{x}", says("named"));
  router.add("GET", "/a/b", says("literal"));
  router.add("GET", "/a/{rest...}", says("rest"));

  CHECK(ask(router, "GET", "/a/b") == "literal");
  CHECK(ask(router, "GET", "/a/c") == "named x=c");
  CHECK(ask(router, "GET", "/a/b/c") == "rest rest=b/c");
  CHECK(ask(router, "GET", "/a/b/") == "literal");
}

TEST_CASE("router: parts are decoded after the split, and nothing climbs") {
  web::Router router;
  router.add("GET", "/n/{name}", says("n"));

  CHECK(ask(router, "GET", "/n/a%2Fb") == "n name=a/b");
  CHECK(ask(router, "GET", "/n/%2e%2e") == "404");
  CHECK(ask(router, "GET", "/n/..") == "404");
  CHECK(ask(router, "GET", "//n/a") == "404");
  CHECK(ask(router, "GET", "/n/%zz") == "404");
}

TEST_CASE("router: the root is one slash, and a rest is never empty") {
  web::Router router;
  router.add("GET", "/", says("root"));
  router.add("GET", "/a/{rest...}", says("rest"));

  CHECK(ask(router, "GET", "/") == "root");
  CHECK(ask(router, "GET", "//") == "404");
  CHECK(ask(router, "GET", "///") == "404");
  CHECK(ask(router, "GET", "") == "404");
  CHECK(ask(router, "OPTIONS", "*") == "404");
  CHECK(ask(router, "GET", "/a") == "404");
  CHECK(ask(router, "GET", "/a/") == "404");
  CHECK(ask(router, "GET", "/a//b") == "404");
  CHECK(ask(router, "GET", "/a/b") == "rest rest=b");
  CHECK(ask(router, "GET", "/a/b/") == "rest rest=b");
}

TEST_CASE(
    "router: HEAD is GET's, a wrong method says what is allowed, a fallback answers instead") {
  web::Router router;
  router.add("GET", "/x", says("x"));

  CHECK(ask(router, "HEAD", "/x") == "x");
  CHECK(ask(router, "POST", "/x") == "405");
  router.fallback([](net::Request&) { return net::Response::empty(418); });
  CHECK(ask(router, "POST", "/x") == "418");
  CHECK(ask(router, "GET", "/y") == "418");
}

TEST_CASE("router: filters run around handlers, outermost first") {
  web::Router router;
  router.add("GET", "/x", says("x"));
  for (const char* name : {"1", "2"}) {
    router.use([name](net::Request& request, const net::Handler& next) {
      net::Response inner = next(request);
      return net::Response::text(200, name + inner.body_text());
    });
  }

  CHECK(ask(router, "GET", "/x") == "12x");
}

TEST_CASE("compress: large bodies are compressed for those who ask, and only for them") {
  web::Router router;
  router.add("GET", "/big", says(std::string(5000, 'a')));
  router.use(web::compress(1000));
  const auto encoding = [&](std::string accept) {
    net::Request request;
    request.method = "GET";
    request.path = "/big";
    if (!accept.empty()) request.headers.set("Accept-Encoding", accept);
    const net::Response response = router.handle(request);
    return std::string(response.headers.get("Content-Encoding")) + " " +
           std::string(response.headers.get("Vary"));
  };

  CHECK(encoding("br, gzip") == "gzip Accept-Encoding");
  CHECK(encoding("gzip;q=0") == " Accept-Encoding");
  CHECK(encoding("") == " Accept-Encoding");
}
