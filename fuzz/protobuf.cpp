// A kind's resource on the first line, then a protobuf body of it: read or refused, in bounds. What
// is read is a document that decodes as JSON of the same kind does, or is refused in words.

#include "platform/api/protobuf.hpp"

#include "base/json.hpp"
#include "fuzz_input.hpp"
#include "platform/object/decode.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gp;
  static const auto* const kinds = [] {
    auto* all = new object::KindRegistry;
    object::add_builtin_kinds(*all);
    return all;
  }();
  const auto [resource, body] = fuzz::split_line(fuzz::text_of(data, size));
  const object::KindPtr kind = kinds->find_resource(resource);
  if (!kind || kind->type == nullptr) return 0;

  const auto document = api::decode_protobuf(body, *kind, *kinds);
  if (!document) {
    GP_CHECK(!document.error().message.empty(), "an error says something");
    return 0;
  }
  const auto again = parse_json(to_json(*document), {.bytes_max = 1U << 26U, .depth_max = 256});
  GP_CHECK(again.has_value(), "what was read can be written");
  std::vector<std::string> problems;
  const auto decoded = object::decode(*kind, *document, {}, problems);
  if (!decoded) GP_CHECK(!decoded.error().message.empty(), "an error says something");
  return 0;
}
