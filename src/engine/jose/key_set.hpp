#pragma once
// A JSON Web Key Set (RFC 7517 section 5): the keys that a token may be signed with.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "engine/jose/key.hpp"

namespace gp::jose {

class KeySet {
 public:
  KeySet() = default;
  explicit KeySet(std::vector<Key> keys) : keys_(std::move(keys)) {}

  // Keys of unknown types, for encryption, or damaged are passed over, as RFC 7517 5 asks; a text
  // that is no key set, or is larger than 1 MiB or 200 keys, is an error.
  static Result<KeySet> parse(std::string_view json);

  void add(Key key) { keys_.push_back(std::move(key)); }
  const std::vector<Key>& keys() const { return keys_; }
  bool contains(std::string_view id) const;

  // The keys that a token with this `kid` and algorithm may be signed with. A token without a kid
  // is tried with every key that knows the algorithm; one with a kid only with keys of that name,
  // or without a name.
  std::vector<const Key*> candidates(std::string_view id, Algorithm algorithm) const;

  Value to_value() const;  // {"keys": […]}, public parts only; symmetric keys are left out

 private:
  std::vector<Key> keys_;
};

}  // namespace gp::jose
