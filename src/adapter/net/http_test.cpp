#include "adapter/net/http.hpp"

#include <doctest/doctest.h>

using namespace gp;
using namespace gp::net;

TEST_CASE("headers: names compare without case and keep order; values cannot break out") {
  Headers headers;
  headers.add("X-A", " 1 ");
  headers.add("x-a", "2\r\nInjected: yes");
  headers.add("bad name", "dropped");

  CHECK(headers.get("X-a") == "1");
  CHECK(headers.joined("X-A") == "1, 2Injected: yes");
  CHECK(headers.all().size() == 2);
  headers.set("X-A", "3");
  CHECK(headers.all().size() == 1);
  CHECK(headers.erase("x-A"));
  CHECK_FALSE(headers.contains("X-A"));
}

TEST_CASE("query: names repeat, values decode, mistakes are told") {
  const auto query = Query::parse("a=1&b=x%20y+z&a=2&flag&=empty&");

  REQUIRE(query);
  CHECK(query->all("a") == std::vector<std::string_view>{"1", "2"});
  CHECK(query->get("b") == "x y z");
  CHECK(query->contains("flag"));
  CHECK(query->get("missing", "fallback") == "fallback");
  CHECK(query->find("flag") == "");
  const auto bad = Query::parse("a=%4");
  REQUIRE_FALSE(bad);
  CHECK(bad.error().message == "the query has an invalid percent-encoding in \"a=%4\"");
  std::string many;
  for (int i = 0; i < 1001; ++i) many += "a&";
  CHECK(Query::parse(many).error().code == Code::TooLarge);
}

TEST_CASE("http date: RFC 9110's form") {
  CHECK(http_date(TimePoint(std::chrono::seconds(784111777))) == "Sun, 06 Nov 1994 08:49:37 GMT");
  CHECK(http_date(TimePoint(std::chrono::seconds(0))) == "Thu, 01 Jan 1970 00:00:00 GMT");
}

TEST_CASE("response: builders") {
  CHECK(Response::text(404, "no").body_text() == "no");
  CHECK(Response::json_text(200, "{}").headers.get("content-type") == "application/json");
  CHECK(Response::redirect(303, "/x").headers.get("location") == "/x");
  CHECK(Response::empty(204).header("A", "b").headers.get("a") == "b");
}
