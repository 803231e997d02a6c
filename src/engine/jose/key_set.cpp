#include "engine/jose/key_set.hpp"

#include <algorithm>

#include "base/json.hpp"

namespace gp::jose {
namespace {

constexpr std::size_t kBytesMax = 1U << 20U;
constexpr std::size_t kKeysMax = 200;
constexpr std::size_t kDepthMax = 8;

}  // namespace

Result<KeySet> KeySet::parse(std::string_view json) {
  const Value document = TRY(parse_json(json, {.bytes_max = kBytesMax, .depth_max = kDepthMax}));
  const Value& keys = document["keys"];
  if (!keys.is_array()) return fail(invalid_argument("a key set without a list \"keys\""));
  if (keys.size() > kKeysMax) {
    return fail(too_large("a key set of {} keys, at most {} are read", keys.size(), kKeysMax));
  }
  KeySet set;
  for (const Value& jwk : keys.items()) {
    auto key = Key::parse_jwk(jwk);
    if (key && key->is_for_signatures()) set.add(std::move(*key));
  }
  return set;
}

bool KeySet::contains(std::string_view id) const {
  return std::ranges::any_of(keys_, [id](const Key& key) { return key.id() == id; });
}

std::vector<const Key*> KeySet::candidates(std::string_view id, Algorithm algorithm) const {
  std::vector<const Key*> found;
  for (const Key& key : keys_) {
    const bool is_named = id.empty() || key.id().empty() || key.id() == id;
    if (is_named && key.algorithms().contains(algorithm)) found.push_back(&key);
  }
  return found;
}

Value KeySet::to_value() const {
  Value list = Value::array();
  for (const Key& key : keys_) {
    if (key.type() != KeyType::Symmetric) list.push_back(key.to_jwk(Part::Public));
  }
  return Value::object({{"keys", std::move(list)}});
}

}  // namespace gp::jose
