#pragma once
// Tokens whose signature was found right, by digest, with what they say: a client sends the same
// one with each request, and the signature is what costs. Times and accounts are judged anew.
//
// Bounded: when `entries_max` are in use, those that nobody has asked for since the last such time
// are forgotten.

#include <cstring>
#include <memory>
#include <mutex>
#include <string_view>
#include <unordered_map>

#include "base/digest.hpp"

namespace gp::api {

template <typename Facts>
class TokenCache {
 public:
  using Ref = std::shared_ptr<const Facts>;

  explicit TokenCache(std::size_t entries_max = 4096) : half_max_(entries_max / 2) {}

  Ref find(std::string_view token) {
    const std::string digest = sha256(token);
    const std::lock_guard lock(mutex_);
    if (const auto known = young_.find(digest); known != young_.end()) return known->second;
    const auto old = old_.find(digest);
    if (old == old_.end()) return nullptr;
    Ref facts = old->second;
    keep(digest, facts);
    return facts;
  }

  void add(std::string_view token, Ref facts) {
    std::string digest = sha256(token);
    const std::lock_guard lock(mutex_);
    keep(std::move(digest), std::move(facts));
  }

  void clear() {
    const std::lock_guard lock(mutex_);
    young_.clear();
    old_.clear();
  }

 private:
  // Digests are evenly spread already.
  struct FirstBytes {
    std::size_t operator()(const std::string& digest) const {
      std::size_t hash = 0;
      std::memcpy(&hash, digest.data(), sizeof hash);
      return hash;
    }
  };
  using Map = std::unordered_map<std::string, Ref, FirstBytes>;

  void keep(std::string digest, Ref facts) {
    if (young_.size() >= half_max_) {
      old_ = std::move(young_);
      young_.clear();
    }
    young_.insert_or_assign(std::move(digest), std::move(facts));
  }

  std::mutex mutex_;  // guards the maps
  Map young_, old_;
  std::size_t half_max_;
};

}  // namespace gp::api
