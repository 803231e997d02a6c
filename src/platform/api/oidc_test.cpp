#include <doctest/doctest.h>

#include <map>

#include "base/json.hpp"
#include "base/yaml.hpp"
#include "engine/jose/token.hpp"
#include "platform/api/oidc_tokens.hpp"

namespace gp::api {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kIssuer = "https://issuer.example";
constexpr std::string_view kOther = "https://other.example";

// Issuers that answer from memory.
class FakeFetcher final : public OidcFetcher {
 public:
  std::map<std::string, OidcDocument> documents;
  std::vector<std::string> asked;

  Result<OidcDocument> get(const Context&, const std::string& url, const std::string&) override {
    asked.push_back(url);
    const auto found = documents.find(url);
    if (found == documents.end()) return fail(unavailable("GET {}: connection refused", url));
    return found->second;
  }
  void serve(std::string_view issuer, const std::vector<jose::Key>& keys) {
    const std::string keys_url = fmt::format("{}/keys", issuer);
    documents[fmt::format("{}/.well-known/openid-configuration", issuer)] = {
        200, to_json(Value::object({{"issuer", issuer}, {"jwks_uri", keys_url}})), ""};
    documents[keys_url] = {200, to_json(jose::KeySet(keys).to_value()), "max-age=600"};
  }
};

OidcIssuer issuer_of(std::string_view yaml) {
  auto issuers = read_jwt_authenticators(Value::array({*parse_yaml(yaml)}));
  if (!issuers) FAIL(issuers.error().to_string());
  return std::move(issuers->front());
}

const char* const kPlain =
    "{issuer: {url: 'https://issuer.example', audiences: [app]}, claimMappings: "
    "{username: {claim: email, prefix: 'oidc:'}, groups: {claim: groups, prefix: 'oidc:'}}}";

struct Fixture {
  FakeClock clock;
  FakeFetcher fetcher;
  jose::Key key = jose::Key::generate(jose::KeyType::EcP256)->with_id("k1");
  std::unique_ptr<OidcTokens> tokens;

  Fixture() { fetcher.serve(kIssuer, {key}); }
  void trust(std::vector<OidcIssuer> issuers) {
    const auto at_once = [](std::function<void()> task) {
      task();
      return true;
    };
    tokens = std::make_unique<OidcTokens>(std::move(issuers), fetcher, clock, at_once);
    tokens->start();
  }
  Value claims() const {
    return Value::object({{"iss", kIssuer},
                          {"aud", "app"},
                          {"sub", "s1"},
                          {"email", "eve@example.com"},
                          {"email_verified", true},
                          {"groups", Value::array({"a", "b"})},
                          {"exp", 1'700'000'300}});
  }
  Value with(std::string_view name, Value value) const {
    Value changed = claims();
    changed.set(name, std::move(value));
    return changed;
  }
  TokenVerdict ask(std::string_view token, Patience patience = Patience::Some) const {
    static const std::vector<std::string> audiences = {"api"};
    return tokens->verify({token, audiences, patience});
  }
  std::string verdict(std::string_view token) const {
    const TokenVerdict verdict = ask(token);
    if (!verdict) return "not ours";
    return *verdict ? (*verdict)->caller.user : verdict->error().message;
  }
  std::string verdict_of(const Value& said) const { return verdict(*jose::make_token(key, said)); }
};

TEST_CASE_FIXTURE(Fixture, "oidc: claims become a user with groups") {
  trust({issuer_of(kPlain)});
  const TokenVerdict verdict = ask(*jose::make_token(key, with("jti", "j1")));
  REQUIRE(verdict);
  REQUIRE(*verdict);

  const Caller& caller = (*verdict)->caller;
  CHECK(caller.user == "oidc:eve@example.com");
  CHECK(caller.groups == std::vector<std::string>{"oidc:a", "oidc:b"});
  REQUIRE(caller.extra.size() == 1);
  CHECK(caller.extra[0].first == "authentication.kubernetes.io/credential-id");
  CHECK(caller.extra[0].second == std::vector<std::string>{"JTI=j1"});
}

TEST_CASE_FIXTURE(Fixture, "oidc: what is wrong with a token is said") {
  trust({issuer_of(kPlain)});
  CHECK(verdict_of(with("iss", "https://evil.example")) == "not ours");
  CHECK(verdict_of(with("aud", "else")) ==
        "oidc: verify token: oidc: expected audience in [\"app\"] got [\"else\"]");
  CHECK(verdict_of(with("exp", 1'699'999'999)) ==
        "oidc: verify token: oidc: token is expired (Token Expiry: 2023-11-14T22:13:19Z)");
  CHECK(verdict_of(with("nbf", 1'700'000'301)) ==
        "oidc: verify token: oidc: current time 2023-11-14T22:13:20Z before the nbf (not before) "
        "time: 2023-11-14T22:18:21Z");
  CHECK(verdict_of(with("nbf", 1'700'000'299)) == "oidc:eve@example.com");
  CHECK(verdict_of(with("nbf", "soon")) ==
        "oidc: verify token: oidc: failed to unmarshal claims: nbf is not a time");
  CHECK(verdict_of(with("email_verified", false)) == "oidc: email not verified");
  CHECK(verdict_of(with("email", nullptr)) ==
        "oidc: parse username claims \"email\": expected a text");
  CHECK(verdict_of(with("groups", 7)) ==
        "oidc: parse groups claim \"groups\": expected a text or a list of texts");
  const jose::Key evil = jose::Key::generate(jose::KeyType::EcP256)->with_id("k1");
  CHECK(verdict(*jose::make_token(evil, claims())) ==
        "oidc: verify token: failed to verify signature: failed to verify id token signature");
}

TEST_CASE_FIXTURE(Fixture, "oidc: an HMAC by the public key, and none, are no signatures") {
  trust({issuer_of(kPlain)});
  const auto forged = jose::Key::from_secret(key.to_public_pem())->with_id("k1");
  CHECK(verdict(*jose::make_token(forged, claims()))
            .starts_with("oidc: verify token: oidc: id token signed with unsupported algorithm"));
  std::string token = *jose::make_token(key, claims());
  token.replace(0, token.find('.'), "eyJhbGciOiJub25lIn0");  // {"alg":"none"}
  CHECK(verdict(token) == "not ours");
}

TEST_CASE_FIXTURE(Fixture, "oidc: who cannot wait is answered from what is known") {
  trust({issuer_of(kPlain)});
  const std::string token = *jose::make_token(key, claims());
  CHECK_FALSE(*ask(token, Patience::None));
  CHECK(*ask(token, Patience::Some));
  CHECK(*ask(token, Patience::None));
}

TEST_CASE_FIXTURE(Fixture, "oidc: a new key is fetched when a token names it, seldom enough") {
  trust({issuer_of(kPlain)});
  const jose::Key next = jose::Key::generate(jose::KeyType::Ed25519)->with_id("k2");
  const std::string token = *jose::make_token(next, claims());
  const std::size_t before = fetcher.asked.size();
  for (int i = 0; i < 5; ++i) CHECK(verdict(token).starts_with("oidc: verify token: failed"));
  CHECK(fetcher.asked.size() == before);  // it was fetched a moment ago

  fetcher.serve(kIssuer, {next});
  clock.advance(10s);
  CHECK(verdict(token) == "oidc:eve@example.com");
  CHECK(fetcher.asked.size() == before + 2);
  CHECK(verdict_of(claims()).starts_with("oidc: verify token: failed"));  // the old key is gone
}

TEST_CASE_FIXTURE(Fixture,
                  "oidc: a key that its issuer withdraws is no use, also for known tokens") {
  trust({issuer_of(kPlain)});
  const std::string token = *jose::make_token(key, with("exp", 1'800'000'000));
  CHECK(verdict(token) == "oidc:eve@example.com");
  fetcher.serve(kIssuer, {jose::Key::generate(jose::KeyType::EcP256)->with_id("k2")});
  clock.advance(600s);  // its max-age
  CHECK(verdict(token).starts_with("oidc: verify token: failed"));
}

TEST_CASE_FIXTURE(Fixture, "oidc: an issuer that is away is asked again, and its keys stay") {
  const auto documents = std::exchange(fetcher.documents, {});
  trust({issuer_of(kPlain)});
  CHECK(verdict_of(claims()) == "oidc: authenticator not initialized");

  fetcher.documents = documents;
  clock.advance(10s);
  const Value lasting = with("exp", 1'800'000'000);
  CHECK(verdict_of(lasting) == "oidc:eve@example.com");

  fetcher.documents.clear();
  clock.advance(2h);
  CHECK(verdict_of(lasting) == "oidc:eve@example.com");
}

TEST_CASE_FIXTURE(Fixture, "oidc: a provider that calls itself otherwise is not believed") {
  fetcher.serve(kIssuer, {key});
  fetcher.documents["https://issuer.example/.well-known/openid-configuration"].body =
      R"({"issuer":"https://evil.example","jwks_uri":"https://issuer.example/keys"})";
  trust({issuer_of(kPlain)});
  CHECK(verdict_of(claims()) == "oidc: authenticator not initialized");
  CHECK(fetcher.asked.size() == 1);  // discovery alone
}

TEST_CASE_FIXTURE(Fixture, "oidc: several issuers, each with keys and mappings of its own") {
  const jose::Key other = jose::Key::generate(jose::KeyType::Rsa)->with_id("k1");
  fetcher.serve(kOther, {other});
  trust({issuer_of(kPlain),
         issuer_of("{issuer: {url: 'https://other.example', audiences: [app, b], "
                   "audienceMatchPolicy: MatchAny}, claimMappings: {username: {expression: "
                   "'\"o:\" + claims.sub'}, groups: {expression: 'claims.groups.map(g, \"x-\" + "
                   "g)'}, uid: {claim: sub}, extra: [{key: example.com/team, valueExpression: "
                   "'claims.groups[0]'}]}, claimValidationRules: [{claim: hd, requiredValue: "
                   "acme}, {expression: 'claims.email_verified', message: verify it}], "
                   "userValidationRules: [{expression: '!user.username.startsWith(\"o:root\")', "
                   "message: root is not for you}]}")});
  Value theirs = with("iss", kOther);
  theirs.set("hd", "acme");
  const auto ask_other = [&](const Value& claims) {
    return verdict(*jose::make_token(other, claims));
  };

  const TokenVerdict good = ask(*jose::make_token(other, theirs));
  REQUIRE(good);
  REQUIRE(*good);
  CHECK((*good)->caller.user == "o:s1");
  CHECK((*good)->caller.uid == "s1");
  CHECK((*good)->caller.groups == std::vector<std::string>{"x-a", "x-b"});
  CHECK((*good)->caller.extra.at(0).second == std::vector<std::string>{"a"});
  CHECK(verdict_of(claims()) == "oidc:eve@example.com");
  CHECK(verdict_of(theirs).starts_with("oidc: verify token: failed"));  // the first one's key

  theirs.set("sub", "rooty");
  CHECK(ask_other(theirs) ==
        "oidc: validation expression '!user.username.startsWith(\"o:root\")' failed: root is not "
        "for you");
  theirs.set("email_verified", false);
  CHECK(ask_other(theirs) ==
        "oidc: validation expression 'claims.email_verified' failed: verify it");
  theirs.set("hd", "evil");
  CHECK(ask_other(theirs) ==
        "oidc: required claim hd value does not match. Got = evil, want = acme");
}

std::string refusal(std::string_view yaml) {
  const auto issuers = read_jwt_authenticators(Value::array({*parse_yaml(yaml)}));
  return issuers ? "good" : issuers.error().message;
}

TEST_CASE("oidc: a configuration that cannot be right names the field") {
  CHECK(refusal(kPlain) == "good");
  CHECK(refusal("{issuer: {url: 'http://issuer.example', audiences: [a]}}") ==
        "jwt[0].issuer.url: Invalid value: \"http://issuer.example\": URL scheme must be https");
  CHECK(refusal("{issuer: {url: 'http://127.0.0.1:8080/realms/x', audiences: [a]}, claimMappings: "
                "{username: {claim: sub, prefix: ''}}}") == "good");
  CHECK(refusal("{issuer: {url: 'http://127.0.0.1.evil.example', audiences: [a]}}") ==
        "jwt[0].issuer.url: Invalid value: \"http://127.0.0.1.evil.example\": URL scheme must be "
        "https");
  CHECK(refusal("{issuer: {url: 'https://i.example'}}") ==
        "jwt[0].issuer.audiences: at least one issuer audience is required");
  CHECK(refusal("{issuer: {url: 'https://i.example', audiences: [a]}, claimMappings: {username: "
                "{claim: sub}}}") ==
        "jwt[0].claimMappings.username.prefix: prefix is required when claim is set. It can be set "
        "to an empty string to disable prefixing");
  CHECK(refusal("{issuer: {url: 'https://i.example', audience: [a]}}") ==
        "jwt[0].issuer.audience: unknown field");
  CHECK(refusal("{issuer: {url: 'https://i.example', audiences: [a]}, claimMappings: {username: "
                "{expression: 'claims.sub +'}}}")
            .starts_with("jwt[0].claimMappings.username.expression: compilation failed: "));
}

TEST_CASE("oidc: the flags of kube-apiserver mean what they mean there") {
  CHECK_FALSE(read_oidc_flags({})->has_value());
  OidcFlags flags{.issuer_url = std::string(kIssuer), .client_id = "app"};
  CHECK((*read_oidc_flags(flags))->username.prefix == "https://issuer.example#");
  CHECK_FALSE((*read_oidc_flags(flags))->algorithms.contains(jose::Algorithm::ES256));
  flags.username_prefix = "-";
  CHECK((*read_oidc_flags(flags))->username.prefix.empty());
  flags.username_prefix = "";
  flags.username_claim = "email";
  CHECK((*read_oidc_flags(flags))->username.prefix.empty());
  flags.required_claims = {"hd"};
  CHECK(read_oidc_flags(flags).error().message ==
        "--oidc-required-claim \"hd\": expected claim=value");
  flags.required_claims = {};
  flags.signing_algorithms = {"HS256"};
  CHECK(read_oidc_flags(flags).error().message ==
        "--oidc-signing-algs \"HS256\": unsupported signing algorithm");
  flags.client_id = "";
  CHECK(read_oidc_flags(flags).error().message ==
        "--oidc-issuer-url and --oidc-client-id must be specified together");
}

}  // namespace
}  // namespace gp::api
