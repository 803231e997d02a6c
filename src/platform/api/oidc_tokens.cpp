#include "platform/api/oidc_tokens.hpp"

#include "platform/api/oidc_claims.hpp"

namespace gp::api {
namespace {

// How far a `nbf` may lie ahead; an expiry has no leeway (both as the real server).
constexpr auto kNotBeforeLeeway = std::chrono::minutes(5);

Error refused(std::string why) {
  return unauthenticated("oidc: verify token: {}", why);
}

std::string algorithm_names(jose::Algorithms algorithms) {
  using enum jose::Algorithm;
  std::vector<std::string> names;
  for (const auto algorithm :
       {RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA}) {
    if (algorithms.contains(algorithm)) names.emplace_back(jose::name_of(algorithm));
  }
  return quoted_list(names);
}

Result<> check_audience(const OidcIssuer& issuer, const Value& claims) {
  const std::vector<std::string> audiences = jose::audiences_of(claims);
  if (!common_audiences(issuer.audiences, audiences).empty()) return {};
  return fail(refused(fmt::format("oidc: expected audience in {} got {}",
                                  quoted_list(issuer.audiences), quoted_list(audiences))));
}

}  // namespace

OidcTokens::OidcTokens(std::vector<OidcIssuer> issuers, OidcFetcher& fetcher, Clock& clock,
                       OidcKeys::Run run)
    : clock_(clock) {
  if (!run) {
    pool_ = std::make_unique<WorkerPool>(
        WorkerPool::Options{.name = "oidc", .threads = 1, .queue_max = 256});
    run = [this](std::function<void()> task) { return pool_->submit(std::move(task)); };
  }
  for (OidcIssuer& issuer : issuers) {
    providers_.push_back(std::make_unique<Provider>(std::move(issuer), fetcher, clock, run));
  }
}

OidcTokens::~OidcTokens() {
  stop();
}

void OidcTokens::start() {
  for (const auto& provider : providers_) provider->keys.start();
}

void OidcTokens::stop() {
  for (const auto& provider : providers_) provider->keys.stop();
  if (pool_) pool_->stop();
}

OidcTokens::Provider* OidcTokens::provider_of(std::string_view issuer) const {
  for (const auto& provider : providers_) {
    if (provider->issuer.url == issuer) return provider.get();
  }
  return nullptr;
}

// Null when it is not known, or its issuer has other keys now.
OidcTokens::FactsRef OidcTokens::cached(std::string_view token) {
  FactsRef known = cache_.find(token);
  const bool is_fresh = known && known->generation == known->provider->keys.snapshot().generation;
  return is_fresh ? known : nullptr;
}

TokenVerdict OidcTokens::verify(const TokenQuestion& question) {
  FactsRef facts = cached(question.token);
  if (!facts) {
    const auto token = jose::read_unverified(question.token);
    if (!token) return std::nullopt;
    Provider* provider = provider_of(token->claims["iss"].text());
    if (provider == nullptr) return std::nullopt;
    // Signatures and expressions take their time: on a worker, and once.
    if (question.patience == Patience::None) return fail(refused("not verified yet"));
    auto read_facts = read(*provider, *token, question.patience);
    if (!read_facts) return fail(std::move(read_facts.error()));
    facts = std::move(*read_facts);
    cache_.add(question.token, facts);
  }
  const TimePoint now = clock_.now();
  if (now >= facts->expiry) {
    return fail(refused(
        fmt::format("oidc: token is expired (Token Expiry: {})", format_time(facts->expiry))));
  }
  if (now + kNotBeforeLeeway < facts->not_before) {
    return fail(refused(fmt::format("oidc: current time {} before the nbf (not before) time: {}",
                                    format_time(now), format_time(facts->not_before))));
  }
  return Identity{facts->caller, {}};
}

// The signature by the keys that are there, and once more if there are new ones.
Result<OidcTokens::FactsRef> OidcTokens::read(Provider& provider, const jose::Unverified& token,
                                              Patience patience) const {
  const OidcIssuer& issuer = provider.issuer;
  if (!issuer.algorithms.contains(token.algorithm)) {
    return fail(refused(
        fmt::format("oidc: id token signed with unsupported algorithm, expected {} got \"{}\"",
                    algorithm_names(issuer.algorithms), jose::name_of(token.algorithm))));
  }
  TRY(check_audience(issuer, token.claims));

  OidcKeys::Snapshot now = provider.keys.snapshot();
  const auto is_signed = [&] {
    return now.keys && jose::check_signature(token, *now.keys, issuer.algorithms).has_value();
  };
  const bool is_known_key = now.keys && (token.key_id.empty() || now.keys->contains(token.key_id));
  bool is_good = is_signed();
  if (!is_good && !is_known_key && provider.keys.look_for_new(now.generation, patience)) {
    now = provider.keys.snapshot();
    is_good = is_signed();
  }
  if (!now.keys) return fail(unauthenticated("oidc: authenticator not initialized"));
  if (!is_good) {
    return fail(refused("failed to verify signature: failed to verify id token signature"));
  }

  Facts facts;
  facts.provider = &provider;
  facts.generation = now.generation;
  const auto expiry = jose::time_of(token.claims, "exp");
  if (!expiry) return fail(refused("oidc: token never expires"));
  const auto not_before = jose::time_of(token.claims, "nbf");
  if (!not_before && token.claims.contains("nbf")) {
    return fail(refused("oidc: failed to unmarshal claims: nbf is not a time"));
  }
  facts.expiry = *expiry;
  facts.not_before = not_before.value_or(TimePoint());
  facts.caller = TRY(map_claims(issuer, token.claims));
  return std::make_shared<const Facts>(std::move(facts));
}

}  // namespace gp::api
