// HTTP/1 requests: however their bytes are cut, the same requests come out or the same refusal, and
// what comes out keeps its promises.

#include "adapter/net/http1_reader.hpp"
#include "adapter/net/tokens.hpp"
#include "fuzz_input.hpp"

namespace {

using namespace gp::net;

constexpr Http1Limits kLimits{
    .header_bytes_max = 2000, .headers_max = 20, .target_bytes_max = 200, .body_bytes_max = 1000};

void check(Request& request) {
  GP_CHECK(request.path.starts_with('/') || request.path == "*", "a path is a path");
  GP_CHECK(request.path.find('?') == std::string::npos, "a path has no query");
  GP_CHECK(is_token(request.method), "a method is a token");
  GP_CHECK(request.body.size() <= kLimits.body_bytes_max, "a body has a limit");
  for (const auto& [name, value] : request.headers.all()) {
    GP_CHECK(is_token(name), "a field's name is a token");
    GP_CHECK(value.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos,
             "a field's value is one line");
  }
}

// Every request of the bytes in words, and how they end.
std::string read_all(std::string_view bytes, std::size_t step) {
  std::string out;
  auto reader = std::make_unique<Http1Reader>(kLimits);
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    std::string_view part = bytes.substr(at, step);
    while (!part.empty()) {
      const std::size_t used = reader->feed(part);
      GP_CHECK(used <= part.size(), "a reader takes what it was given");
      part.remove_prefix(used);
      if (reader->refusal() != 0) {
        GP_CHECK(!reader->refusal_reason().empty(), "a refusal says why");
        return out + std::to_string(reader->refusal());
      }
      if (!reader->is_complete()) {
        GP_CHECK(part.empty(), "an unfinished request takes everything");
        break;
      }
      Request& request = reader->request();
      check(request);
      out += request.method + ' ' + request.target + ' ' + request.body + '\n';
      for (const auto& [name, value] : request.headers.all()) out += name + ':' + value + '\n';
      out += reader->keeps_alive() ? "keep\n" : "close\n";
      reader = std::make_unique<Http1Reader>(kLimits);
    }
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes = gp::fuzz::text_of(data + 1, size - 1);
  const std::string whole = read_all(bytes, std::max<std::size_t>(1, bytes.size()));
  for (const std::size_t step : {std::size_t{1}, std::size_t{data[0]} + 2}) {
    GP_CHECK(read_all(bytes, step) == whole, "how bytes are cut does not matter");
  }
  return 0;
}
