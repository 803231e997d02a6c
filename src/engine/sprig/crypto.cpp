// Digests, AES and random keys' lesser kin.

#include <openssl/evp.h>

#include "base/digest.hpp"
#include "base/encoding.hpp"
#include "engine/sprig/base_text.hpp"
#include "engine/sprig/registry.hpp"

namespace gp::sprig {
namespace {

constexpr std::size_t kBlock = 16;
constexpr std::size_t kKey = 32;

std::string adler32(std::string_view text) {
  std::uint32_t a = 1;
  std::uint32_t b = 0;
  for (const char c : text) {
    a = (a + static_cast<unsigned char>(c)) % 65'521;
    b = (b + a) % 65'521;
  }
  return std::to_string(b << 16U | a);
}

// The password itself is the key, cut or filled with zeros, as sprig has it.
std::string aes_key(std::string_view password) {
  std::string key(password.substr(0, kKey));
  key.resize(kKey, '\0');
  return key;
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// Whole blocks through AES-256-CBC; padding is the caller's.
Result<std::string> aes(std::string_view key, std::string_view vector, std::string_view blocks,
                        bool encrypts) {
  const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(
      EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  std::string out(blocks.size() + kBlock, '\0');
  auto* into = reinterpret_cast<unsigned char*>(out.data());
  int written = 0;
  const bool works = context &&
                     EVP_CipherInit_ex(context.get(), EVP_aes_256_cbc(), nullptr, bytes_of(key),
                                       bytes_of(vector), encrypts ? 1 : 0) == 1 &&
                     EVP_CIPHER_CTX_set_padding(context.get(), 0) == 1 &&
                     EVP_CipherUpdate(context.get(), into, &written, bytes_of(blocks),
                                      static_cast<int>(blocks.size())) == 1;
  if (!works) return fail(internal_error("AES-256-CBC of {} bytes failed", blocks.size()));
  out.resize(static_cast<std::size_t>(written));
  return out;
}

Result<Val> encrypt(Random& random, Arguments arguments) {
  std::string content(arguments[1].text());
  if (content.empty()) return Val::string("");
  const std::size_t padding = kBlock - content.size() % kBlock;
  content.append(padding, static_cast<char>(padding));
  std::string vector(kBlock, '\0');
  random.fill(vector.data(), vector.size());
  const std::string encrypted = TRY(aes(aes_key(arguments[0].text()), vector, content, true));
  return Val::string(base64_encode(vector + encrypted));
}

Result<Val> decrypt(Arguments arguments) {
  if (arguments[1].text().empty()) return Val::string("");
  const std::string data = TRY(decode_base64(arguments[1].text()));
  if (data.size() < kBlock)
    return fail(invalid_argument("runtime error: slice bounds out of range [:16] with capacity {}",
                                 data.size()));
  if (data.size() % kBlock != 0)
    return fail(invalid_argument("crypto/cipher: input not full blocks"));
  const std::string_view blocks = std::string_view(data).substr(kBlock);
  if (blocks.empty()) return fail(invalid_argument("runtime error: index out of range [-1]"));
  std::string text = TRY(
      aes(aes_key(arguments[0].text()), std::string_view(data).substr(0, kBlock), blocks, false));
  const auto padding = static_cast<unsigned char>(text.back());
  if (padding > text.size())
    return fail(invalid_argument("runtime error: slice bounds out of range [:{}]",
                                 static_cast<std::int64_t>(text.size()) - padding));
  text.resize(text.size() - padding);
  return Val::string(std::move(text));
}

}  // namespace

void add_crypto(Registry& registry) {
  const auto* text = &types::kString;
  const auto add = [&](std::string_view name, std::string (*digest)(std::string_view)) {
    registry.add({name}, {text}, [digest](Arguments arguments) {
      return Val::string(digest(arguments[0].text()));
    });
  };
  add("sha1sum", sha1_hex);
  add("sha256sum", sha256_hex);
  add("sha512sum", [](std::string_view from) { return hex_encode(sha512(from)); });
  add("adler32sum", adler32);
  registry.add({"encryptAES"}, {text, text},
               [random = registry.environment.random](Arguments arguments) {
                 return encrypt(*random, arguments);
               });
  registry.add({"decryptAES"}, {text, text}, decrypt);
}

}  // namespace gp::sprig
