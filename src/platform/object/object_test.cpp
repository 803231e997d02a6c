#include "platform/object/object.hpp"

#include <doctest/doctest.h>

#include "base/json.hpp"

namespace gp::object {
namespace {

const std::vector<std::string> kFields = {"status.phase", "spec.nodeName", "spec.host.network",
                                          "metadata.generation", "type"};

Value pod() {
  return *parse_json(R"({
    "apiVersion": "v1", "kind": "Pod", "type": "Normal",
    "metadata": {
      "name": "web", "namespace": "shop", "uid": "01234567-89ab-cdef-0123-456789abcdef",
      "resourceVersion": "77", "generation": 3,
      "labels": {"tier": "front", "app": "web"},
      "finalizers": ["goldenpath.dev/x"],
      "ownerReferences": [
        {"uid": "11111111-1111-1111-1111-111111111111", "controller": true, "name": "a"},
        {"uid": "22222222-2222-2222-2222-222222222222", "blockOwnerDeletion": true}]
    },
    "spec": {"nodeName": "n1", "host": {"network": true}, "nodeNames": ["x"]},
    "status": {"phase": "Running", "conditions": [{"phase": "no"}]}
  })");
}

ObjectRef object_of(const Value& document, Revision revision, SelectableFields fields = {}) {
  const auto draft = Draft::make("pods", document, fields);
  REQUIRE_MESSAGE(draft, draft.error().to_string());
  return Object::make(*draft, revision);
}

Value named(std::string_view name) {
  return Value::object({{"metadata", Value::object({{"name", name}})}});
}

void check_pod(const Object& object) {
  CHECK(object.resource() == "pods");
  CHECK(object.ns() == "shop");
  CHECK(object.name() == "web");
  CHECK(format_uuid(object.uid()) == "01234567-89ab-cdef-0123-456789abcdef");
  CHECK(object.has_finalizers());
  CHECK(!object.is_deleting());
  REQUIRE(object.labels().size() == 2);
  CHECK(object.labels()[0].name == "app");
  CHECK(object.labels()[1].value == "front");
  CHECK(object.label("tier") == "front");
  CHECK(!object.label("tie"));
  REQUIRE(object.owners().size() == 2);
  CHECK(object.owners()[0].is_controller);
  CHECK(!object.owners()[0].blocks_deletion);
  CHECK(object.owners()[1].blocks_deletion);
  CHECK(object.field("metadata.name") == "web");
  CHECK(object.field("metadata.namespace") == "shop");
  CHECK(object.field("metadata.generation") == "3");
  CHECK(object.field("status.phase") == "Running");
  CHECK(object.field("spec.nodeName") == "n1");
  CHECK(object.field("spec.host.network") == "true");
  CHECK(object.field("type") == "Normal");
  CHECK(object.field("spec.unknown").empty());
}

}  // namespace

TEST_CASE("object: the header says what the document says") {
  const ObjectRef object = object_of(pod(), 12345, kFields);

  check_pod(*object);
  CHECK(object->revision() == 12345);
  Value expected = pod();
  expected.edit("metadata").set("resourceVersion", "12345");
  CHECK(object->json() == to_json(expected));
  CHECK(object->parse() == expected);
}

TEST_CASE("object: loading its bytes gives the same object") {
  const ObjectRef object = object_of(pod(), 9, kFields);

  const auto loaded = Object::load("pods", object->json(), kFields);
  const auto verified = Object::load_verified("pods", object->json(), kFields);

  REQUIRE(loaded);
  check_pod(**loaded);
  CHECK((*loaded)->json() == object->json());
  CHECK((*loaded)->revision() == 9);
  REQUIRE(verified);
  check_pod(**verified);
}

TEST_CASE("object: another revision moves everything behind it, whatever its length") {
  const ObjectRef object = object_of(pod(), 9, kFields);

  const ObjectRef longer = Object::with_revision(*object, 18446744073709551615U);
  const ObjectRef shorter = Object::with_revision(*longer, 1);

  check_pod(*longer);
  CHECK(longer->revision() == 18446744073709551615U);
  CHECK(longer->parse()["metadata"]["resourceVersion"].text() == "18446744073709551615");
  check_pod(*shorter);
  CHECK(shorter->json().size() == object->json().size());
  CHECK(object->revision() == 9);
}

TEST_CASE("object: texts that JSON escapes read as themselves") {
  Value document = named("a<b&\"c\"\\");
  document.edit("metadata").set("labels", Value::object({{"k\n", "v\t\xC3\xA9"}, {"z", "plain"}}));
  document.set("status", Value::object({{"phase", "\\\"x\\"}}));

  const ObjectRef object = object_of(document, 5, kFields);

  CHECK(object->name() == "a<b&\"c\"\\");
  CHECK(object->label("k\n") == "v\t\xC3\xA9");
  CHECK(object->label("z") == "plain");
  CHECK(object->field("status.phase") == "\\\"x\\");
  CHECK(Object::with_revision(*object, 123456)->label("k\n") == "v\t\xC3\xA9");
}

TEST_CASE("object: a name, revision or label elsewhere in the document changes nothing") {
  const Value decoy = Value::object(
      {{"name", "no"}, {"labels", Value::object({{"a", "b"}})}, {"resourceVersion", "1"}});
  Value document = named("yes");
  document.set("aaa", Value::object({{"metadata", decoy}}));
  document.set("spec", Value::object({{"template", Value::object({{"metadata", decoy}})}}));
  document.edit("metadata").set("annotations", Value::object({{"metadata", "\"name\":\"no\""}}));
  document.edit("metadata").set("managedFields", Value::array({decoy}));

  const ObjectRef object = object_of(document, 42);

  CHECK(object->name() == "yes");
  CHECK(object->labels().empty());
  CHECK(object->revision() == 42);
  CHECK(object->parse()["spec"]["template"]["metadata"]["resourceVersion"].text() == "1");
}

TEST_CASE("object: odd shapes in metadata are passed over") {
  Value document = named("x");
  Value& metadata = document.edit("metadata");
  metadata.set("labels", Value::array({"a"}));
  metadata.set("ownerReferences", Value::array({"a", Value::array(), Value::object()}));
  metadata.set("finalizers", Value::array());
  metadata.set("deletionTimestamp", Value());
  metadata.set("uid", "not-a-uuid");
  metadata.set("namespace", 7);

  const ObjectRef object = object_of(document, 1);

  CHECK(object->labels().empty());
  CHECK(object->owners().size() == 1);
  CHECK(!object->has_finalizers());
  CHECK(!object->is_deleting());
  CHECK(object->uid() == Uuid{});
  CHECK(object->ns().empty());
}

TEST_CASE("object: a deletion timestamp is seen") {
  Value document = named("x");
  document.edit("metadata").set("deletionTimestamp", "2026-11-24T10:00:00Z");

  CHECK(object_of(document, 1)->is_deleting());
}

TEST_CASE("draft: a document without a name is refused") {
  const auto draft = Draft::make("pods", Value::object(), {});

  REQUIRE(!draft);
  CHECK(draft.error().code == Code::InvalidArgument);
  CHECK(draft.error().message == "pods document has no metadata.name");
}

TEST_CASE("draft: a document above three MiB is refused") {
  Value document = named("big");
  document.set("data", std::string(3U << 20U, 'x'));

  const auto draft = Draft::make("pods", document, {});

  REQUIRE(!draft);
  CHECK(draft.error().code == Code::TooLarge);
}

TEST_CASE("draft: a label of more than 64 KiB is refused") {
  Value document = named("x");
  document.edit("metadata").set("labels", Value::object({{"a", std::string(70'000, 'x')}}));

  const auto draft = Draft::make("pods", document, {});

  REQUIRE(!draft);
  CHECK(draft.error().code == Code::TooLarge);
}

TEST_CASE("draft: nesting stops where the JSON reader stops") {
  const std::size_t depth_max = JsonLimits{}.depth_max;
  const auto nested = [](std::size_t levels) {
    Value inner = 1;
    for (std::size_t i = 1; i < levels; ++i) inner = Value::object({{"a", inner}});
    Value document = named("deep");
    document.set("spec", inner);
    return document;
  };

  const ObjectRef deepest = object_of(nested(depth_max), 1);
  CHECK(!deepest->parse().is_null());
  CHECK(!Draft::make("pods", nested(depth_max + 1), {}));
}

TEST_CASE("object: bytes that are no document are refused") {
  const std::string good(object_of(pod(), 5)->json());
  for (const std::string& bad : {std::string(), std::string("[]"), std::string("{}"),
                                 std::string("{\"metadata\":{}}"), good + "}", good.substr(1)}) {
    CHECK_MESSAGE(!Object::load("pods", bad, {}), bad);
  }
}

TEST_CASE("object: bytes cut off anywhere are refused") {
  const std::string good(object_of(pod(), 5, kFields)->json());
  for (std::size_t size = 0; size < good.size(); ++size) {
    const auto loaded = Object::load("pods", std::string_view(good).substr(0, size), kFields);
    REQUIRE_MESSAGE(!loaded, size);
    CHECK(loaded.error().code == Code::DataLoss);
  }
}

TEST_CASE("object: random damage never reads outside the bytes") {
  const std::string good(object_of(pod(), 5, kFields)->json());
  SeededRandom random(7);
  for (int round = 0; round < 3000; ++round) {
    std::string bad = good;
    for (int i = 0; i < 3; ++i) {
      bad[random.below(bad.size())] = "\"\\{}[],:x"[random.below(9)];
    }
    if (const auto loaded = Object::load("pods", bad, kFields)) {
      CHECK(!(*loaded)->name().empty());
      for (const NameValue label : (*loaded)->labels()) CHECK(label.name.size() < bad.size());
    }
  }
}

TEST_CASE("object: lives as long as anybody refers to it") {
  std::shared_ptr<const void> kept;
  std::string_view json;
  {
    const ObjectRef object = object_of(pod(), 5);
    ObjectRef copy = object;
    kept = copy.keep();
    json = object->json();
  }
  CHECK(json.substr(0, 16) == "{\"apiVersion\":\"v");
}

TEST_CASE("key: reads as in a sentence") {
  CHECK(Key{"deployments.apps", "shop", "web"}.to_string() ==
        "deployments.apps \"web\" in namespace \"shop\"");
  CHECK(Key{"nodes", "", "n1"}.to_string() == "nodes \"n1\"");
}

}  // namespace gp::object
