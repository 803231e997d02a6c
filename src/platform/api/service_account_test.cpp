#include "engine/jose/token.hpp"
#include "platform/api/admission_fixture.hpp"
#include "platform/api/api_server.hpp"
#include "platform/api/service_account_tokens.hpp"

namespace gp::api {
namespace {

using namespace std::chrono_literals;

// One for all tests: making it takes longer than any of them.
const jose::Key& rsa_key() {
  static const jose::Key key = *jose::Key::generate(jose::KeyType::Rsa);
  return key;
}

struct Fixture : AdmissionFixture {
  const jose::Key& key = rsa_key();
  ServiceAccountTokens tokens{*store, service_account_keys(key), clock, random};
  Authentication authentication;
  std::unique_ptr<ApiServer> server;

  Fixture() {
    authentication.set_audiences(tokens.audiences());
    authentication.add_verifier([this](const TokenQuestion& q) { return tokens.verify(q); });
    server = std::make_unique<ApiServer>(*verbs, authentication, random);
    server->set_service_accounts(&tokens);
    apply("{apiVersion: v1, kind: ServiceAccount, metadata: {name: bot, namespace: shop}}");
  }

  net::Response post(std::string path, std::string_view yaml) const {
    net::Request request;
    request.method = "POST";
    request.path = request.target = std::move(path);
    request.body = to_json(*parse_yaml(yaml));
    request.headers.set("Content-Type", "application/json");
    return server->handle_as(Caller::system("test"), request);
  }
  static Value document(const net::Response& response) {
    std::string text;
    for (const net::Piece& piece : response.body) text += piece.bytes;
    return parse_json(text).value_or(Value());
  }
  // A TokenRequest's answer, for account "bot".
  Value ask(std::string_view spec) const {
    return document(post("/api/v1/namespaces/shop/serviceaccounts/bot/token",
                         fmt::format("{{spec: {}}}", spec)));
  }
  std::string token(std::string_view spec = "{}") const {
    const Value answer = ask(spec);
    CHECK(answer["kind"].text() == "TokenRequest");
    return answer["status"]["token"].string();
  }
  std::string verdict(std::string_view text, std::vector<std::string> audiences = {}) const {
    const auto identity = authentication.review(text, audiences, Patience::None);
    return identity ? identity->caller.user : identity.error().message;
  }
  void remove(std::string_view yaml) {
    const Value what = *parse_yaml(yaml);
    REQUIRE(verbs->remove(target_of(what), {.caller = Caller::system("test")}));
  }
};

std::string invalid(std::string_view why) {
  return fmt::format("[invalid bearer token, {}]", why);
}

TEST_CASE_FIXTURE(Fixture, "service account: a token says what the real server's says") {
  const std::string text = token("{expirationSeconds: 900}");
  const auto read = jose::read_unverified(text);
  REQUIRE(read);

  Value claims = read->claims;
  CHECK(read->key_id == key.der_thumbprint());
  CHECK_FALSE(claims["jti"].text().empty());
  claims.erase("jti");
  claims.edit("kubernetes.io").edit("serviceaccount").erase("uid");
  CHECK(to_json(claims) ==
        R"({"aud":["https://kubernetes.default.svc.cluster.local"],"exp":1700000900,)"
        R"("iat":1700000000,"iss":"https://kubernetes.default.svc.cluster.local",)"
        R"("kubernetes.io":{"namespace":"shop","serviceaccount":{"name":"bot"}},)"
        R"("nbf":1700000000,"sub":"system:serviceaccount:shop:bot"})");
}

TEST_CASE_FIXTURE(Fixture, "service account: its caller has the groups and names of the account") {
  const auto identity = authentication.review(token(), {}, Patience::None);
  REQUIRE(identity);

  const Caller& who = identity->caller;
  CHECK(who.user == "system:serviceaccount:shop:bot");
  CHECK(who.uid == format_uuid(store->get("serviceaccounts", "shop", "bot")->uid()));
  CHECK(who.groups == std::vector<std::string>{"system:serviceaccounts",
                                               "system:serviceaccounts:shop",
                                               "system:authenticated"});
  REQUIRE(who.extra.size() == 1);
  CHECK(who.extra[0].first == "authentication.kubernetes.io/credential-id");
  CHECK(who.extra[0].second.at(0).starts_with("JTI="));
}

TEST_CASE_FIXTURE(Fixture, "service account: a token ends a minute after its time") {
  const std::string text = token("{expirationSeconds: 600}");
  clock.advance(660s);
  CHECK(verdict(text) == "system:serviceaccount:shop:bot");
  clock.advance(1s);
  CHECK(verdict(text) == invalid("service account token has expired"));
}

TEST_CASE_FIXTURE(Fixture, "service account: a token dies with its account, also if one follows") {
  const std::string text = token();
  remove("{apiVersion: v1, kind: ServiceAccount, metadata: {name: bot, namespace: shop}}");
  CHECK(verdict(text) == invalid("serviceaccounts \"bot\" not found"));

  apply("{apiVersion: v1, kind: ServiceAccount, metadata: {name: bot, namespace: shop}}");
  CHECK(verdict(text).starts_with("[invalid bearer token, service account UID ("));
}

TEST_CASE_FIXTURE(Fixture, "service account: a bound token dies with what it is bound to") {
  apply("{apiVersion: v1, kind: Secret, metadata: {name: s, namespace: shop}}");
  const std::string text = token("{boundObjectRef: {kind: Secret, apiVersion: v1, name: s}}");
  CHECK(verdict(text) == "system:serviceaccount:shop:bot");
  remove("{apiVersion: v1, kind: Secret, metadata: {name: s, namespace: shop}}");
  CHECK(verdict(text) == invalid("service account token has been invalidated"));
}

TEST_CASE_FIXTURE(Fixture, "service account: a token is for its audiences only") {
  const std::string text = token("{audiences: [vault, db]}");
  CHECK(verdict(text, {"db", "x"}) == "system:serviceaccount:shop:bot");
  CHECK(
      authentication.review(text, std::vector<std::string>{"x", "db"}, Patience::None)->audiences ==
      std::vector<std::string>{"db"});
  CHECK(verdict(text) ==
        invalid("token audiences [\"vault\" \"db\"] is invalid for the target audiences "
                "[\"https://kubernetes.default.svc.cluster.local\"]"));
}

TEST_CASE_FIXTURE(Fixture, "service account: tokens of other keys and issuers are refused") {
  const std::string text = token();
  CHECK(verdict(text.substr(0, text.size() - 8) + "AAAAAAAA") ==
        invalid("the token's signature is wrong"));
  CHECK(verdict("opaque") == "invalid bearer token");
  const auto other = jose::make_token(key, Value::object({{"iss", "https://elsewhere"}}));
  CHECK(verdict(*other) == "invalid bearer token");
}

TEST_CASE_FIXTURE(Fixture, "service account: what cannot be asked for is refused in its words") {
  const auto refusal = [this](std::string_view spec) { return ask(spec)["message"].string(); };
  CHECK(refusal("{expirationSeconds: 60}") ==
        "TokenRequest.authentication.k8s.io \"\" is invalid: spec.expirationSeconds: Invalid "
        "value: 60: may not specify a duration less than 10 minutes");
  CHECK(refusal("{expirationSeconds: 4294967297}") ==
        "TokenRequest.authentication.k8s.io \"\" is invalid: spec.expirationSeconds: Invalid "
        "value: 4294967297: may not specify a duration larger than 2^32 seconds");
  CHECK(refusal("{boundObjectRef: {kind: Widget, apiVersion: a/v1, name: x}}") ==
        "cannot bind token to object of type a/v1, Kind=Widget");
  CHECK(refusal("{boundObjectRef: {kind: Secret, apiVersion: v1, name: none}}") ==
        "secrets \"none\" not found");
  const net::Response missing =
      post("/api/v1/namespaces/shop/serviceaccounts/none/token", "{spec: {}}");
  CHECK(missing.status == 404);
  CHECK(document(missing)["message"].text() == "serviceaccounts \"none\" not found");
}

TEST_CASE_FIXTURE(Fixture, "service account: a renamed key still verifies what it has signed") {
  const std::string text = token();
  const jose::Key next = *jose::Key::generate(jose::KeyType::EcP256);
  ServiceAccountKeys keys = service_account_keys(next);
  for (const jose::Key& old : service_account_keys(key).verifiers.keys()) keys.verifiers.add(old);
  ServiceAccountTokens after(*store, keys, clock, random);

  const auto verified = after.verify({text, after.audiences()});
  REQUIRE(verified);
  CHECK(verified->has_value());
}

TEST_CASE_FIXTURE(Fixture, "token review: tells user, audiences, or what is wrong") {
  const auto review = [this](const std::string& spec) {
    return document(
        post("/apis/authentication.k8s.io/v1/tokenreviews", fmt::format("{{spec: {}}}", spec)));
  };
  const Value good = review(fmt::format("{{token: {}}}", token()))["status"];
  CHECK(good["authenticated"].boolean());
  CHECK(good["user"]["username"].text() == "system:serviceaccount:shop:bot");
  CHECK(good["audiences"] == Value::array({kServiceAccountIssuer}));

  const Value bad = review("{token: nonsense}")["status"];
  CHECK_FALSE(bad["authenticated"].boolean());
  CHECK(bad["error"].text() == "invalid bearer token");
  CHECK(review("{}")["message"].text() == "token is required for TokenReview in authentication");
}

TEST_CASE("token cache: forgets what nobody has asked for") {
  TokenCache<int> cache(4);
  for (const char* token : {"a", "b"}) cache.add(token, std::make_shared<const int>(1));
  cache.add("c", std::make_shared<const int>(1));  // a and b are old now
  CHECK(cache.find("a"));                          // and a is young again
  cache.add("d", std::make_shared<const int>(1));
  CHECK(cache.find("a"));
  CHECK_FALSE(cache.find("b"));
}

}  // namespace
}  // namespace gp::api
