#include "engine/jose/key.hpp"

#include <openssl/crypto.h>

#include "base/digest.hpp"
#include "base/encoding.hpp"
#include "base/json.hpp"
#include "engine/jose/key_parts.hpp"

namespace gp::jose {
namespace {

constexpr int kRsaBitsMin = 2048;            // RFC 7518 3.3
constexpr int kRsaBitsMax = 8192;            // beyond, one verification costs a stranger's wish
constexpr std::size_t kSecretBytesMin = 32;  // RFC 7518 3.2
constexpr std::size_t kSecretBytesMax = 4096;

Result<KeyType> type_of_curve(const EVP_PKEY* pkey) {
  char name[64] = {};
  std::size_t size = 0;
  if (EVP_PKEY_get_group_name(pkey, name, sizeof name, &size) != 1) {
    return fail(invalid_argument("the elliptic curve has no name"));
  }
  const std::string_view curve(name, size);
  if (curve == "prime256v1" || curve == "P-256") return KeyType::EcP256;
  if (curve == "secp384r1" || curve == "P-384") return KeyType::EcP384;
  if (curve == "secp521r1" || curve == "P-521") return KeyType::EcP521;
  return fail(unimplemented("curve \"{}\" is not supported", curve));
}

}  // namespace

Key::Impl::~Impl() {
  OPENSSL_cleanse(secret.data(), secret.size());
}

Key::Impl Key::Impl::copy() const {
  Impl other;
  other.type = type;
  if (pkey) {
    EVP_PKEY_up_ref(pkey.get());
    other.pkey.reset(pkey.get());
  }
  other.secret = secret;
  other.is_private = is_private;
  other.id = id;
  other.algorithm = algorithm;
  other.is_for_signatures = is_for_signatures;
  return other;
}

std::size_t coordinate_bytes(KeyType type) {
  switch (type) {
    case KeyType::EcP256: return 32;
    case KeyType::EcP384: return 48;
    case KeyType::EcP521: return 66;
    default: return 0;
  }
}

std::string_view curve_name(KeyType type) {
  switch (type) {
    case KeyType::EcP256: return "P-256";
    case KeyType::EcP384: return "P-384";
    case KeyType::EcP521: return "P-521";
    case KeyType::Ed25519: return "Ed25519";
    default: return {};
  }
}

Algorithms algorithms_of(KeyType type) {
  using enum Algorithm;
  switch (type) {
    case KeyType::Rsa: return {RS256, RS384, RS512, PS256, PS384, PS512};
    case KeyType::EcP256: return {ES256};
    case KeyType::EcP384: return {ES384};
    case KeyType::EcP521: return {ES512};
    case KeyType::Ed25519: return {EdDSA};
    case KeyType::Symmetric: break;
  }
  return {HS256};
}

Result<KeyType> type_of(const EVP_PKEY* pkey) {
  if (EVP_PKEY_is_a(pkey, "ED25519") == 1) return KeyType::Ed25519;
  if (EVP_PKEY_is_a(pkey, "EC") == 1) return type_of_curve(pkey);
  if (EVP_PKEY_is_a(pkey, "RSA") != 1) return fail(unimplemented("the type of key is unknown"));
  const int bits = EVP_PKEY_get_bits(pkey);
  if (bits < kRsaBitsMin || bits > kRsaBitsMax) {
    return fail(invalid_argument("an RSA key of {} bits, expected {} to {}", bits, kRsaBitsMin,
                                 kRsaBitsMax));
  }
  return KeyType::Rsa;
}

Result<Key> adopt(Pkey pkey, bool is_private) {
  Key::Impl impl;
  impl.type = TRY(type_of(pkey.get()));
  impl.pkey = std::move(pkey);
  impl.is_private = is_private;
  return KeyParts::make(std::move(impl));
}

Result<Key> Key::generate(KeyType type, unsigned rsa_bits) {
  EVP_PKEY* made = nullptr;
  switch (type) {
    case KeyType::Rsa:
      made = EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{rsa_bits});
      break;
    case KeyType::Ed25519: made = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"); break;
    case KeyType::Symmetric: return fail(invalid_argument("symmetric keys come from a secret"));
    default: made = EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", curve_name(type).data()); break;
  }
  if (made == nullptr) return fail(internal_error("a key could not be generated"));
  return adopt(Pkey(made), true);
}

Result<Key> Key::from_secret(std::string_view secret) {
  if (secret.size() < kSecretBytesMin || secret.size() > kSecretBytesMax) {
    return fail(invalid_argument("a symmetric key of {} bytes, expected {} to {}", secret.size(),
                                 kSecretBytesMin, kSecretBytesMax));
  }
  Impl impl;
  impl.type = KeyType::Symmetric;
  impl.secret = secret;
  impl.is_private = true;
  return KeyParts::make(std::move(impl));
}

KeyType Key::type() const {
  return impl_->type;
}

bool Key::is_private() const {
  return impl_->is_private;
}

const std::string& Key::id() const {
  return impl_->id;
}

bool Key::is_for_signatures() const {
  return impl_->is_for_signatures;
}

Algorithms Key::algorithms() const {
  if (!impl_->is_for_signatures) return {};
  return impl_->algorithm ? Algorithms{*impl_->algorithm} : algorithms_of(impl_->type);
}

Algorithm Key::preferred() const {
  if (impl_->algorithm) return *impl_->algorithm;
  switch (impl_->type) {
    case KeyType::Rsa: return Algorithm::RS256;
    case KeyType::EcP256: return Algorithm::ES256;
    case KeyType::EcP384: return Algorithm::ES384;
    case KeyType::EcP521: return Algorithm::ES512;
    case KeyType::Ed25519: return Algorithm::EdDSA;
    case KeyType::Symmetric: break;
  }
  return Algorithm::HS256;
}

Key Key::with_id(std::string id) const {
  Impl other = impl_->copy();
  other.id = std::move(id);
  return KeyParts::make(std::move(other));
}

Key Key::with_algorithm(Algorithm algorithm) const {
  GP_CHECK(algorithms_of(impl_->type).contains(algorithm), "an algorithm of the key's own type");
  Impl other = impl_->copy();
  other.algorithm = algorithm;
  return KeyParts::make(std::move(other));
}

std::string Key::thumbprint() const {
  const Value jwk = to_jwk(impl_->type == KeyType::Symmetric ? Part::Private : Part::Public);
  Value required = Value::object();
  for (const char* name : {"crv", "e", "k", "kty", "n", "x", "y"}) {
    if (const Value* member = jwk.find(name)) required.set(name, *member);
  }
  return base64url_encode(sha256(to_json(required)));
}

}  // namespace gp::jose
