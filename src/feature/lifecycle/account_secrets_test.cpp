#include "feature/lifecycle/account_secrets.hpp"

#include "base/encoding.hpp"
#include "platform/runtime/local_fixture.hpp"

namespace gp::lifecycle {
namespace {

struct Fixture : runtime::LocalFixture {
  api::ServiceAccountTokens tokens{
      *store, api::service_account_keys(*jose::Key::generate(jose::KeyType::EcP256)), clock,
      random};

  Fixture() {
    add_account_secrets(manager, tokens, *store, "PEM");
    start();
    create(core("Namespace", "", "shop"));
    create(core("ServiceAccount", "shop", "bot"));
  }
  void create_secret(std::string_view account) {
    Value secret = core("Secret", "shop", "bot-token");
    secret.set("type", api::kTokenSecretType);
    secret.edit("metadata")
        .set("annotations", Value::object({{"kubernetes.io/service-account.name", account}}));
    create(secret);
    quiet();
  }
  std::string datum(std::string_view key) const {
    return *base64_decode(read("secrets", "shop", "bot-token")["data"][key].text());
  }
  std::string verdict(std::string_view token) {
    const auto verified = tokens.verify({token, tokens.audiences()});
    if (!verified) return "not ours";
    return *verified ? (*verified)->caller.user : verified->error().message;
  }
};

TEST_CASE_FIXTURE(Fixture,
                  "account secret: is filled with a token that is good while it is there") {
  create_secret("bot");

  const std::string token = datum("token");
  CHECK(datum("namespace") == "shop");
  CHECK(datum("ca.crt") == "PEM");
  CHECK(verdict(token) == "system:serviceaccount:shop:bot");

  remove("secrets", "shop", "bot-token");
  CHECK(verdict(token) == "service account token has been invalidated");
}

TEST_CASE_FIXTURE(Fixture, "account secret: another token in its place voids the first") {
  create_secret("bot");
  const std::string token = datum("token");

  merge("secrets", "shop", "bot-token", Value::object({{"data", Value::object({{"token", ""}})}}));
  quiet();
  merge("secrets", "shop", "bot-token",
        Value::object({{"data", Value::object({{"token", "b3RoZXI="}})}}));
  CHECK(verdict(token) == "service account token does not match server's copy");
}

TEST_CASE_FIXTURE(Fixture, "account secret: a token that was marked invalid says so") {
  create_secret("bot");
  merge("secrets", "shop", "bot-token",
        Value::object(
            {{"metadata", Value::object({{"labels", Value::object({{"kubernetes.io/legacy-token-"
                                                                    "invalid-since",
                                                                    "2026-11-01"}})}})}}));

  CHECK(verdict(datum("token"))
            .starts_with("the token in secret shop/bot-token for service account shop/bot has been "
                         "marked invalid."));
}

TEST_CASE_FIXTURE(Fixture, "account secret: goes with its account, and is no use without one") {
  create_secret("bot");
  remove("serviceaccounts", "shop", "bot");
  quiet();
  CHECK_FALSE(exists("secrets", "shop", "bot-token"));

  create_secret("nobody");
  CHECK_FALSE(exists("secrets", "shop", "bot-token"));
}

}  // namespace
}  // namespace gp::lifecycle
