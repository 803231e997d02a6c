#pragma once
// Random identifiers and secrets from the operating system's generator; seeded in tests.

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

namespace gp {

class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(void* bytes, std::size_t count) = 0;

  std::uint64_t next();
  std::uint64_t below(std::uint64_t bound);  // unbiased, bound > 0
};

Random& system_random();  // cryptographic; any thread

// Deterministic, for tests only; any thread.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : state_(seed) {}
  void fill(void* bytes, std::size_t count) override;

 private:
  std::atomic<std::uint64_t> state_;
};

using Uuid = std::array<std::uint8_t, 16>;
Uuid random_uuid(Random& random);           // version 4
std::string format_uuid(const Uuid& uuid);  // 8-4-4-4-12, lower case
bool parse_uuid(std::string_view text, Uuid& out);

// Kubernetes' generateName alphabet (no vowels, nothing that looks alike):
// "bcdfghjklmnpqrstvwxz2456789".
std::string random_name_suffix(Random& random, std::size_t length = 5);
// Letters and digits, for tokens and passwords: about 5.95 bits each.
std::string random_token(Random& random, std::size_t length = 43);

}  // namespace gp
