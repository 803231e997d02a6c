#pragma once
// A key, prepared once and used many times from any thread; and its form as JSON Web Key
// (RFC 7517, 7518 section 6, 8037).
//
// RSA (2,048 to 8,192 bits), EC on P-256, P-384 and P-521, OKP Ed25519, and symmetric keys (oct) of
// at least 32 bytes. The key says which algorithms it may be used with; a token's header only
// chooses among them, so a public key can never be taken for an HMAC secret. Copies share.

#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "engine/jose/algorithm.hpp"

namespace gp::jose {

enum class KeyType : std::uint8_t { Rsa, EcP256, EcP384, EcP521, Ed25519, Symmetric };

enum class Part : std::uint8_t { Public, Private };

class Key {
 public:
  // A member of the wrong type or size, a point off its curve, a key too weak: InvalidArgument.
  // Unimplemented for types and curves that are none of ours, so that a key set may pass over them.
  static Result<Key> parse_jwk(const Value& jwk);
  // PEM: PKCS #8, PKCS #1, SEC 1; a public key or a certificate.
  static Result<Key> parse_private_pem(std::string_view pem);
  static Result<Key> parse_public_pem(std::string_view pem);
  static Result<Key> generate(KeyType type, unsigned rsa_bits = 2048);
  static Result<Key> from_secret(std::string_view secret);  // symmetric

  KeyType type() const;
  bool is_private() const;         // can sign
  const std::string& id() const;   // kid; empty if it has none
  bool is_for_signatures() const;  // neither "use" nor "key_ops" says otherwise
  // What it may be used with: by its type, narrowed by its "alg"; nothing if it is for encryption.
  Algorithms algorithms() const;
  Algorithm preferred() const;  // its "alg", else RS256, ES…, EdDSA or HS256

  Key with_id(std::string id) const;
  Key with_algorithm(Algorithm algorithm) const;

  // RFC 7638, SHA-256, base64url: a name that follows from the key alone.
  std::string thumbprint() const;
  // As Kubernetes names service-account keys: base64url of SHA-256 of the public key's DER.
  std::string der_thumbprint() const;
  // {kty, …, use, alg, kid}; private members only when asked for.
  Value to_jwk(Part part) const;
  std::string to_private_pem() const;  // PKCS #8; empty for a public key
  std::string to_public_pem() const;   // SubjectPublicKeyInfo

  Result<std::string> sign(Algorithm algorithm, std::string_view bytes) const;
  // True only if the algorithm is one of the key's and the signature is right.
  bool verify(Algorithm algorithm, std::string_view bytes, std::string_view signature) const;

  struct Impl;

 private:
  explicit Key(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<const Impl> impl_;
  friend struct KeyParts;
};

}  // namespace gp::jose
