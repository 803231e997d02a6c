#pragma once
// Tokens of OpenID Connect issuers (ID tokens, as kubectl's plug-ins send them) are verified, and
// their claims become users. One verifier for all issuers: a token's `iss` says whose it is.
//
// Verifying never fetches; see oidc_keys.hpp for when keys are.

#include <memory>
#include <vector>

#include "base/worker_pool.hpp"
#include "engine/jose/token.hpp"
#include "platform/api/oidc_keys.hpp"
#include "platform/api/token_cache.hpp"

namespace gp::api {

class OidcTokens {
 public:
  // The fetcher must outlive this. `run` as in OidcKeys; without one, a thread of its own.
  OidcTokens(std::vector<OidcIssuer> issuers, OidcFetcher& fetcher, Clock& clock,
             OidcKeys::Run run = {});
  ~OidcTokens();  // stop()
  OidcTokens(const OidcTokens&) = delete;
  OidcTokens& operator=(const OidcTokens&) = delete;

  void start();
  void stop();
  TokenVerdict verify(const TokenQuestion& question);

 private:
  struct Provider {
    Provider(OidcIssuer issuer_in, OidcFetcher& fetcher, Clock& clock, OidcKeys::Run run)
        : issuer(std::move(issuer_in)), keys(issuer, fetcher, clock, std::move(run)) {}
    const OidcIssuer issuer;
    OidcKeys keys;
  };
  // What a token says, its signature being right for the provider's keys of `generation`.
  struct Facts {
    const Provider* provider = nullptr;
    std::uint64_t generation = 0;
    Caller caller;
    TimePoint expiry;
    TimePoint not_before;
  };
  using FactsRef = std::shared_ptr<const Facts>;

  FactsRef cached(std::string_view token);
  Provider* provider_of(std::string_view issuer) const;
  Result<FactsRef> read(Provider& provider, const jose::Unverified& token, Patience patience) const;

  Clock& clock_;
  std::unique_ptr<WorkerPool> pool_;
  std::vector<std::unique_ptr<Provider>> providers_;
  TokenCache<Facts> cache_;
};

}  // namespace gp::api
