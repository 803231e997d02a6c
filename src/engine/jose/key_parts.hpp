#pragma once
// What the files of Key share: OpenSSL's handles with owners, and the inside of a key. Private to
// this folder.

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <memory>
#include <optional>

#include "engine/jose/key.hpp"

namespace gp::jose {

template <auto Free>
struct FreeWith {
  template <typename T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};

using Pkey = std::unique_ptr<EVP_PKEY, FreeWith<EVP_PKEY_free>>;
using PkeyContext = std::unique_ptr<EVP_PKEY_CTX, FreeWith<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, FreeWith<EVP_MD_CTX_free>>;
using BigNumber = std::unique_ptr<BIGNUM, FreeWith<BN_clear_free>>;

struct Key::Impl {
  KeyType type = KeyType::Rsa;
  Pkey pkey;           // empty for symmetric keys
  std::string secret;  // symmetric keys
  bool is_private = false;
  // What may differ between keys that share a pkey.
  std::string id;
  std::optional<Algorithm> algorithm;
  bool is_for_signatures = true;

  Impl() = default;
  Impl(Impl&&) = default;  // the destructor, which wipes the secret, would suppress it
  Impl& operator=(Impl&&) = delete;
  ~Impl();
  Impl copy() const;
};

struct KeyParts {
  static Key make(Key::Impl impl) {
    return Key(std::make_shared<const Key::Impl>(std::move(impl)));
  }
  static const Key::Impl& of(const Key& key) { return *key.impl_; }
};

// The type of a key that OpenSSL holds; InvalidArgument when it is too weak or too large,
// Unimplemented when it is none of ours.
Result<KeyType> type_of(const EVP_PKEY* pkey);
Result<Key> adopt(Pkey pkey, bool is_private);

// Bytes of one coordinate of the curve; 0 for other types.
std::size_t coordinate_bytes(KeyType type);
std::string_view curve_name(KeyType type);  // "P-256"; empty for RSA and symmetric
Algorithms algorithms_of(KeyType type);

}  // namespace gp::jose
