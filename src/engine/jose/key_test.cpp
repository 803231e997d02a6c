#include <doctest/doctest.h>

#include "engine/jose/base64url.hpp"
#include "engine/jose/key_set.hpp"
#include "engine/jose/vectors.hpp"

namespace gp::jose {
namespace {

Result<Key> key_of(std::string_view jwk) {
  const Value value = TRY(parse_json(jwk));
  return Key::parse_jwk(value);
}

const std::vector<KeyType> kAsymmetric = {KeyType::Rsa, KeyType::EcP256, KeyType::EcP384,
                                          KeyType::EcP521, KeyType::Ed25519};

constexpr Algorithm kAll[] = {Algorithm::RS256, Algorithm::RS384, Algorithm::RS512,
                              Algorithm::PS256, Algorithm::PS384, Algorithm::PS512,
                              Algorithm::ES256, Algorithm::ES384, Algorithm::ES512,
                              Algorithm::EdDSA, Algorithm::HS256};

TEST_CASE("jose: the signatures of the RFCs' examples are right, and wrong when a bit differs") {
  for (const auto& example : vectors::kExamples) {
    CAPTURE(name_of(example.algorithm));
    const auto key = key_of(example.jwk);
    REQUIRE(key);
    const std::string_view token = example.token;
    const std::size_t dot = token.rfind('.');
    const std::string_view input = token.substr(0, dot);
    std::string signature = *decode_base64url(token.substr(dot + 1));

    CHECK(key->verify(example.algorithm, input, signature));
    CHECK_FALSE(key->verify(example.algorithm, input.substr(1), signature));
    signature[signature.size() / 2] = static_cast<char>(signature[signature.size() / 2] ^ 1);
    CHECK_FALSE(key->verify(example.algorithm, input, signature));
    CHECK_FALSE(key->verify(example.algorithm, input, ""));
    CHECK_FALSE(key->verify(example.algorithm, input, signature.substr(1)));
  }
}

TEST_CASE("jose: a deterministic algorithm signs the RFC's example to the byte") {
  const auto key = key_of(vectors::kEdKey);
  REQUIRE(key);
  const std::string_view token = vectors::kExamples[4].token;
  const std::size_t dot = token.rfind('.');

  const auto signature = key->sign(Algorithm::EdDSA, token.substr(0, dot));
  REQUIRE(signature);
  CHECK(*signature == *decode_base64url(token.substr(dot + 1)));
}

TEST_CASE("jose: every algorithm signs and verifies with its own keys, and with no other") {
  std::vector<Key> keys = {*Key::from_secret(std::string(32, 's'))};
  for (const KeyType type : kAsymmetric) keys.push_back(*Key::generate(type));
  for (const Key& key : keys) {
    for (const Algorithm algorithm : kAll) {
      CAPTURE(name_of(algorithm));
      const auto signature = key.sign(algorithm, "text");
      CHECK(signature.has_value() == key.algorithms().contains(algorithm));
      if (!signature) continue;
      CHECK(key.verify(algorithm, "text", *signature));
      for (const Algorithm other : kAll) {
        if (other != algorithm) CHECK_FALSE(key.verify(other, "text", *signature));
      }
    }
  }
}

TEST_CASE("jose: a key written as JWK or PEM reads back as the same key") {
  for (const KeyType type : kAsymmetric) {
    const Key key = Key::generate(type)->with_id("k1");
    const auto whole = Key::parse_jwk(key.to_jwk(Part::Private));
    const auto half = Key::parse_jwk(key.to_jwk(Part::Public));
    const auto pem = Key::parse_private_pem(key.to_private_pem());
    const auto public_pem = Key::parse_public_pem(key.to_public_pem());
    REQUIRE((whole && half && pem && public_pem));

    CHECK(whole->is_private());
    CHECK_FALSE(half->is_private());
    CHECK_FALSE(half->sign(half->preferred(), "x"));
    CHECK_FALSE(half->to_jwk(Part::Private).contains("d"));
    for (const Key* other : {&*whole, &*half, &*pem, &*public_pem}) {
      CHECK(other->thumbprint() == key.thumbprint());
      CHECK(other->der_thumbprint() == key.der_thumbprint());
    }
    CHECK(half->id() == "k1");
    CHECK(half->verify(key.preferred(), "x", *whole->sign(key.preferred(), "x")));
  }
}

TEST_CASE("jose: thumbprints are those of RFC 7638 and RFC 8037") {
  CHECK(key_of(vectors::kThumbprintKey)->thumbprint() ==
        "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
  CHECK(key_of(vectors::kEdKey)->thumbprint() == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
}

TEST_CASE("jose: what is no sound key is refused") {
  const auto refused = [](std::string_view jwk, std::string_view message) {
    const auto key = key_of(jwk);
    REQUIRE_FALSE(key);
    CHECK(key.error().message == message);
  };
  refused("[]", "a JSON Web Key must be an object");
  refused("{}", "a JSON Web Key without \"kty\"");
  refused(R"({"kty":"DSA"})", "keys of type \"DSA\" are not supported");
  refused(R"({"kty":"RSA","e":"AQAB"})", "a JSON Web Key without \"n\"");
  refused(R"({"kty":"RSA","e":"AQAB","n":"!"})", "\"n\" of a JSON Web Key is not base64url");
  refused(R"({"kty":"RSA","e":"AQAB","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbU"})",
          "an RSA key of 256 bits, expected 2048 to 8192");
  refused(R"({"kty":"RSA","e":"AQ","n":"0vx7"})",
          "an RSA key with an exponent that is not to be trusted");
  refused(R"({"kty":"EC","crv":"secp256k1","x":"AA","y":"AA"})",
          "curve \"secp256k1\" is not supported");
  refused(R"({"kty":"EC","crv":"P-256","x":"AA","y":"AA"})",
          "coordinates of the wrong length for curve \"P-256\"");
  refused(R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
              "y":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"})",
          "the parts of a JSON Web Key do not make a key");
  refused(R"({"kty":"OKP","crv":"Ed25519","x":"AAAA"})", "\"x\" is not a key of curve Ed25519");
  refused(R"({"kty":"OKP","crv":"X25519","x":"AAAA"})", "curve \"X25519\" is not supported");
  refused(R"({"kty":"oct","k":"AAAA"})", "a symmetric key of 3 bytes, expected 32 to 4096");
}

TEST_CASE("jose: a private part of another length is refused") {
  Value jwk = Key::generate(KeyType::EcP256)->to_jwk(Part::Private);
  jwk.set("d", "AAAA");
  CHECK(Key::parse_jwk(jwk).error().message == "\"d\" of the wrong length for curve \"P-256\"");
}

TEST_CASE("jose: a private part of another key is refused") {
  for (const KeyType type : {KeyType::EcP256, KeyType::Ed25519}) {
    Value jwk = Key::generate(type)->to_jwk(Part::Private);
    jwk.set("d", Key::generate(type)->to_jwk(Part::Private)["d"]);
    const auto key = Key::parse_jwk(jwk);
    REQUIRE_FALSE(key);
    CHECK(key.error().message == "the parts of a JSON Web Key do not fit");
  }
}

TEST_CASE("jose: a key's own algorithm narrows what it may be used with") {
  const Key key = Key::generate(KeyType::Rsa)->with_algorithm(Algorithm::PS384);
  CHECK(key.preferred() == Algorithm::PS384);
  CHECK_FALSE(key.sign(Algorithm::RS256, "x"));

  Value jwk = key.to_jwk(Part::Public);
  jwk.set("alg", "HS256");
  CHECK(Key::parse_jwk(jwk).error().message ==
        "a JSON Web Key of type \"RSA\" cannot be used with \"HS256\"");
  jwk.set("alg", "RSA-OAEP");
  const auto encryption = Key::parse_jwk(jwk);
  REQUIRE(encryption);
  CHECK_FALSE(encryption->is_for_signatures());
  CHECK_FALSE(encryption->verify(Algorithm::PS384, "x", *key.sign(Algorithm::PS384, "x")));
}

TEST_CASE("jose: a key set passes over what it cannot use") {
  Value keys = Value::array();
  keys.push_back(Key::generate(KeyType::EcP256)->with_id("a").to_jwk(Part::Public));
  keys.push_back(Value::object({{"kty", "new"}}));
  keys.push_back(*parse_json(R"({"kty":"RSA","n":"AA","e":"AQAB","kid":"weak"})"));
  Value other = Key::generate(KeyType::EcP256)->with_id("b").to_jwk(Part::Public);
  other.set("use", "enc");
  keys.push_back(other);
  const auto set = KeySet::parse(to_json(Value::object({{"keys", keys}})));

  REQUIRE(set);
  REQUIRE(set->keys().size() == 1);
  CHECK(set->contains("a"));
  CHECK(set->candidates("a", Algorithm::ES256).size() == 1);
  CHECK(set->candidates("", Algorithm::ES256).size() == 1);
  CHECK(set->candidates("b", Algorithm::ES256).empty());
  CHECK(set->candidates("a", Algorithm::RS256).empty());
  CHECK(KeySet::parse("{}").error().message == "a key set without a list \"keys\"");
}

TEST_CASE("jose: a written key set holds neither private parts nor secrets") {
  const KeySet set({*Key::generate(KeyType::Rsa), *Key::from_secret(std::string(40, 's'))});
  const Value value = set.to_value();
  REQUIRE(value["keys"].size() == 1);
  CHECK_FALSE(value["keys"].at(0).contains("d"));
}

TEST_CASE("jose: PEM that is damaged, encrypted or huge is refused") {
  CHECK(Key::parse_private_pem("x").error().message ==
        "not a private key in PEM without a pass phrase");
  CHECK(Key::parse_public_pem("x").error().message ==
        "neither a public key nor a certificate in PEM");
  CHECK(Key::parse_public_pem(std::string(70'000, 'x')).error().code == Code::TooLarge);
}

}  // namespace
}  // namespace gp::jose
