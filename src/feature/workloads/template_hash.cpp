#include "feature/workloads/template_hash.hpp"

#include "base/json.hpp"

namespace gp::workloads {

// FNV-1a, then the decimal digits in an alphabet that spells nothing, as Kubernetes does.
std::string template_hash(const Value& content, std::int64_t collisions) {
  constexpr std::string_view kAlphabet = "bcdfghjklmnpqrstvwxz2456789";
  std::string text = to_json(content);
  if (collisions > 0) text += std::to_string(collisions);
  std::uint32_t hash = 2'166'136'261U;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 16'777'619U;
  }
  std::string name = std::to_string(hash);
  for (char& c : name) c = kAlphabet[static_cast<unsigned char>(c) % kAlphabet.size()];
  return name;
}

}  // namespace gp::workloads
