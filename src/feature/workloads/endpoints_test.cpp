#include <doctest/doctest.h>

#include "feature/workloads/workloads_fixture.hpp"

namespace gp::workloads {
namespace {

struct Fixture : WorkloadsFixture {
  void make_service(std::string_view target_port = "http") {
    apply(fmt::format(
        "apiVersion: v1\nkind: Service\nmetadata: {{name: web, namespace: shop}}\nspec:\n"
        "  selector: {{app: web}}\n  ports: [{{name: http, port: 80, targetPort: {}}}]\n",
        target_port));
  }
  void make_pod(std::string_view name, std::string_view ip, bool is_ready) {
    const Value pod = apply(fmt::format(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: {}, namespace: shop, labels: {{app: web}}}}\n"
        "spec: {{containers: [{{name: a, image: a:1, ports: [{{name: http, containerPort: "
        "8080}}]}}]}}\n",
        name));
    const Value status = Value::object({{"status", Value::object({{"podIP", ip}})}});
    REQUIRE(cluster.patch(context, {"pods", "shop", std::string(name)}, api::PatchType::Merge,
                          status, "kubelet", "status"));
    set_status(pod, "Running", is_ready);
    quiet();
  }
  Value endpoints() const { return read_in_shop("endpoints", "web"); }
  std::vector<Value> slices() const { return all("endpointslices.discovery.k8s.io"); }
};

TEST_CASE_FIXTURE(Fixture,
                  "endpoints: pods with an address, ready or not, with the port they name") {
  make_service();
  CHECK(endpoints()["subsets"].empty());
  REQUIRE(slices().size() == 1);

  make_pod("a", "10.0.0.1", true);
  make_pod("b", "10.0.0.2", false);
  const Value subset = endpoints()["subsets"].at(0);
  CHECK(subset["addresses"].at(0)["ip"].text() == "10.0.0.1");
  CHECK(subset["addresses"].at(0)["targetRef"]["name"].text() == "a");
  CHECK(subset["notReadyAddresses"].at(0)["ip"].text() == "10.0.0.2");
  CHECK(subset["ports"].at(0)["port"].integer() == 8080);

  REQUIRE(slices().size() == 1);
  const Value slice = slices().front();
  CHECK(slice["metadata"]["labels"]["kubernetes.io/service-name"].text() == "web");
  CHECK(slice["endpoints"].size() == 2);
  CHECK(slice["endpoints"].at(0)["conditions"]["ready"].boolean());
  CHECK_FALSE(slice["endpoints"].at(1)["conditions"]["ready"].boolean());
}

TEST_CASE_FIXTURE(
    Fixture, "endpoints: a pod that goes or no longer fits leaves, and all go with the Service") {
  make_service("8080");
  make_pod("a", "10.0.0.1", true);
  make_pod("b", "10.0.0.2", true);
  remove("pods", "shop", "a");
  patch("pods", "b", "metadata: {labels: {app: other}}");
  CHECK(endpoints()["subsets"].empty());
  CHECK(slices().front()["endpoints"].empty());

  remove("services", "shop", "web");
  quiet();
  CHECK(endpoints().is_null());
}

TEST_CASE_FIXTURE(Fixture, "endpoints: what changes nothing writes nothing") {
  make_service();
  make_pod("a", "10.0.0.1", true);
  const auto revision = store->revision();
  manager.enqueue("endpoints", {"services", "shop", "web"});
  quiet();
  CHECK(store->revision() == revision);
}

TEST_CASE_FIXTURE(Fixture, "disruption budget: counts the pods that may go") {
  apply(
      "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web, namespace: shop}\n"
      "spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}\n");
  const auto status = [&] { return read_in_shop("poddisruptionbudgets.policy", "web")["status"]; };
  CHECK(status()["disruptionsAllowed"].integer(-1) == 0);
  make_pod("a", "10.0.0.1", true);
  make_pod("b", "10.0.0.2", true);
  CHECK(status()["currentHealthy"].integer() == 2);
  CHECK(status()["disruptionsAllowed"].integer() == 1);
  const Value budget = read_in_shop("poddisruptionbudgets.policy", "web");
  CHECK(condition(budget, "DisruptionAllowed")["reason"].text() == "SufficientPods");
}

TEST_CASE_FIXTURE(Fixture, "autoscaler: says that there are no metrics") {
  const auto autoscaler = [&] {
    return read_in_shop("horizontalpodautoscalers.autoscaling", "web");
  };
  apply(
      "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\n"
      "metadata: {name: web, namespace: shop}\nspec:\n  maxReplicas: 3\n"
      "  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}\n");
  CHECK(condition(autoscaler(), "AbleToScale")["reason"].text() == "FailedGetScale");
  apply(
      "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\n"
      "spec:\n  replicas: 2\n  selector: {matchLabels: {app: web}}\n  template:\n"
      "    metadata: {labels: {app: web}}\n    spec: {containers: [{name: a, image: a:1}]}\n");
  CHECK(condition(autoscaler(), "ScalingActive")["reason"].text() == "FailedGetResourceMetric");
  CHECK(autoscaler()["status"]["currentReplicas"].integer() == 2);
}

}  // namespace
}  // namespace gp::workloads
