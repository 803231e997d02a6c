#include "base/value_index.hpp"

#include "base/ids.hpp"

namespace gp {
namespace {

struct Keys {
  std::uint64_t a = 0;
  std::uint64_t b = 0;
};

const Keys& keys() {
  static const Keys keys = {system_random().next() | 1U, system_random().next() | 1U};
  return keys;
}

std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}

std::uint64_t read_up_to_8(const char* bytes, std::size_t count) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, count);
  return word;
}

}  // namespace

std::uint64_t hash_name(std::string_view name) noexcept {
  const Keys& key = keys();
  std::uint64_t hash = key.a ^ name.size();
  while (name.size() > 8) {
    hash = mix(hash ^ read_up_to_8(name.data(), 8), key.b);
    name.remove_prefix(8);
  }
  hash = mix(hash ^ read_up_to_8(name.data(), name.size()), key.b);
  return mix(hash, key.a);
}

}  // namespace gp
