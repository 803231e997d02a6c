// What chance decides: random texts and numbers, shuffled ones, UUIDs.

#include "base/encoding.hpp"
#include "engine/sprig/registry.hpp"
#include "engine/sprig/runes.hpp"
#include "engine/sprig/values.hpp"

namespace gp::sprig {
namespace {

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

std::string printable() {
  std::string characters;
  for (char c = ' '; c < 0x7F; ++c) characters.push_back(c);
  return characters;
}

// A negative count gives "", as sprig drops the error.
void add_text(Registry& registry, std::string_view name, std::string alphabet) {
  registry.add({name}, {&types::kInt},
               [random = registry.environment.random,
                alphabet = std::move(alphabet)](Arguments arguments) -> Result<Val> {
                 const std::int64_t count = std::max<std::int64_t>(0, arguments[0].integer());
                 TRY(check_items(static_cast<std::size_t>(count)));
                 std::string out;
                 for (std::int64_t i = 0; i < count; ++i)
                   out.push_back(alphabet[random->below(alphabet.size())]);
                 return Val::string(std::move(out));
               });
}

Result<Val> bytes(Random& random, std::int64_t count) {
  if (count < 0) return fail(invalid_argument("runtime error: makeslice: len out of range"));
  TRY(check_items(static_cast<std::size_t>(count)));
  std::string data(static_cast<std::size_t>(count), '\0');
  random.fill(data.data(), data.size());
  return Val::string(base64_encode(data));
}

std::string shuffled(Random& random, std::string_view text) {
  std::vector<char32_t> runes = runes_of(text);
  for (std::size_t i = runes.size(); i > 1; --i) std::swap(runes[i - 1], runes[random.below(i)]);
  return text_of_runes(runes);
}

}  // namespace

void add_random(Registry& registry) {
  const auto* count = &types::kInt;
  Random* random = registry.environment.random;
  add_text(registry, "randAlphaNum", std::string(kLetters).append(kDigits));
  add_text(registry, "randAlpha", std::string(kLetters));
  add_text(registry, "randNumeric", std::string(kDigits));
  add_text(registry, "randAscii", printable());
  registry.add({"randBytes"}, {count},
               [random](Arguments arguments) { return bytes(*random, arguments[0].integer()); });
  registry.add({"randInt"}, {count, count}, [random](Arguments arguments) -> Result<Val> {
    const std::int64_t least = arguments[0].integer();
    std::int64_t range = 0;
    if (__builtin_sub_overflow(arguments[1].integer(), least, &range) || range <= 0)
      return fail(invalid_argument("invalid argument to Intn"));
    return Val::integer(
        least + static_cast<std::int64_t>(random->below(static_cast<std::uint64_t>(range))));
  });
  registry.add({"shuffle"}, {&types::kString}, [random](Arguments arguments) {
    return Val::string(shuffled(*random, arguments[0].text()));
  });
  registry.add({"uuidv4"}, {},
               [random](Arguments) { return Val::string(format_uuid(random_uuid(*random))); });
}

}  // namespace gp::sprig
