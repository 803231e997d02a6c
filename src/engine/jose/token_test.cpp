#include <doctest/doctest.h>

#include "base/encoding.hpp"
#include "engine/jose/token.hpp"
#include "engine/jose/vectors.hpp"

namespace gp::jose {
namespace {

using namespace std::chrono_literals;

const TimePoint kNow(1'700'000'000s);

struct Fixture {
  Key key = Key::generate(KeyType::EcP256)->with_id("k1");
  KeySet keys{{key}};

  static Value claims() {
    return Value::object({{"iss", "https://issuer.example"},
                          {"aud", Value::array({"app", "other"})},
                          {"iat", 1'700'000'000},
                          {"exp", 1'700'000'600}});
  }
  // Header and payload as texts, with the signature that `key` makes over them.
  std::string signed_by_key(std::string_view header, std::string_view payload) const {
    const std::string input = base64url_encode(header) + '.' + base64url_encode(payload);
    return input + '.' + base64url_encode(*key.sign(Algorithm::ES256, input));
  }
  std::string verdict(std::string_view token, Algorithms allowed = Algorithms::asymmetric()) const {
    const auto read = read_unverified(token);
    if (!read) return read.error().message;
    const auto checked = check_signature(*read, keys, allowed);
    return checked ? "good" : checked.error().message;
  }
};

TEST_CASE_FIXTURE(Fixture, "jose: a token that we make is one that we read") {
  const auto token = make_token(key, claims());
  REQUIRE(token);
  const auto read = read_unverified(*token);
  REQUIRE(read);
  CHECK(read->algorithm == Algorithm::ES256);
  CHECK(read->key_id == "k1");
  CHECK(read->type == "JWT");
  CHECK(read->claims == claims());
  CHECK(verdict(*token) == "good");
}

TEST_CASE_FIXTURE(Fixture, "jose: \"none\" and unknown algorithms are refused") {
  for (const char* name : {"none", "None", "HS512", "es256", ""}) {
    const std::string header = fmt::format(R"({{"alg":"{}"}})", name);
    CHECK(verdict(base64url_encode(header) + ".e30.") ==
          fmt::format("the token's algorithm \"{}\" is refused", name));
  }
}

TEST_CASE_FIXTURE(Fixture, "jose: a public key is never taken for an HMAC secret") {
  const auto forged = Key::from_secret(key.to_public_pem());
  REQUIRE(forged);
  const auto token = make_token(forged->with_id("k1"), claims());
  CHECK(verdict(*token) == "the token's algorithm \"HS256\" is refused");
  CHECK(verdict(*token, {Algorithm::HS256}) == "the token is signed by an unknown key");
}

TEST_CASE_FIXTURE(Fixture, "jose: HMAC counts only where it is allowed by name") {
  keys.add(*Key::from_secret(std::string(32, 's')));
  const auto token = make_token(*Key::from_secret(std::string(32, 's')), claims());
  CHECK(verdict(*token) == "the token's algorithm \"HS256\" is refused");
  CHECK(verdict(*token, {Algorithm::HS256}) == "good");
}

TEST_CASE_FIXTURE(Fixture, "jose: keys and addresses in a header are not used") {
  const Key evil = Key::generate(KeyType::EcP256)->with_id("evil");
  const auto token =
      make_token(evil, claims(), "JWT", Value::object({{"jwk", evil.to_jwk(Part::Public)}}));
  CHECK(verdict(*token) == "the token is signed by an unknown key");
  const auto named = make_token(evil.with_id("k1"), claims());
  CHECK(verdict(*named) == "the token's signature is wrong");
}

TEST_CASE_FIXTURE(Fixture, "jose: malformed tokens are refused with the reason") {
  const std::string good = *make_token(key, claims());
  CHECK(verdict("") == "the token is malformed: it does not have three parts");
  CHECK(verdict("a.b") == "the token is malformed: it does not have three parts");
  CHECK(verdict(good + ".x") == "the token is malformed: it does not have three parts");
  CHECK(verdict(std::string(70'000, 'a')) == "the token is malformed: it is too long");
  CHECK(verdict(good + "==") == "the token is malformed: its signature is not base64url");
  CHECK(verdict("e30=.e30.AA") == "the token is malformed: its header is not base64url");
  CHECK(verdict("W10.e30.AA") == "the token is malformed: its header is not a JSON object");
  CHECK(verdict(good.substr(0, good.rfind('.') + 1)) ==
        "the token is malformed: it has no signature");
  CHECK(verdict(signed_by_key(R"({"alg":"ES256","alg":"none"})", "{}")) ==
        "the token is malformed: its header repeats members");
  CHECK(verdict(signed_by_key(R"({"alg":"ES256"})", R"({"sub":"a","sub":"b"})")) ==
        "the token is malformed: its payload repeats members");
  CHECK(verdict(signed_by_key(R"({"alg":"ES256","kid":7})", "{}")) ==
        "the token is malformed: its \"kid\" is not a string");
  CHECK(verdict(signed_by_key(R"({"alg":"ES256","crit":["exp"]})", "{}")) ==
        "the token needs extensions that are not known");
  CHECK(verdict(signed_by_key(R"({"alg":"ES256"})", "{}")) == "good");
}

TEST_CASE_FIXTURE(Fixture, "jose: a signature with another last character is another signature") {
  std::string token = *make_token(key, claims());
  const std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const char last = token.back();
  for (const char c : alphabet) {
    token.back() = c;
    CHECK((verdict(token) == "good") == (c == last));
  }
}

std::string judged(const Value& claims, ClaimChecks checks) {
  checks.now = kNow;
  const auto result = check_claims(claims, checks);
  return result ? "good" : result.error().message;
}

Value times(std::int64_t exp, std::int64_t nbf) {
  return Value::object({{"exp", 1'700'000'000 + exp}, {"nbf", 1'700'000'000 + nbf}});
}

TEST_CASE("jose: times of a token are judged with the leeway that is given") {
  CHECK(judged(times(1, 0), {}) == "good");
  CHECK(judged(times(0, 0), {}) == "the token has expired");
  CHECK(judged(times(0, 0), {.skew = 5s}) == "good");
  CHECK(judged(times(-5, 0), {.skew = 5s}) == "the token has expired");
  CHECK(judged(times(10, 1), {}) == "the token is not valid yet");
  CHECK(judged(times(10, 5), {.skew = 5s}) == "good");
  CHECK(judged(Value::object(), {}) == "the token never expires");
  CHECK(judged(Value::object(), {.needs_expiry = false}) == "good");
  CHECK(judged(Value::object({{"exp", "soon"}}), {}) == "the token's \"exp\" is not a time");
  CHECK(judged(Value::object({{"exp", 1e300}}), {}) == "the token's \"exp\" is not a time");
  CHECK(judged(Value::object({{"exp", 1'700'000'000.9}}), {}) == "the token has expired");
  CHECK(judged(Value::object({{"exp", 1'800'000'000}, {"iat", 1'700'000'100}}), {.skew = 60s}) ==
        "the token was issued in the future");
}

TEST_CASE("jose: issuer and audience must be the ones that are asked for") {
  const std::vector<std::string> us = {"app", "api"};
  Value claims = times(10, 0);
  claims.set("iss", "https://issuer.example");
  CHECK(judged(claims, {.issuer = "https://issuer.example/"}) == "the token is of another issuer");
  CHECK(judged(claims, {.issuer = "https://issuer.example"}) == "good");
  CHECK(judged(claims, {.audiences = us}) == "the token is for another audience");
  claims.set("aud", "api");
  CHECK(judged(claims, {.audiences = us}) == "good");
  claims.set("aud", Value::array({"x", "app"}));
  CHECK(judged(claims, {.audiences = us}) == "good");
  claims.set("aud", Value::array({7}));
  CHECK(judged(claims, {.audiences = us}) == "the token is for another audience");
}

}  // namespace
}  // namespace gp::jose
