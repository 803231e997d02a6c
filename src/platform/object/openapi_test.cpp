#include "platform/object/openapi.hpp"

#include <doctest/doctest.h>

#include "base/json.hpp"

namespace gp::object {
namespace {

struct Fixture {
  Fixture() { add_builtin_kinds(kinds); }

  Value document(std::string_view path) {
    const OpenApiDocument made = api.document(path);
    return made.json ? *parse_json(*made.json) : Value();
  }

  KindRegistry kinds;
  OpenApi api{kinds};
};

// All `$ref`s below `value`.
void collect_refs(const Value& value, std::vector<std::string>& refs) {
  if (value["$ref"].is_string()) refs.push_back(value["$ref"].string());
  for (const Value::Member& member : value.members()) collect_refs(member.value, refs);
  for (const Value& item : value.items()) collect_refs(item, refs);
}

}  // namespace

TEST_CASE_FIXTURE(Fixture, "openapi: the index names every group and version with its hash") {
  const Value index = *parse_json(*api.index().json);
  const std::string url = index["paths"]["api/v1"]["serverRelativeURL"].string();
  CHECK(url.starts_with("/openapi/v3/api/v1?hash="));
  CHECK(url.find_first_not_of("0123456789ABCDEF", 24) == std::string::npos);
  CHECK(index["paths"].contains("apis/apps/v1"));
}

TEST_CASE_FIXTURE(Fixture, "openapi: what kubectl looks for is where it looks") {
  const Value core = document("api/v1");
  const Value& config_map = core["components"]["schemas"]["io.k8s.api.core.v1.ConfigMap"];
  CHECK(to_json(config_map["x-kubernetes-group-version-kind"]) ==
        R"([{"group":"","kind":"ConfigMap","version":"v1"}])");
  CHECK(config_map["properties"]["data"]["additionalProperties"]["type"].text() == "string");

  const Value& patch = core["paths"]["/api/v1/namespaces/{namespace}/configmaps/{name}"]["patch"];
  CHECK(patch["x-kubernetes-group-version-kind"]["kind"].text() == "ConfigMap");
  bool has_validation = false;
  for (const Value& parameter : patch["parameters"].items()) {
    has_validation |= parameter["name"].text() == "fieldValidation";
  }
  CHECK(has_validation);
}

TEST_CASE_FIXTURE(Fixture, "openapi: every reference leads somewhere") {
  const Value index = *parse_json(*api.index().json);
  for (const Value::Member& member : index["paths"].members()) {
    const Value made = document(member.key());
    std::vector<std::string> refs;
    collect_refs(made, refs);
    for (const std::string& ref : refs) {
      const std::string name = ref.substr(std::string("#/components/schemas/").size());
      CHECK_MESSAGE(made["components"]["schemas"].contains(name), member.key(), ": ", ref);
    }
  }
  const Value v2 = *parse_json(*api.v2().json);
  CHECK(v2["swagger"].text() == "2.0");
  std::vector<std::string> refs;
  collect_refs(v2, refs);
  for (const std::string& ref : refs) {
    CHECK_MESSAGE(v2["definitions"].contains(ref.substr(14)), ref);
  }
}

TEST_CASE_FIXTURE(Fixture, "openapi: a new kind changes its group's hash and no other") {
  const std::string core = api.document("api/v1").hash;
  const std::string apps = api.document("apis/apps/v1").hash;
  Kind kind;
  kind.group = "apps";
  kind.version = "v1";
  kind.kind = "Gadget";
  kind.list_kind = "GadgetList";
  kind.plural = "gadgets";
  kinds.add(kind);

  CHECK(api.document("api/v1").hash == core);
  CHECK(api.document("apis/apps/v1").hash != apps);
  CHECK(api.document("apis/nothing/v1").json == nullptr);
}

}  // namespace gp::object
