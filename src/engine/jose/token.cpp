#include "engine/jose/token.hpp"

#include "base/encoding.hpp"
#include "base/json.hpp"
#include "engine/jose/base64url.hpp"

namespace gp::jose {
namespace {

constexpr std::size_t kDepthMax = 32;

Error malformed(std::string_view why) {
  return unauthenticated("the token is malformed: {}", why);
}

Result<Value> read_part(std::string_view text, std::string_view name) {
  auto bytes = decode_base64url(text);
  if (!bytes) return fail(malformed(fmt::format("its {} is not base64url", name)));
  std::vector<std::string> duplicates;
  auto value =
      parse_json_strict(*bytes, duplicates, {.bytes_max = kTokenBytesMax, .depth_max = kDepthMax});
  if (!value || !value->is_object()) {
    return fail(malformed(fmt::format("its {} is not a JSON object", name)));
  }
  if (!duplicates.empty()) return fail(malformed(fmt::format("its {} repeats members", name)));
  return value;
}

}  // namespace

Result<Unverified> read_unverified(std::string_view token) {
  if (token.size() > kTokenBytesMax) return fail(malformed("it is too long"));
  const std::size_t first = token.find('.');
  const std::size_t second = first == token.npos ? token.npos : token.find('.', first + 1);
  if (second == token.npos || token.find('.', second + 1) != token.npos) {
    return fail(malformed("it does not have three parts"));
  }

  Unverified read;
  read.signing_input = token.substr(0, second);
  read.header = TRY(read_part(token.substr(0, first), "header"));
  const std::string_view name = read.header["alg"].text();
  const auto algorithm = parse_algorithm(name);
  if (!algorithm) return fail(unauthenticated("the token's algorithm \"{}\" is refused", name));
  read.algorithm = *algorithm;
  if (read.header.contains("crit")) {
    return fail(unauthenticated("the token needs extensions that are not known"));
  }
  if (read.header.contains("kid") && !read.header["kid"].is_string()) {
    return fail(malformed("its \"kid\" is not a string"));
  }
  read.key_id = read.header["kid"].string();
  read.type = read.header["typ"].string();
  read.claims = TRY(read_part(token.substr(first + 1, second - first - 1), "payload"));
  auto signature = decode_base64url(token.substr(second + 1));
  if (!signature) return fail(malformed("its signature is not base64url"));
  if (signature->empty()) return fail(malformed("it has no signature"));
  read.signature = std::move(*signature);
  return read;
}

Result<> check_signature(const Unverified& token, const KeySet& keys, Algorithms allowed) {
  if (!allowed.contains(token.algorithm)) {
    return fail(
        unauthenticated("the token's algorithm \"{}\" is refused", name_of(token.algorithm)));
  }
  const auto candidates = keys.candidates(token.key_id, token.algorithm);
  if (candidates.empty()) {
    return fail(unauthenticated("the token is signed by an unknown key").with_detail(token.key_id));
  }
  for (const Key* key : candidates) {
    if (key->verify(token.algorithm, token.signing_input, token.signature)) return {};
  }
  return fail(unauthenticated("the token's signature is wrong"));
}

Result<std::string> make_token(const Key& key, const Value& claims, std::string_view type,
                               const Value& extra) {
  const Algorithm algorithm = key.preferred();
  Value header = Value::object({{"alg", name_of(algorithm)}});
  if (!key.id().empty()) header.set("kid", key.id());
  if (!type.empty()) header.set("typ", type);
  for (const Value::Member& member : extra.members()) header.set(member.key(), member.value);
  const JsonStyle style{.sort_members = false, .escape_html = false, .indent = 0};
  std::string token =
      base64url_encode(to_json(header, style)) + '.' + base64url_encode(to_json(claims, style));
  const std::string signature = TRY(key.sign(algorithm, token));
  token += '.';
  token += base64url_encode(signature);
  return token;
}

}  // namespace gp::jose
