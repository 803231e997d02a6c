// bcrypt, htpasswd and derivePassword (the Master Password algorithm).

#include <crypt.h>
#include <openssl/evp.h>

#include <array>
#include <map>

#include "base/digest.hpp"
#include "engine/sprig/registry.hpp"

namespace gp::sprig {
namespace {

const tmpl::Type kUint32{"uint32", Kind::Uint32};

// $2a$, cost 10, as Go's bcrypt writes it.
Result<std::string> bcrypt(Random& random, std::string_view password) {
  constexpr std::size_t kPasswordMax = 72;
  if (password.size() > kPasswordMax)
    return std::string(
        "failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes");
  std::array<char, 16> salt{};
  random.fill(salt.data(), salt.size());
  std::array<char, CRYPT_GENSALT_OUTPUT_SIZE> setting{};
  if (!crypt_gensalt_rn("$2a$", 10, salt.data(), static_cast<int>(salt.size()), setting.data(),
                        static_cast<int>(setting.size())))
    return fail(internal_error("bcrypt is not available"));
  const auto scratch = std::make_unique<crypt_data>();
  const char* hash = crypt_r(std::string(password).c_str(), setting.data(), scratch.get());
  if (!hash || hash[0] == '*') return fail(internal_error("bcrypt is not available"));
  return std::string(hash);
}

using Templates = std::map<std::string_view, std::vector<std::string_view>>;

const Templates& password_templates() {
  static const Templates templates = {
      {"maximum", {"anoxxxxxxxxxxxxxxxxx", "axxxxxxxxxxxxxxxxxno"}},
      {"long",
       {"CvcvnoCvcvCvcv", "CvcvCvcvnoCvcv", "CvcvCvcvCvcvno", "CvccnoCvcvCvcv", "CvccCvcvnoCvcv",
        "CvccCvcvCvcvno", "CvcvnoCvccCvcv", "CvcvCvccnoCvcv", "CvcvCvccCvcvno", "CvcvnoCvcvCvcc",
        "CvcvCvcvnoCvcc", "CvcvCvcvCvccno", "CvccnoCvccCvcv", "CvccCvccnoCvcv", "CvccCvccCvcvno",
        "CvcvnoCvccCvcc", "CvcvCvccnoCvcc", "CvcvCvccCvccno", "CvccnoCvcvCvcc", "CvccCvcvnoCvcc",
        "CvccCvcvCvccno"}},
      {"medium", {"CvcnoCvc", "CvcCvcno"}},
      {"short", {"Cvcn"}},
      {"basic", {"aaanaaan", "aannaaan", "aaannaaa"}},
      {"pin", {"nnnn"}},
  };
  return templates;
}

std::string_view characters_of(char element) {
  switch (element) {
    case 'V': return "AEIOU";
    case 'C': return "BCDFGHJKLMNPQRSTVWXYZ";
    case 'v': return "aeiou";
    case 'c': return "bcdfghjklmnpqrstvwxyz";
    case 'a': return "AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz";
    case 'n': return "0123456789";
    case 'o': return "@&%?,=[]_:-+*$#!'^~;()/.";
    default: return "AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz0123456789!@#$%^&*()";
  }
}

std::string big_endian(std::uint64_t number) {
  std::string bytes;
  for (unsigned shift = 24; shift < 32; shift -= 8)
    bytes.push_back(static_cast<char>(number >> shift & 0xFFU));
  return bytes;
}

Result<Val> derive_password(Arguments arguments) {
  constexpr std::string_view kScope = "com.lyndir.masterpassword";
  const std::string_view type = arguments[1].text();
  const std::string_view password = arguments[2].text();
  const std::string_view user = arguments[3].text();
  const std::string_view site = arguments[4].text();
  const auto found = password_templates().find(type);
  if (found == password_templates().end())
    return Val::string("cannot find password template " + std::string(type));

  const std::string salt = std::string(kScope) + big_endian(user.size()) + std::string(user);
  std::string key(64, '\0');
  constexpr std::uint64_t kMemoryMax = 64U << 20U;
  if (EVP_PBE_scrypt(password.data(), password.size(),
                     reinterpret_cast<const unsigned char*>(salt.data()), salt.size(), 32'768, 8, 2,
                     kMemoryMax, reinterpret_cast<unsigned char*>(key.data()), key.size()) != 1)
    return fail(internal_error("failed to derive password"));
  const std::string seed =
      hmac_sha256(key, std::string(kScope) + big_endian(site.size()) + std::string(site) +
                           big_endian(arguments[0].unsigned_integer()));

  const auto byte = [&seed](std::size_t index) {
    return static_cast<std::size_t>(static_cast<unsigned char>(seed[index]));
  };
  std::string derived;
  for (const char element : found->second[byte(0) % found->second.size()]) {
    const std::string_view characters = characters_of(element);
    derived.push_back(characters[byte(derived.size() + 1) % characters.size()]);
  }
  return Val::string(std::move(derived));
}

}  // namespace

void add_passwords(Registry& registry) {
  const auto* text = &types::kString;
  Random* random = registry.environment.random;
  registry.add({"bcrypt"}, {text}, [random](Arguments arguments) -> Result<Val> {
    std::string hash = TRY(bcrypt(*random, arguments[0].text()));
    return Val::string(std::move(hash));
  });
  registry.add({"htpasswd"}, {text, text}, [random](Arguments arguments) -> Result<Val> {
    const std::string user(arguments[0].text());
    if (user.contains(':')) return Val::string("invalid username: " + user);
    const std::string hash = TRY(bcrypt(*random, arguments[1].text()));
    return Val::string(user + ":" + hash);
  });
  registry.add({"derivePassword"}, {&kUint32, text, text, text, text}, derive_password);
}

}  // namespace gp::sprig
