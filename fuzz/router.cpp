// Paths and queries: no path climbs or hides an empty part, and a query that was read can be
// written and read again. The first line is the path, the rest the query.

#include "platform/web/router.hpp"
#include "base/encoding.hpp"
#include "fuzz_input.hpp"

namespace {

using namespace gp;

void check_parts(const net::Request& request) {
  for (const auto& [name, value] : request.path_parts) {
    GP_CHECK(!value.empty() && value != "." && value != "..", "a part names something");
    GP_CHECK(request.path_part(name) == value, "names of one pattern differ");
  }
  if (request.path_parts.empty()) return;
  // A rest is joined after decoding: only what the sender encoded can stand in it.
  GP_CHECK(request.path.find("//") == std::string::npos, "empty parts match nothing");
}

web::Router make_router() {
  web::Router router;
  const net::Handler handler = [](net::Request& request) {
    check_parts(request);
    return net::Response::empty(200);
  };
  for (const char* pattern : {"/", "/a", "/a/b", "/a/{x}", "/a/{x}/b", "/a/{x}/{y}", "/a/{rest...}",
                              "/a/b/{rest...}", "/{x}/b/{y}/d"}) {
    router.add("GET", pattern, handler);
  }
  router.any("/any/{x}", handler);
  return router;
}

void check_query(std::string_view text) {
  const auto query = net::Query::parse(text);
  if (!query) {
    GP_CHECK(!query.error().message.empty(), "a refusal says why");
    return;
  }
  std::string written;
  for (const auto& [name, value] : query->items()) {
    if (!written.empty()) written += '&';
    written += percent_encode(name) + '=' + percent_encode(value);
  }
  const auto again = net::Query::parse(written);
  GP_CHECK(again && again->items() == query->items(), "what was read can be written");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const web::Router router = make_router();
  const auto [path, query] = fuzz::split_line(fuzz::text_of(data, size));
  net::Request request;
  request.path = path;
  for (const char* method : {"GET", "HEAD", "POST"}) {
    request.method = method;
    request.path_parts.clear();
    const int status = router.handle(request).status;
    GP_CHECK(status == 200 || status == 404 || status == 405, "a path matches or not");
  }
  check_query(query);
  return 0;
}
