// Keys as JSON Web Keys.

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>

#include "base/encoding.hpp"
#include "engine/jose/base64url.hpp"
#include "engine/jose/key_parts.hpp"

namespace gp::jose {
namespace {

using ParamBuild = std::unique_ptr<OSSL_PARAM_BLD, FreeWith<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, FreeWith<OSSL_PARAM_free>>;

constexpr std::size_t kMemberBytesMax = 2048;  // a modulus of 8,192 bits takes 1,366

// The RSA members that RFC 7518 6.3 names, and what OpenSSL calls them.
struct RsaMember {
  const char* name;
  const char* parameter;
};
constexpr RsaMember kRsaPublic[] = {{"n", OSSL_PKEY_PARAM_RSA_N}, {"e", OSSL_PKEY_PARAM_RSA_E}};
constexpr RsaMember kRsaPrivate[] = {
    {"d", OSSL_PKEY_PARAM_RSA_D},          {"p", OSSL_PKEY_PARAM_RSA_FACTOR1},
    {"q", OSSL_PKEY_PARAM_RSA_FACTOR2},    {"dp", OSSL_PKEY_PARAM_RSA_EXPONENT1},
    {"dq", OSSL_PKEY_PARAM_RSA_EXPONENT2}, {"qi", OSSL_PKEY_PARAM_RSA_COEFFICIENT1}};

Result<std::string> bytes_of(const Value& jwk, std::string_view name) {
  const std::string_view text = jwk[name].text();
  if (text.empty()) return fail(invalid_argument("a JSON Web Key without \"{}\"", name));
  if (text.size() > kMemberBytesMax) {
    return fail(too_large("\"{}\" of a JSON Web Key has {} bytes, at most {} are read", name,
                          text.size(), kMemberBytesMax));
  }
  auto bytes = decode_base64url(text);
  if (!bytes) return fail(invalid_argument("\"{}\" of a JSON Web Key is not base64url", name));
  return bytes;
}

// The parameters of a key to be; the numbers live until build().
class Builder {
 public:
  Builder() : build_(OSSL_PARAM_BLD_new()) {}

  void number(const char* parameter, std::string_view bytes) {
    numbers_.emplace_back(BN_secure_new());
    BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()),
              numbers_.back().get());
    OSSL_PARAM_BLD_push_BN(build_.get(), parameter, numbers_.back().get());
  }
  void text(const char* parameter, std::string_view value) {
    OSSL_PARAM_BLD_push_utf8_string(build_.get(), parameter, value.data(), value.size());
  }
  void octets(const char* parameter, std::string_view value) {
    OSSL_PARAM_BLD_push_octet_string(build_.get(), parameter, value.data(), value.size());
  }

  // Null when the parts are no key.
  Pkey build(const char* type, bool is_private) {
    const Params params(OSSL_PARAM_BLD_to_param(build_.get()));
    const PkeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
    EVP_PKEY* pkey = nullptr;
    if (params && context && EVP_PKEY_fromdata_init(context.get()) == 1) {
      EVP_PKEY_fromdata(context.get(), &pkey, is_private ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY,
                        params.get());
    }
    ERR_clear_error();
    return Pkey(pkey);
  }

 private:
  ParamBuild build_;
  std::vector<BigNumber> numbers_;
};

Result<Pkey> built(Builder& builder, const char* type, bool is_private) {
  Pkey pkey = builder.build(type, is_private);
  if (!pkey) return fail(invalid_argument("the parts of a JSON Web Key do not make a key"));
  TRY(type_of(pkey.get()));  // the size, before a huge number costs its checks
  // A private part must belong to the public one.
  const PkeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, pkey.get(), nullptr));
  const int consistent = is_private ? EVP_PKEY_pairwise_check(context.get())
                                    : EVP_PKEY_public_check_quick(context.get());
  ERR_clear_error();
  if (consistent != 1) return fail(invalid_argument("the parts of a JSON Web Key do not fit"));
  return pkey;
}

Result<Pkey> read_rsa(const Value& jwk, bool is_private) {
  // Three or more primes (RFC 7518 6.3.2.7) are nobody's practice and a burden to check.
  if (jwk.contains("oth")) return fail(unimplemented("an RSA key of more than two primes"));
  Builder builder;
  const std::string exponent = TRY(bytes_of(jwk, "e"));
  if (exponent.size() > 8 || (static_cast<unsigned char>(exponent.back()) & 1U) == 0 ||
      exponent == "\x01") {
    return fail(invalid_argument("an RSA key with an exponent that is not to be trusted"));
  }
  for (const auto& [name, parameter] : kRsaPublic) {
    const std::string bytes = TRY(bytes_of(jwk, name));
    builder.number(parameter, bytes);
  }
  for (const auto& [name, parameter] : kRsaPrivate) {
    if (!is_private) break;
    const std::string bytes = TRY(bytes_of(jwk, name));
    builder.number(parameter, bytes);
  }
  return built(builder, "RSA", is_private);
}

Result<Pkey> read_ec(const Value& jwk, bool is_private) {
  const std::string_view curve = jwk["crv"].text();
  std::size_t size = 0;
  for (const KeyType type : {KeyType::EcP256, KeyType::EcP384, KeyType::EcP521}) {
    if (curve_name(type) == curve) size = coordinate_bytes(type);
  }
  if (size == 0) return fail(unimplemented("curve \"{}\" is not supported", curve));
  const std::string x = TRY(bytes_of(jwk, "x"));
  const std::string y = TRY(bytes_of(jwk, "y"));
  if (x.size() != size || y.size() != size) {
    return fail(invalid_argument("coordinates of the wrong length for curve \"{}\"", curve));
  }
  Builder builder;
  builder.text(OSSL_PKEY_PARAM_GROUP_NAME, curve);
  const std::string point = "\x04" + x + y;
  builder.octets(OSSL_PKEY_PARAM_PUB_KEY, point);
  if (is_private) {
    const std::string d = TRY(bytes_of(jwk, "d"));
    if (d.size() != size) {  // RFC 7518 6.2.2.1
      return fail(invalid_argument("\"d\" of the wrong length for curve \"{}\"", curve));
    }
    builder.number(OSSL_PKEY_PARAM_PRIV_KEY, d);
  }
  return built(builder, "EC", is_private);
}

Result<Pkey> read_okp(const Value& jwk, bool is_private) {
  if (jwk["crv"].text() != "Ed25519") {
    return fail(unimplemented("curve \"{}\" is not supported", jwk["crv"].text()));
  }
  const std::string x = TRY(bytes_of(jwk, "x"));
  const auto* bytes = reinterpret_cast<const unsigned char*>(x.data());
  Pkey pkey(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes, x.size()));
  if (pkey && is_private) {
    const std::string d = TRY(bytes_of(jwk, "d"));
    Pkey whole(EVP_PKEY_new_raw_private_key(
        EVP_PKEY_ED25519, nullptr, reinterpret_cast<const unsigned char*>(d.data()), d.size()));
    if (!whole || EVP_PKEY_eq(whole.get(), pkey.get()) != 1) {
      ERR_clear_error();
      return fail(invalid_argument("the parts of a JSON Web Key do not fit"));
    }
    pkey = std::move(whole);
  }
  ERR_clear_error();
  if (!pkey) return fail(invalid_argument("\"x\" is not a key of curve Ed25519"));
  return pkey;
}

Result<Key> adopted(Result<Pkey> pkey, bool is_private) {
  if (!pkey) return fail(std::move(pkey.error()));
  return adopt(std::move(*pkey), is_private);
}

Result<Key> read_key(const Value& jwk) {
  const std::string_view type = jwk["kty"].text();
  const bool is_private = jwk.contains("d");
  if (type == "RSA") return adopted(read_rsa(jwk, is_private), is_private);
  if (type == "EC") return adopted(read_ec(jwk, is_private), is_private);
  if (type == "OKP") return adopted(read_okp(jwk, is_private), is_private);
  if (type == "oct") {
    const std::string secret = TRY(bytes_of(jwk, "k"));
    return Key::from_secret(secret);
  }
  if (type.empty()) return fail(invalid_argument("a JSON Web Key without \"kty\""));
  return fail(unimplemented("keys of type \"{}\" are not supported", type));
}

bool is_for_signatures(const Value& jwk) {
  if (jwk.contains("use") && jwk["use"].text() != "sig") return false;
  if (!jwk.contains("key_ops")) return true;
  for (const Value& operation : jwk["key_ops"].items()) {
    if (operation.text() == "verify" || operation.text() == "sign") return true;
  }
  return false;
}

std::string number_bytes(const EVP_PKEY* pkey, const char* parameter, std::size_t size) {
  BIGNUM* number = nullptr;
  if (EVP_PKEY_get_bn_param(pkey, parameter, &number) != 1) return {};
  const BigNumber owner(number);
  std::string bytes(std::max(size, static_cast<std::size_t>(BN_num_bytes(number))), '\0');
  BN_bn2binpad(number, reinterpret_cast<unsigned char*>(bytes.data()),
               static_cast<int>(bytes.size()));
  return bytes;
}

using RawReader = int (*)(const EVP_PKEY*, unsigned char*, std::size_t*);

std::string raw_bytes(const EVP_PKEY* pkey, RawReader read) {
  std::string bytes(32, '\0');
  std::size_t size = bytes.size();
  if (read(pkey, reinterpret_cast<unsigned char*>(bytes.data()), &size) != 1) return {};
  return bytes;
}

void write_rsa(Value& jwk, const EVP_PKEY* pkey, bool is_private) {
  jwk.set("kty", "RSA");
  for (const auto& [name, parameter] : kRsaPublic) {
    jwk.set(name, base64url_encode(number_bytes(pkey, parameter, 1)));
  }
  for (const auto& [name, parameter] : kRsaPrivate) {
    if (is_private) jwk.set(name, base64url_encode(number_bytes(pkey, parameter, 1)));
  }
}

void write_ec(Value& jwk, const EVP_PKEY* pkey, KeyType type, bool is_private) {
  const std::size_t size = coordinate_bytes(type);
  jwk.set("kty", "EC");
  jwk.set("crv", curve_name(type));
  jwk.set("x", base64url_encode(number_bytes(pkey, OSSL_PKEY_PARAM_EC_PUB_X, size)));
  jwk.set("y", base64url_encode(number_bytes(pkey, OSSL_PKEY_PARAM_EC_PUB_Y, size)));
  if (is_private) {
    jwk.set("d", base64url_encode(number_bytes(pkey, OSSL_PKEY_PARAM_PRIV_KEY, size)));
  }
}

void write_okp(Value& jwk, const EVP_PKEY* pkey, bool is_private) {
  jwk.set("kty", "OKP");
  jwk.set("crv", "Ed25519");
  jwk.set("x", base64url_encode(raw_bytes(pkey, EVP_PKEY_get_raw_public_key)));
  if (is_private) jwk.set("d", base64url_encode(raw_bytes(pkey, EVP_PKEY_get_raw_private_key)));
}

}  // namespace

Result<Key> Key::parse_jwk(const Value& jwk) {
  if (!jwk.is_object()) return fail(invalid_argument("a JSON Web Key must be an object"));
  const Key key = TRY(read_key(jwk));
  Impl impl = KeyParts::of(key).copy();
  impl.id = jwk["kid"].string();
  impl.is_for_signatures = jose::is_for_signatures(jwk);
  if (jwk.contains("alg")) {
    impl.algorithm = parse_algorithm(jwk["alg"].text());
    // An encryption key is none for signatures; a signature algorithm of another type is a trap.
    if (!impl.algorithm) impl.is_for_signatures = false;
    if (impl.algorithm && !algorithms_of(impl.type).contains(*impl.algorithm)) {
      return fail(invalid_argument("a JSON Web Key of type \"{}\" cannot be used with \"{}\"",
                                   jwk["kty"].text(), jwk["alg"].text()));
    }
  }
  return KeyParts::make(std::move(impl));
}

Value Key::to_jwk(Part part) const {
  const bool is_private = part == Part::Private && impl_->is_private;
  Value jwk = Value::object();
  switch (impl_->type) {
    case KeyType::Rsa: write_rsa(jwk, impl_->pkey.get(), is_private); break;
    case KeyType::Ed25519: write_okp(jwk, impl_->pkey.get(), is_private); break;
    case KeyType::Symmetric:
      jwk.set("kty", "oct");
      if (is_private) jwk.set("k", base64url_encode(impl_->secret));
      break;
    default: write_ec(jwk, impl_->pkey.get(), impl_->type, is_private); break;
  }
  jwk.set("use", "sig");
  jwk.set("alg", name_of(preferred()));
  if (!impl_->id.empty()) jwk.set("kid", impl_->id);
  return jwk;
}

}  // namespace gp::jose
