#include "platform/object/defaults.hpp"

#include <doctest/doctest.h>

#include "base/json.hpp"
#include "base/text_cases.hpp"
#include "platform/object/decode.hpp"
#include "platform/object/test_kinds.hpp"

namespace gp::object {
namespace {

// The object that a create stores, less what the API fills in.
std::string created(const TextCase& test) {
  const KindPtr kind = test_kinds().resolve(test.field("kind"));
  if (!kind) return "no such kind\n";
  const auto raw = parse_json(test.field("json"));
  if (!raw) return raw.error().message + "\n";
  std::vector<std::string> problems;
  auto object = decode(*kind, *raw, {}, problems);
  if (!object) return "error: " + object.error().message + "\n";
  if (test.has("uid")) object->edit("metadata").set("uid", test.field("uid"));
  prepare_for_create(*kind, *object);
  apply_defaults(*kind, *object, nullptr);
  const Value once = *object;
  apply_defaults(*kind, *object, nullptr);
  if (*object != once) return "error: defaults are not settled after the first time\n";
  object->erase("apiVersion");
  object->erase("kind");
  object->edit("metadata").erase("uid");
  return to_json(*object, {.escape_html = false}) + "\n";
}

Value json(std::string_view text) {
  return *parse_json(text);
}

}  // namespace

TEST_CASE("defaults: what kubectl creates is completed as the API server completes it") {
  const auto failures =
      run_text_cases(GP_SOURCE_DIR "/src/platform/object/testdata/created.txt", created);
  for (const std::string& failure : failures) FAIL_CHECK(failure);
}

TEST_CASE("defaults: an update keeps the Service's addresses and the old status") {
  const KindPtr kind = test_kinds().resolve("svc");
  const Value old =
      json(R"({"spec":{"type":"NodePort","clusterIP":"10.96.0.1","clusterIPs":["10.96.0.1"],
      "ipFamilies":["IPv4"],"ipFamilyPolicy":"SingleStack","ports":[{"port":80,"protocol":"TCP","nodePort":30001}]},
      "status":{"loadBalancer":{"ingress":[{"ip":"1.2.3.4"}]}}})");
  Value now =
      json(R"({"spec":{"type":"NodePort","ports":[{"port":80,"protocol":"TCP"}]},"status":{}})");

  prepare_for_update(*kind, now, old);

  CHECK(now["spec"]["clusterIP"].text() == "10.96.0.1");
  CHECK(now["spec"]["ports"].at(0)["nodePort"].integer() == 30001);
  CHECK(now["status"] == old["status"]);
}

TEST_CASE("defaults: a status update changes nothing but the status") {
  const KindPtr kind = test_kinds().resolve("deploy");
  const Value old =
      json(R"({"metadata":{"name":"d","labels":{"a":"b"}},"spec":{"replicas":1},"status":{}})");
  Value now = json(R"({"metadata":{"name":"d"},"spec":{"replicas":9},"status":{"replicas":1}})");

  prepare_for_status_update(*kind, now, old);

  CHECK(now["spec"]["replicas"].integer() == 1);
  CHECK(now["metadata"]["labels"]["a"].text() == "b");
  CHECK(now["status"]["replicas"].integer() == 1);
}

TEST_CASE("defaults: a generation grows with the spec only") {
  const Value old = json(R"({"metadata":{"name":"d"},"spec":{"replicas":1},"status":{}})");
  CHECK_FALSE(is_new_generation(
      old, json(R"({"metadata":{"name":"e"},"spec":{"replicas":1},"status":{"a":1}})")));
  CHECK(is_new_generation(old,
                          json(R"({"metadata":{"name":"d"},"spec":{"replicas":2},"status":{}})")));
  CHECK(is_new_generation(old, json(R"({"metadata":{"name":"d"},"status":{}})")));
}

}  // namespace gp::object
