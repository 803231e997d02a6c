#include "platform/web/assets.hpp"

#include <doctest/doctest.h>

using namespace gp;

namespace {

// "hello" in gzip.
constexpr std::string_view kGzip(
    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xcb\x48\xcd\xc9\xc9\x07\x00\x86\xa6\x10\x36\x05"
    "\x00\x00\x00",
    25);
constexpr std::array<web::Asset, 2> kAssets = {{
    {"index.html", "text/html; charset=utf-8", "\"i1\"", kGzip, {}},
    {"assets/x-1.js", "text/javascript", "\"x1\"", kGzip, "brotli"},
}};

net::Response ask(std::string path, std::string encoding = {}, std::string known = {}) {
  net::Request request;
  request.method = "GET";
  request.path = std::move(path);
  if (!encoding.empty()) request.headers.set("Accept-Encoding", encoding);
  if (!known.empty()) request.headers.set("If-None-Match", known);
  return web::serve_assets(kAssets)(request);
}

}  // namespace

TEST_CASE("assets: each client gets the smallest form it takes") {
  CHECK(ask("/assets/x-1.js", "gzip, br").body_text() == "brotli");
  CHECK(ask("/assets/x-1.js", "gzip, br;q=0").body_text() == kGzip);
  CHECK(ask("/assets/x-1.js").body_text() == "hello");
  CHECK(ask("/", "gzip, br").headers.get("Content-Encoding") == "gzip");
}

TEST_CASE("assets: names with a hash are kept for ever, the page is asked for anew") {
  CHECK(ask("/assets/x-1.js").headers.get("Cache-Control").contains("immutable"));
  CHECK(ask("/").headers.get("Cache-Control") == "no-cache");
  CHECK(ask("/", "", "\"i1\"").status == 304);
  CHECK(ask("/", "", "\"i0\", W/\"i1\"").status == 304);
  CHECK(ask("/", "", "\"i0\"").status == 200);
}

TEST_CASE("assets: addresses of the page get the page, missing files and routes a 404") {
  CHECK(ask("/catalog/default/user/ada.lind").body_text() == "hello");
  CHECK(ask("/settings").status == 200);
  CHECK(ask("/robots.txt").status == 404);
  CHECK(ask("/assets/gone.js").status == 404);
  CHECK(ask("/api/none").status == 404);
  CHECK(ask("/kube/x").status == 404);
  CHECK(ask("/.git/config").status == 404);
  CHECK(ask("/").headers.get("X-Content-Type-Options") == "nosniff");
}
