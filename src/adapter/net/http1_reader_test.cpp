#include "adapter/net/http1_reader.hpp"

#include <doctest/doctest.h>

using namespace gp;
using namespace gp::net;

namespace {

// "200 GET /path body" when the request is taken, else the status it is refused with.
std::string read(std::string_view bytes, const Http1Limits& limits = {}) {
  Http1Reader reader(limits);
  reader.feed(bytes);
  if (reader.refusal() != 0) return std::to_string(reader.refusal());
  if (!reader.is_complete()) return "more";
  const Request& request = reader.request();
  std::string text = "200 " + request.method + " " + request.path;
  if (!request.body.empty()) text += " " + request.body;
  return text;
}

std::string get(std::string_view fields) {
  return "GET / HTTP/1.1\r\nHost: a\r\n" + std::string(fields) + "\r\n";
}

std::string post(std::string_view fields, std::string_view body) {
  return "POST / HTTP/1.1\r\nHost: a\r\n" + std::string(fields) + "\r\n" + std::string(body);
}

}  // namespace

TEST_CASE("http1 reader: a request is read whole, in halves and byte by byte alike") {
  const std::string request =
      "POST /a/b?x=1&y=a%20b HTTP/1.1\r\nHost: h\r\nX-One:  two \r\nTransfer-Encoding: chunked\r\n"
      "\r\n3\r\nabc\r\n5;name=value\r\ndefgh\r\n0\r\nTrailer: dropped\r\n\r\n";

  for (const std::size_t step : {std::size_t{1}, std::size_t{2}, std::size_t{7}, request.size()}) {
    CAPTURE(step);
    Http1Reader reader({});
    for (std::size_t at = 0; at < request.size(); at += step) {
      const auto bytes = std::string_view(request).substr(at, step);
      REQUIRE(reader.feed(bytes) == bytes.size());
      REQUIRE(reader.refusal() == 0);
    }
    REQUIRE(reader.is_complete());
    CHECK(reader.request().path == "/a/b");
    CHECK(reader.request().target == "/a/b?x=1&y=a%20b");
    CHECK(reader.request().query.get("y") == "a b");
    CHECK(reader.request().headers.get("x-one") == "two");
    CHECK_FALSE(reader.request().headers.contains("Trailer"));
    CHECK(reader.request().body == "abcdefgh");
  }
}

TEST_CASE("http1 reader: a chunked body may be empty, and its end come in pieces") {
  for (const std::size_t step : {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{4}}) {
    Http1Reader reader({});
    reader.feed(post("Transfer-Encoding: chunked\r\n", ""));
    const std::string_view last = "0\r\n\r\n";
    for (std::size_t at = 0; at < last.size(); at += step) {
      CHECK_FALSE(reader.is_complete());
      reader.feed(last.substr(at, step));
    }
    CHECK(reader.is_complete());
    CHECK(reader.request().body.empty());
  }
}

TEST_CASE("http1 reader: bytes after a request are left for the next one") {
  Http1Reader reader({});
  const std::string two = post("Content-Length: 2\r\n", "hiGET / HT");

  CHECK(reader.feed(two) == two.size() - 8);

  CHECK(reader.is_complete());
  CHECK(reader.request().body == "hi");
}

TEST_CASE("http1 reader: the path is passed on as it was sent") {
  CHECK(read("GET //x HTTP/1.1\r\nHost: a\r\n\r\n") == "200 GET //x");
  CHECK(read("GET /a%2Fb/../c HTTP/1.1\r\nHost: a\r\n\r\n") == "200 GET /a%2Fb/../c");
  CHECK(read("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n") == "200 OPTIONS *");
  CHECK(read("GET http://b/c?d HTTP/1.1\r\nHost: a\r\n\r\n") == "200 GET /c");
  CHECK(read("GET http://b HTTP/1.1\r\nHost: a\r\n\r\n") == "200 GET /");
}

TEST_CASE("http1 reader: the authority of an absolute target stands for Host") {
  Http1Reader reader({});
  reader.feed("GET http://b:81/c HTTP/1.1\r\nHost: a\r\n\r\n");

  CHECK(reader.request().headers.get("Host") == "b:81");
}

TEST_CASE("http1 reader: an empty line before a request is a leftover") {
  CHECK(read("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n") == "200 GET /");
  CHECK(read("\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n") == "400");
  CHECK(read("\nGET / HTTP/1.1\r\nHost: a\r\n\r\n") == "400");
  CHECK(read("\rGET / HTTP/1.1\r\nHost: a\r\n\r\n") == "400");
}

TEST_CASE("http1 reader: what two programs could read differently is refused") {
  CHECK(read(get("")) == "200 GET /");

  // Lengths.
  CHECK(read(post("Content-Length: 3, 3\r\n", "abc")) == "400");
  CHECK(read(post("Content-Length: 3\r\nContent-Length: 3\r\n", "abc")) == "400");
  CHECK(read(post("Content-Length: 3\r\nContent-Length: 4\r\n", "abc")) == "400");
  CHECK(read(post("Content-Length: +3\r\n", "abc")) == "400");
  CHECK(read(post("Content-Length: -3\r\n", "abc")) == "400");
  CHECK(read(post("Content-Length: 0x3\r\n", "abc")) == "400");
  CHECK(read(post("Content-Length: 3 3\r\n", "abc")) == "400");
  CHECK(read(post("Content-Length:\r\n", "abc")) == "400");
  CHECK(read(post("Content-Length: 99999999999999999999\r\n", "abc")) == "400");
  CHECK(read(post("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")) == "400");
  CHECK(read(post("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", "0\r\n\r\n")) == "400");

  // Transfer encodings.
  CHECK(read(post("Transfer-Encoding: chunked\r\n", "0\r\n\r\n")) == "200 POST /");
  CHECK(read(post("Transfer-Encoding: Chunked\r\n", "0\r\n\r\n")) == "200 POST /");
  CHECK(read(post("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n")) == "501");
  CHECK(read(post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n")) == "501");
  CHECK(read(post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n")) == "501");
  CHECK(read(post("Transfer-Encoding: identity\r\n", "")) == "501");
  CHECK(read(post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"))
            .starts_with("200") == false);
  CHECK(read("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n") == "400");

  // Lines.
  CHECK(read("GET / HTTP/1.1\nHost: a\n\n") == "400");
  CHECK(read("GET / HTTP/1.1\r\nHost: a\n\r\n") == "400");
  CHECK(read("GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n") == "400");
  CHECK(read(get("A: b\r\n c\r\n")) == "400");
  CHECK(read(get("A: b\r\n\tc\r\n")) == "400");
  CHECK(read(get("A : b\r\n")) == "400");
  CHECK(read(get(": b\r\n")) == "400");
  CHECK(read(get("A\r\n")) == "400");
  CHECK(read(get(std::string_view("A: b\0c\r\n", 8))) == "400");

  // Request lines.
  CHECK(read("GET / HTTP/1.1\r\n\r\n") == "400");
  CHECK(read("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n") == "400");
  CHECK(read("GET / HTTP/1.0\r\n\r\n") == "200 GET /");
  CHECK(read("GET / HTTP/2.0\r\nHost: a\r\n\r\n") == "505");
  CHECK(read("GET / HTTP/1.2\r\nHost: a\r\n\r\n") == "505");
  CHECK(read("GET /\r\nHost: a\r\n\r\n") == "400");
  CHECK(read("GET  / HTTP/1.1\r\nHost: a\r\n\r\n") == "400");
  CHECK(read("GET / x HTTP/1.1\r\nHost: a\r\n\r\n") == "505");
  CHECK(read("G@T / HTTP/1.1\r\nHost: a\r\n\r\n") == "400");
  CHECK(read("GET a HTTP/1.1\r\nHost: a\r\n\r\n") == "400");
  CHECK(read("GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n") == "400");
  CHECK(read("GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n") == "400");
  CHECK(read("CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n") == "501");
  CHECK(read("GET /?a=%zz HTTP/1.1\r\nHost: a\r\n\r\n") == "400");
  CHECK(read("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") == "505");

  // Chunks.
  const std::string chunked = "Transfer-Encoding: chunked\r\n";
  CHECK(read(post(chunked, "1\r\nab\r\n0\r\n\r\n")) == "400");
  CHECK(read(post(chunked, "g\r\na\r\n0\r\n\r\n")) == "400");
  CHECK(read(post(chunked, "-1\r\na\r\n0\r\n\r\n")) == "400");
  CHECK(read(post(chunked, "0x1\r\na\r\n0\r\n\r\n")) == "400");
  CHECK(read(post(chunked, "1\na\r\n0\r\n\r\n")) == "400");
  CHECK(read(post(chunked, "fffffffffffffffff\r\na\r\n0\r\n\r\n")) == "400");
  CHECK(read(post(chunked, "1;" + std::string(20'000, 'x'))) == "400");

  // Other protocols.
  CHECK(read("\x16\x03\x01\x02") == "400");
  CHECK(read("{\"a\": 1}") == "400");
}

TEST_CASE("http1 reader: expectations other than 100-continue are refused") {
  CHECK(read(get("Expect: miracles\r\n")) == "417");
  Http1Reader reader({});
  reader.feed(post("Expect: 100-Continue\r\nContent-Length: 1\r\n", ""));
  CHECK(reader.expects_continue());
}

TEST_CASE("http1 reader: limits") {
  const Http1Limits limits{
      .header_bytes_max = 300, .headers_max = 3, .target_bytes_max = 50, .body_bytes_max = 10};
  const std::string chunked = "Transfer-Encoding: chunked\r\n";

  CHECK(read("GET /" + std::string(40, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", limits)
            .starts_with("200"));
  CHECK(read("GET /" + std::string(90, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", limits) == "414");
  CHECK(read("GET /" + std::string(200, 'a'), limits) == "414");
  CHECK(read(get("A: " + std::string(300, 'a') + "\r\n"), limits) == "431");
  CHECK(read("GET / HTTP/1.1\r\nHost: a\r\nA: " + std::string(300, 'a'), limits) == "431");
  CHECK(read(get("A: b\r\nC: d\r\n"), limits) == "200 GET /");
  CHECK(read(get("A: b\r\nC: d\r\nE: f\r\n"), limits) == "431");
  CHECK(read(post("Content-Length: 10\r\n", "0123456789"), limits).starts_with("200"));
  CHECK(read(post("Content-Length: 11\r\n", ""), limits) == "413");
  CHECK(read(post(chunked, "a\r\n0123456789\r\n0\r\n\r\n"), limits).starts_with("200"));
  CHECK(read(post(chunked, "6\r\n012345\r\n6\r\n"), limits) == "413");
}
