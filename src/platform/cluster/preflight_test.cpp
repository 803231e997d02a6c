#include "platform/cluster/preflight.hpp"

#include "platform/cluster/remote_fixture.hpp"

namespace gp::cluster {
namespace {

struct Fixture {
  ServedPlatform there;
  http::Network network;
  Preflight found;

  void examine(kubeconfig::Connection connection, Depth depth = Depth::Access) {
    auto cluster = connect(std::move(connection), network, system_clock(), quick_options());
    found = run_preflight(Context(system_clock(), std::chrono::seconds(30)), *cluster, depth);
  }
  const Check& check(std::string_view name) const {
    for (const Check& one : found.checks) {
      if (one.name == name) return one;
    }
    static const Check none{"", CheckState::Skipped, "it was not made", {}};
    return none;
  }
};

TEST_CASE_FIXTURE(Fixture, "preflight: an administrator of a good cluster is told so") {
  examine(there.connection());
  CHECK(found.is_fine());
  CHECK(found.user == "admin");
  CHECK(check("identity").text == "admin, in system:masters, system:authenticated");
  CHECK(check("certificate").text.starts_with("verified, valid until "));
  CHECK(check("version").text.starts_with("v1."));
  CHECK(check("clock").state == CheckState::Ok);
  CHECK(check("access").text == "all that the platform may need");
}

TEST_CASE_FIXTURE(Fixture,
                  "preflight: rights that are missing are counted, listed and can be had") {
  there.add_token("bob-token", {"bob", {}, {"system:authenticated"}, {}});
  examine(there.connection("bob-token"));
  CHECK_FALSE(found.is_fine());
  CHECK(check("access").state == CheckState::Failed);
  CHECK(check("access").fix.contains("--user=bob"));
  REQUIRE(found.access.size() > 10);
  CHECK(found.access[0].resource == "namespaces");
  CHECK_FALSE(found.access[0].verbs[0].second);
}

TEST_CASE_FIXTURE(Fixture, "preflight: a wrong token is a matter of identity") {
  examine(there.connection("wrong"));
  CHECK(found.is_reachable());
  CHECK_FALSE(found.is_authorized());
  CHECK(check("identity").text == "the server does not accept our credentials");
  CHECK(check("identity").fix == "renew the token or certificate of context \"test\"");
}

TEST_CASE_FIXTURE(Fixture, "preflight: nobody is not enough") {
  examine(there.connection(""));
  CHECK(check("identity").state == CheckState::Failed);
}

TEST_CASE_FIXTURE(Fixture,
                  "preflight: a certificate of another authority is named with its cause") {
  kubeconfig::Connection connection = there.connection();
  connection.cluster.authority.data =
      tls::make_authority("other", system_clock().now(), std::chrono::hours(1))->certificate_pem;
  examine(connection);
  CHECK(check("certificate").text ==
        "the server's certificate \"server\" is signed by an authority that the kubeconfig does "
        "not name");
  CHECK_FALSE(found.is_reachable());
}

TEST_CASE_FIXTURE(Fixture, "preflight: a certificate for other names says which") {
  kubeconfig::Connection connection = there.connection();
  connection.cluster.tls_server_name = "api.example";
  examine(connection);
  CHECK(check("certificate").text ==
        "the server's certificate is for localhost, not for api.example");
  CHECK(check("certificate").fix == "use one of its names, or set tls-server-name: localhost");
}

TEST_CASE_FIXTURE(Fixture, "preflight: a connection that verifies nothing is warned of") {
  kubeconfig::Connection connection = there.connection();
  connection.cluster.authority = {};
  connection.cluster.skips_tls_verify = true;
  examine(connection, Depth::Identity);
  CHECK(found.is_fine());
  CHECK(check("certificate").state == CheckState::Warning);
}

TEST_CASE_FIXTURE(Fixture, "preflight: nobody there, and what to do about it") {
  there.stop();
  examine(there.connection());
  CHECK(check("reachable").state == CheckState::Failed);
  CHECK(check("reachable").fix ==
        "start the cluster, correct address and port, or look at VPN and firewall");
  CHECK(found.checks.size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "preflight: what is no Kubernetes API server is said to be none") {
  there.intercept = [](net::Request&) { return net::Response::text(200, "<html>"); };
  examine(there.connection());
  CHECK(check("version").text == "this is not a Kubernetes API server");
  CHECK_FALSE(found.is_fine());
}

TEST_CASE_FIXTURE(Fixture, "preflight: a server that tells of no identity is skipped over") {
  there.intercept = [](net::Request& request) -> std::optional<net::Response> {
    if (!request.path.ends_with("/selfsubjectreviews")) return std::nullopt;
    return net::Response::text(404, "404 page not found");
  };
  examine(there.connection());
  CHECK(check("identity").state == CheckState::Skipped);
  CHECK(check("access").state == CheckState::Ok);
}

}  // namespace
}  // namespace gp::cluster
