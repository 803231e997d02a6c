// Tokens, keys and key sets: nothing crashes; nothing is taken for signed that was not; what is
// written reads back the same.

#include "base/json.hpp"
#include "engine/jose/token.hpp"
#include "fuzz_input.hpp"

namespace {

using namespace gp::jose;

void try_token(std::string_view text) {
  static const KeySet keys({*Key::generate(KeyType::EcP256), *Key::generate(KeyType::Ed25519),
                            *Key::from_secret("a secret that no corpus can hold: \x01\x02\x03")});
  const auto read = read_unverified(text);
  if (!read) {
    GP_CHECK(read.error().code == gp::Code::Unauthenticated, "a bad token is only a bad token");
    return;
  }
  GP_CHECK(text.starts_with(read->signing_input), "what was signed is the text's own beginning");
  Algorithms all = Algorithms::asymmetric();
  all.add(Algorithm::HS256);
  GP_CHECK(!check_signature(*read, keys, all), "no input knows our keys");
  (void)check_claims(read->claims, {.now = gp::TimePoint(std::chrono::seconds(1'700'000'000))});
  (void)audiences_of(read->claims);
}

void try_key(std::string_view text) {
  (void)KeySet::parse(text);
  const auto json = gp::parse_json(text, {.bytes_max = 16U << 10U, .depth_max = 8});
  if (!json) return;
  const auto key = Key::parse_jwk(*json);
  if (!key || !key->is_for_signatures()) return;
  for (const Part part : {Part::Public, Part::Private}) {
    if (key->type() == KeyType::Symmetric && part == Part::Public) continue;
    const auto again = Key::parse_jwk(key->to_jwk(part));
    GP_CHECK(again.has_value(), "what we write is a key");
    GP_CHECK(again->thumbprint() == key->thumbprint(), "and the same one");
    GP_CHECK(!key->verify(key->preferred(), "text", "signature"), "nothing else signs for it");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = gp::fuzz::text_of(data, size);
  try_token(text);
  try_key(text);
  return 0;
}
