#include "base/ids.hpp"

#include <sys/random.h>

#include <cerrno>
#include <cstring>
#include <mutex>

#include "base/encoding.hpp"
#include "base/result.hpp"

namespace gp {
namespace {

class SystemRandom final : public Random {
 public:
  void fill(void* bytes, std::size_t count) override {
    auto* at = static_cast<unsigned char*>(bytes);
    while (count > 0) {
      const ssize_t got = getrandom(at, count, 0);
      if (got < 0 && errno == EINTR) continue;
      GP_CHECK(got > 0, "the operating system's random generator does not fail");
      at += got;
      count -= static_cast<std::size_t>(got);
    }
  }
};

std::string random_text(Random& random, std::string_view alphabet, std::size_t length) {
  std::string text;
  text.reserve(length);
  while (text.size() < length) text += alphabet[random.below(alphabet.size())];
  return text;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::uint64_t Random::next() {
  std::uint64_t value = 0;
  fill(&value, sizeof value);
  return value;
}

std::uint64_t Random::below(std::uint64_t bound) {
  GP_CHECK(bound > 0, "below(0) has no answer");
  const std::uint64_t rest =
      (0 - bound) % bound;  // 2^64 mod bound: values under it would come once too often
  std::uint64_t value = next();
  while (value < rest) value = next();
  return value % bound;
}

Random& system_random() {
  static SystemRandom random;
  return random;
}

// SplitMix64.
void SeededRandom::fill(void* bytes, std::size_t count) {
  auto* at = static_cast<unsigned char*>(bytes);
  while (count > 0) {
    constexpr std::uint64_t kStep = 0x9e3779b97f4a7c15U;
    std::uint64_t word = state_.fetch_add(kStep) + kStep;
    word = (word ^ (word >> 30U)) * 0xbf58476d1ce4e5b9U;
    word = (word ^ (word >> 27U)) * 0x94d049bb133111ebU;
    word ^= word >> 31U;
    const std::size_t part = count < sizeof word ? count : sizeof word;
    std::memcpy(at, &word, part);
    at += part;
    count -= part;
  }
}

Uuid random_uuid(Random& random) {
  Uuid uuid{};
  random.fill(uuid.data(), uuid.size());
  uuid[6] = static_cast<std::uint8_t>((uuid[6] & 0x0fU) | 0x40U);  // RFC 4122 section 4.4
  uuid[8] = static_cast<std::uint8_t>((uuid[8] & 0x3fU) | 0x80U);
  return uuid;
}

std::string format_uuid(const Uuid& uuid) {
  std::string text =
      hex_encode(std::string_view(reinterpret_cast<const char*>(uuid.data()), uuid.size()));
  for (const std::size_t at : {20U, 16U, 12U, 8U}) text.insert(at, 1, '-');
  return text;
}

bool parse_uuid(std::string_view text, Uuid& out) {
  if (text.size() != 36) return false;
  // Without allocating: a store's start-up reads hundreds of thousands of these.
  Uuid bytes{};
  std::size_t digits = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (is_dash != (text[i] == '-')) return false;
    if (is_dash) continue;
    const int value = hex_value(text[i]);
    if (value < 0) return false;
    auto& byte = bytes[digits / 2];
    byte = static_cast<std::uint8_t>(unsigned{byte} << 4U | static_cast<unsigned>(value));
    ++digits;
  }
  out = bytes;
  return true;
}

std::string random_name_suffix(Random& random, std::size_t length) {
  return random_text(random, "bcdfghjklmnpqrstvwxz2456789", length);
}

std::string random_token(Random& random, std::size_t length) {
  return random_text(random, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
                     length);
}

}  // namespace gp
