#include "feature/clusters/clusters.hpp"

#include <doctest/doctest.h>

#include "base/encoding.hpp"
#include "platform/cluster/remote_fixture.hpp"
#include "platform/runtime/local_fixture.hpp"

namespace gp::clusters {
namespace {

using namespace std::chrono_literals;

struct Fixture : runtime::LocalFixture {
  cluster::ServedPlatform there;
  cluster::ClusterSet set{system_clock()};

  Fixture() {
    // The other side's clock is real, and so agrees with ours.
    clock.advance(system_clock().now() - clock.now());
    create(core("Namespace", "", kSystemNamespace));
    create(core("Namespace", "", "team-a"));
    auto wanted = mount();
    clusters::mount(wanted, set);
    start();
  }
  ~Fixture() { manager.stop(); }

  void add_secret(const std::string& ns, const kubeconfig::Connection& connection) {
    const auto text = kubeconfig::flatten(connection);
    REQUIRE(text);
    Value secret = core("Secret", ns, "there");
    secret.set("data", Value::object({{"kubeconfig", base64_encode(*text)}}));
    create(secret);
  }
  void add_cluster(const std::string& ns = std::string(kSystemNamespace)) {
    create(Value::object(
        {{"apiVersion", "goldenpath.dev/v1alpha1"},
         {"kind", "Cluster"},
         {"metadata", Value::object({{"name", "there"}})},
         {"spec", Value::object(
                      {{"kubeconfig", Value::object({{"name", "there"}, {"namespace", ns}})}})}}));
    quiet();
  }
  Value status() { return read("clusters.goldenpath.dev", "", "there")["status"]; }
  // "True Ready: message"
  std::string condition(std::string_view type) {
    const Value now = status();
    for (const Value& one : now["conditions"].items()) {
      if (one["type"].text() == type)
        return fmt::format("{} {}: {}", one["status"].text(), one["reason"].text(),
                           one["message"].text());
    }
    return "none";
  }
};

TEST_CASE_FIXTURE(Fixture, "clusters: one that answers is ready, and others find it by name") {
  add_secret(std::string(kSystemNamespace), there.connection());
  add_cluster();

  CHECK(condition("Ready").starts_with("True Ready: "));
  CHECK(condition("Authorized") == "True Accepted: as \"admin\"");
  CHECK(status()["version"].text().starts_with("v1."));
  CHECK(status()["namespaces"].integer() > 0);
  REQUIRE(set.find("there"));
  CHECK(set.find_server(there.connection().cluster.server + "/") == set.find("there"));

  remove("clusters.goldenpath.dev", "", "there");
  quiet();
  CHECK_FALSE(set.find("there"));
}

TEST_CASE_FIXTURE(Fixture, "clusters: one that goes away and comes back is said to") {
  add_secret(std::string(kSystemNamespace), there.connection());
  add_cluster();

  there.stop();
  clock.advance(1min);
  quiet();
  CHECK(condition("Ready").starts_with("False NotReachable: https://127.0.0.1:"));
  CHECK(condition("Ready").contains("connection refused (start the cluster"));
  CHECK(condition("Authorized").starts_with("Unknown "));

  there.start();
  clock.advance(20s);  // one that fails is asked sooner
  quiet();
  CHECK(condition("Ready") ==
        fmt::format("True Ready: {} kinds are served", status()["kinds"].integer()));
}

TEST_CASE_FIXTURE(Fixture, "clusters: a Secret that comes later is noticed") {
  add_cluster();
  CHECK(condition("Ready").contains(
      "Secret \"goldenpath-system/there\" does not exist (create it, or correct spec.kubeconfig)"));

  add_secret(std::string(kSystemNamespace), there.connection());
  quiet();
  CHECK(condition("Ready").starts_with("True "));
}

TEST_CASE_FIXTURE(Fixture, "clusters: credentials that are refused are named, not shown") {
  kubeconfig::Connection wrong = there.connection("hunter2");
  add_secret(std::string(kSystemNamespace), wrong);
  add_cluster();

  CHECK(condition("Reachable").starts_with("True "));
  CHECK(condition("Authorized").starts_with("False Refused: "));
  CHECK_FALSE(condition("Ready").contains("hunter2"));
}

TEST_CASE_FIXTURE(Fixture, "clusters: a tenant's kubeconfig runs no programs here") {
  kubeconfig::Connection plugin = there.connection({});
  plugin.user.exec.command = "touch";
  plugin.user.exec.api_version = "client.authentication.k8s.io/v1";
  add_secret("team-a", plugin);
  add_cluster("team-a");

  CHECK(condition("Ready").contains("the program \"touch\" is not run for this connection"));
  CHECK_FALSE(set.find("there"));
}

}  // namespace
}  // namespace gp::clusters
