#include "feature/lifecycle/lifecycle.hpp"

#include <doctest/doctest.h>

#include "platform/runtime/local_fixture.hpp"

namespace gp::lifecycle {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kPem = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";

struct Fixture : runtime::LocalFixture {
  Fixture() {
    auto mounted = mount();
    REQUIRE(lifecycle::mount(mounted, verbs, {.root_certificate = std::string(kPem)}));
    start();
    create(core("Namespace", "", "shop"));
    quiet();
  }
  Value condition(std::string_view type) const {
    const Value ns = read("namespaces", "", "shop");
    for (const Value& item : ns["status"]["conditions"].items()) {
      if (item["type"].text() == type) return item;
    }
    return {};
  }
  void hold(std::string_view name) {
    Value document = core("ConfigMap", "shop", name);
    document.edit("metadata").set("finalizers", Value::array({"example.com/hold"}));
    create(document);
  }
  void release(std::string_view name) {
    merge("configmaps", "shop", name,
          Value::object({{"metadata", Value::object({{"finalizers", nullptr}})}}));
  }
};

// --- namespaces ----------------------------------------------------------------------------------

TEST_CASE_FIXTURE(Fixture,
                  "namespace: the ones that every cluster has are there, and new ones are Active") {
  for (const char* name : {"default", "kube-system", "kube-public", "kube-node-lease"}) {
    CHECK(exists("namespaces", "", name));
  }
  const Value ns = read("namespaces", "", "shop");
  CHECK(ns["spec"]["finalizers"] == Value::array({"kubernetes"}));
  CHECK(ns["status"]["phase"].text() == "Active");
}

TEST_CASE_FIXTURE(Fixture, "namespace: takes its content with it, of every kind") {
  create(core("Secret", "shop", "s"));
  Value widget = core("Widget", "shop", "w");
  widget.set("apiVersion", "test.goldenpath.dev/v1");
  create(widget);
  for (int i = 0; i < 100; ++i) create(core("ConfigMap", "shop", fmt::format("m{}", i)));
  create(core("ConfigMap", "default", "elsewhere"));

  remove("namespaces", "", "shop");
  quiet();
  CHECK_FALSE(exists("namespaces", "", "shop"));
  CHECK(store->resources_in("shop").empty());
  CHECK(exists("configmaps", "default", "elsewhere"));
}

TEST_CASE_FIXTURE(Fixture, "namespace: says what holds it, and goes at once when that is gone") {
  hold("held");
  remove("namespaces", "", "shop");
  quiet();

  CHECK(read("namespaces", "", "shop")["status"]["phase"].text() == "Terminating");
  CHECK(condition("NamespaceContentRemaining")["status"].text() == "True");
  CHECK(condition("NamespaceContentRemaining")["reason"].text() == "SomeResourcesRemain");
  CHECK(condition("NamespaceContentRemaining")["message"].text() ==
        "Some resources are remaining: configmaps. has 1 resource instances");
  CHECK(condition("NamespaceFinalizersRemaining")["status"].text() == "True");
  CHECK(condition("NamespaceFinalizersRemaining")["reason"].text() == "SomeFinalizersRemain");
  CHECK(condition("NamespaceFinalizersRemaining")["message"].text() ==
        "Some content in the namespace has finalizers remaining: example.com/hold in 1 resource "
        "instances");
  CHECK(condition("NamespaceDeletionContentFailure")["status"].text() == "False");

  release("held");
  quiet();
  CHECK_FALSE(exists("namespaces", "", "shop"));
}

TEST_CASE_FIXTURE(Fixture, "namespace: a finalizer of its own holds it after its content is gone") {
  merge("namespaces", "", "shop",
        Value::object(
            {{"metadata", Value::object({{"finalizers", Value::array({"example.com/x"})}})}}));
  remove("namespaces", "", "shop");
  quiet();
  CHECK(store->resources_in("shop").empty());
  CHECK(exists("namespaces", "", "shop"));

  merge("namespaces", "", "shop",
        Value::object({{"metadata", Value::object({{"finalizers", nullptr}})}}));
  quiet();
  CHECK_FALSE(exists("namespaces", "", "shop"));
}

TEST_CASE_FIXTURE(Fixture, "namespace: can be made anew, empty, after it is gone") {
  create(core("ConfigMap", "shop", "old"));
  remove("namespaces", "", "shop");
  quiet();
  create(core("Namespace", "", "shop"));
  quiet();
  CHECK_FALSE(exists("configmaps", "shop", "old"));
  CHECK(exists("serviceaccounts", "shop", "default"));
}

TEST_CASE(
    "namespace: a deletion that was under way at the last stop is finished at the next start") {
  runtime::LocalFixture fixture;
  fixture.create(fixture.core("Namespace", "", "shop"));
  fixture.create(fixture.core("ConfigMap", "shop", "m"));
  fixture.remove("namespaces", "", "shop");

  auto mounted = fixture.mount();
  REQUIRE(lifecycle::mount(mounted, fixture.verbs, {}));
  fixture.start();
  CHECK_FALSE(fixture.exists("namespaces", "", "shop"));
}

// --- what every namespace holds
// --------------------------------------------------------------------

TEST_CASE_FIXTURE(Fixture,
                  "namespace defaults: each has a ServiceAccount and the root certificate") {
  for (const char* ns : {"shop", "default", "kube-system"}) {
    CHECK(exists("serviceaccounts", ns, "default"));
    CHECK(read("configmaps", ns, "kube-root-ca.crt")["data"]["ca.crt"].text() == kPem);
  }
}

TEST_CASE_FIXTURE(Fixture, "namespace defaults: come back when deleted or changed") {
  remove("serviceaccounts", "shop", "default");
  merge("configmaps", "shop", "kube-root-ca.crt",
        Value::object({{"data", Value::object({{"ca.crt", "forged"}})}}));
  quiet();
  CHECK(exists("serviceaccounts", "shop", "default"));
  CHECK(read("configmaps", "shop", "kube-root-ca.crt")["data"]["ca.crt"].text() == kPem);

  remove("configmaps", "shop", "kube-root-ca.crt");
  quiet();
  CHECK(exists("configmaps", "shop", "kube-root-ca.crt"));
}

// --- events
// ----------------------------------------------------------------------------------------

TEST_CASE_FIXTURE(Fixture, "event expiry: an event goes an hour after it last happened") {
  const auto event = [&](std::string_view name, Duration age) {
    Value document = core("Event", "shop", name);
    document.set("involvedObject", Value::object({{"kind", "ConfigMap"}, {"namespace", "shop"}}));
    document.set("lastTimestamp", format_time(clock.now() - age));
    create(document);
  };
  event("fresh", 0s);
  event("old", 50min);
  event("expired", 2h);  // its creation counts as well
  quiet();
  CHECK(all("events").size() == 3);

  clock.advance(59min);
  quiet();
  CHECK(all("events").size() == 3);  // all were made within the hour
  merge("events", "shop", "fresh",
        Value::object({{"lastTimestamp", format_time(clock.now())}, {"count", 2}}));
  quiet();

  clock.advance(1min);
  quiet();
  REQUIRE(all("events").size() == 1);
  CHECK(exists("events", "shop", "fresh"));

  clock.advance(59min);
  quiet();
  CHECK(all("events").empty());
}

// --- aggregated roles ----------------------------------------------------------------------------

TEST_CASE_FIXTURE(Fixture, "role aggregation: a role follows those that its selectors choose") {
  const auto role = [](std::string_view name) {
    Value made = core("ClusterRole", "", name);
    made.set("apiVersion", "rbac.authorization.k8s.io/v1");
    return made;
  };
  const auto rules_of = [&](std::string_view name) {
    return read("clusterroles.rbac.authorization.k8s.io", "", name)["rules"];
  };
  Value gatherer = role("gatherer");
  gatherer.edit("aggregationRule")
      .set("clusterRoleSelectors",
           Value::array({Value::object({{"matchLabels", Value::object({{"gather", "yes"}})}})}));
  create(gatherer);
  Value part = role("part");
  part.edit("metadata").set("labels", Value::object({{"gather", "yes"}}));
  part.set("rules", Value::array({Value::object({{"apiGroups", Value::array({""})},
                                                 {"resources", Value::array({"pods"})},
                                                 {"verbs", Value::array({"get"})}})}));
  create(part);
  quiet();
  CHECK(rules_of("gatherer") == part["rules"]);

  remove("clusterroles.rbac.authorization.k8s.io", "", "part");
  quiet();
  CHECK(rules_of("gatherer").empty());
}

}  // namespace
}  // namespace gp::lifecycle
