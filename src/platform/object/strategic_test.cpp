#include "platform/object/strategic.hpp"

#include <doctest/doctest.h>

#include "base/json.hpp"
#include "base/text_cases.hpp"

namespace gp::object {
namespace {

std::string patched(const TextCase& test) {
  const Type* type = builtin_types().find(test.field("type"));
  if (type == nullptr) return "no such type\n";
  const auto target = parse_json(test.field("target"));
  const auto patch = parse_json(test.field("patch"));
  if (!target || !patch) return "bad JSON\n";
  const auto result = apply_strategic_patch(*type, *target, *patch);
  if (!result) return "error: " + result.error().message + "\n";
  return to_json(*result) + "\n";
}

}  // namespace

TEST_CASE("strategic: patches do what the API server does with them") {
  const auto failures =
      run_text_cases(GP_SOURCE_DIR "/src/platform/object/testdata/strategic.txt", patched);
  for (const std::string& failure : failures) FAIL_CHECK(failure);
}

TEST_CASE("strategic: a field is found through lists") {
  const Type& deployment = *builtin_types().find("io.k8s.api.apps.v1.Deployment");
  const Field* field = field_at(deployment, "spec.template.spec.containers.ports");
  REQUIRE(field != nullptr);
  CHECK(field->merge_key == "containerPort");
  CHECK(field_at(deployment, "spec.nothing") == nullptr);
}

}  // namespace gp::object
