// b64enc, b32dec and their kin. A text that cannot be decoded gives the error's text, as in sprig.

#include "base/encoding.hpp"

#include "engine/sprig/base_text.hpp"
#include "engine/sprig/registry.hpp"

namespace gp::sprig {
namespace {

template <typename Decode>
auto text_or_error(Decode decode) {
  return [decode](Arguments arguments) {
    auto decoded = decode(arguments[0].text());
    return Val::string(decoded ? *std::move(decoded) : decoded.error().message);
  };
}

}  // namespace

void add_encoding(Registry& registry) {
  const auto* text = &types::kString;
  registry.add({"b64enc"}, {text},
               [](Arguments arguments) { return Val::string(base64_encode(arguments[0].text())); });
  registry.add({"b64dec"}, {text}, text_or_error(decode_base64));
  registry.add({"b32enc"}, {text},
               [](Arguments arguments) { return Val::string(encode_base32(arguments[0].text())); });
  registry.add({"b32dec"}, {text}, text_or_error(decode_base32));
}

}  // namespace gp::sprig
