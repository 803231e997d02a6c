#include "adapter/tls/authority.hpp"

#include <doctest/doctest.h>

using namespace gp;

namespace {

const TimePoint kNow = TimePoint(std::chrono::seconds(1'790'000'000));
constexpr Duration kYear = std::chrono::hours(24 * 365);

}  // namespace

TEST_CASE("authority: certificates say who they are for and how long") {
  const auto root = tls::make_authority("goldenpath", kNow, kYear);
  REQUIRE(root);
  const auto server = tls::issue_server_certificate(
      *root, "kube", {.dns_names = {"localhost", "kube.svc"}, .ip_addresses = {"127.0.0.1", "::1"}},
      kNow, kYear);
  REQUIRE(server);

  const auto info = tls::read_certificate(server->certificate_pem);

  REQUIRE(info);
  CHECK(info->common_name == "kube");
  CHECK(info->dns_names == std::vector<std::string>{"localhost", "kube.svc"});
  CHECK(info->not_before == kNow - std::chrono::minutes(5));
  CHECK(info->not_after == kNow + kYear);
  CHECK(info->fingerprint_sha256.size() == 64);
  CHECK(server->private_key_pem.starts_with("-----BEGIN PRIVATE KEY-----"));
}

TEST_CASE("authority: organizations of a client certificate are kept in order") {
  const auto root = tls::make_authority("goldenpath", kNow, kYear);
  const auto client =
      tls::issue_client_certificate(*root, "ada", {"system:masters", "team ä"}, kNow, kYear);
  REQUIRE(client);

  const auto info = tls::read_certificate(client->certificate_pem);

  CHECK(info->common_name == "ada");
  CHECK(info->organizations == std::vector<std::string>{"system:masters", "team ä"});
}

TEST_CASE("authority: two certificates are never the same") {
  const auto root = tls::make_authority("goldenpath", kNow, kYear);
  const auto one = tls::issue_client_certificate(*root, "a", {}, kNow, kYear);
  const auto two = tls::issue_client_certificate(*root, "a", {}, kNow, kYear);

  CHECK(tls::read_certificate(one->certificate_pem)->fingerprint_sha256 !=
        tls::read_certificate(two->certificate_pem)->fingerprint_sha256);
}

TEST_CASE("authority: mistakes are told in words") {
  const auto root = tls::make_authority("goldenpath", kNow, kYear);
  const auto other = tls::make_authority("other", kNow, kYear);
  const auto message = [](const auto& result) { return result.error().message; };

  CHECK(message(tls::read_certificate("x")) == "not a PEM certificate");
  CHECK(message(tls::issue_server_certificate(*root, "a", {.dns_names = {}, .ip_addresses = {"x"}},
                                              kNow, kYear)) == "\"x\" is not an IP address");
  CHECK(message(tls::make_authority("", kNow, kYear)) == "a certificate's CN is empty");
  CHECK(message(tls::issue_client_certificate({root->certificate_pem, other->private_key_pem}, "a",
                                              {}, kNow, kYear)) ==
        "the authority's private key does not belong to its certificate");
  CHECK(message(tls::issue_client_certificate(*root, std::string(65, 'a'), {}, kNow, kYear))
            .contains("longer than 64 characters"));
}
