#include "platform/object/convert.hpp"

#include <doctest/doctest.h>

#include "base/json.hpp"
#include "platform/object/test_kinds.hpp"

namespace gp::object {
namespace {

Value json(std::string_view text) {
  return *parse_json(text);
}

}  // namespace

TEST_CASE("convert: an autoscaler survives the way to v1 and back") {
  const Value v2 =
      json(R"({"apiVersion":"autoscaling/v2","metadata":{"name":"h"},"spec":{"maxReplicas":3,
      "metrics":[{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":70}}},
                 {"type":"Pods","pods":{"metric":{"name":"x"}}}],
      "behavior":{"scaleUp":{"selectPolicy":"Max"}}}})");

  const Value v1 = convert(v2, *test_kinds().find("autoscaling", "v1", "horizontalpodautoscalers"));
  CHECK(v1["apiVersion"].text() == "autoscaling/v1");
  CHECK(v1["spec"]["targetCPUUtilizationPercentage"].integer() == 70);
  CHECK_FALSE(v1["spec"].contains("metrics"));

  const Value back =
      convert(v1, *test_kinds().find("autoscaling", "v2", "horizontalpodautoscalers"));
  CHECK(back == v2);
}

TEST_CASE("convert: an event is the same object in both groups") {
  const Value core = json(R"({"apiVersion":"v1","kind":"Event","metadata":{"name":"a.1"},
      "involvedObject":{"name":"a"},"message":"all is well","count":3,"reportingComponent":"c"})");

  const Value other = convert(core, *test_kinds().find("events.k8s.io", "v1", "events"));

  CHECK(other["regarding"]["name"].text() == "a");
  CHECK(other["note"].text() == "all is well");
  CHECK(other["deprecatedCount"].integer() == 3);
  CHECK(convert(other, *test_kinds().find("", "v1", "events")) == core);
}

TEST_CASE("convert: other versions differ by name only") {
  const Value old = json(
      R"({"apiVersion":"external-secrets.io/v1beta1","kind":"ExternalSecret","spec":{"data":[]}})");
  const Value now =
      convert(old, *test_kinds().find("external-secrets.io", "v1", "externalsecrets"));
  CHECK(now["apiVersion"].text() == "external-secrets.io/v1");
  CHECK(now["spec"] == old["spec"]);
}

}  // namespace gp::object
