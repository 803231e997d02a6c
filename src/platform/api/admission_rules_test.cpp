#include "platform/api/admission_fixture.hpp"

using namespace gp;
using namespace gp::api;

namespace {

struct RulesFixture : AdmissionFixture {
  std::string refused(std::string_view kind, std::string_view spec) {
    return message_of(
        create(fmt::format("{{apiVersion: admissionregistration.k8s.io/v1, kind: {}, metadata: "
                           "{{name: p}}, spec: {}}}",
                           kind, spec)));
  }
  std::string refused_policy(std::string_view validations) {
    return refused(
        "ValidatingAdmissionPolicy",
        fmt::format("{{matchConstraints: {{resourceRules: [{{apiGroups: [''], "
                    "apiVersions: [v1], operations: [CREATE], resources: [pods]}}]}}, {}}}",
                    validations));
  }
};

}  // namespace

TEST_CASE_FIXTURE(RulesFixture,
                  "admission rules: what does not compile is refused with the place") {
  CHECK(refused_policy("validations: [{expression: 'object.x ='}]")
            .starts_with("ValidatingAdmissionPolicy.admissionregistration.k8s.io \"p\" is invalid: "
                         "spec.validations[0].expression: Invalid value: \"object.x =\": "
                         "compilation failed: ERROR: <input>:1:"));
  CHECK(refused_policy("validations: [{expression: 'object.x'}]") ==
        "ValidatingAdmissionPolicy.admissionregistration.k8s.io \"p\" is invalid: "
        "spec.validations[0].expression: Invalid value: \"object.x\": must evaluate to bool but "
        "got dyn");
  CHECK(refused_policy("validations: [{expression: 'params.x == 1'}]")
            .ends_with("compilation failed: ERROR: <input>:1:1: undeclared reference to 'params' "
                       "(in container '')\n | params.x == 1\n | ^"));
  CHECK(refused_policy("validations: [{expression: 'variables.nope == 1'}]")
            .contains("undefined field 'nope'"));
  CHECK(refused_policy("auditAnnotations: [{key: a, valueExpression: '1'}]")
            .ends_with("must evaluate to one of [string null_type]"));
}

TEST_CASE_FIXTURE(RulesFixture, "admission rules: what a policy must have") {
  CHECK(refused("ValidatingAdmissionPolicy", "{validations: [{expression: 'true'}]}") ==
        "ValidatingAdmissionPolicy.admissionregistration.k8s.io \"p\" is invalid: "
        "spec.matchConstraints: Required value");
  CHECK(refused_policy("validations: []") ==
        "ValidatingAdmissionPolicy.admissionregistration.k8s.io \"p\" is invalid: "
        "[spec.validations: Required value: validations or auditAnnotations must contain at least "
        "one item, spec.auditAnnotations: Required value: validations or auditAnnotations must "
        "contain at least one item]");
  CHECK(refused_policy("validations: [{expression: 'true', reason: Nope}]")
            .ends_with("spec.validations[0].reason: Unsupported value: \"Nope\": supported values: "
                       "\"Forbidden\", \"Invalid\", \"RequestEntityTooLarge\", \"Unauthorized\""));
}

TEST_CASE_FIXTURE(RulesFixture, "admission rules: what a binding must have") {
  const std::string_view kind = "ValidatingAdmissionPolicyBinding";

  CHECK(refused(kind, "{policyName: p}") ==
        "ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io \"p\" is invalid: "
        "spec.validationActions: Required value: at least one validation action is required");
  CHECK(refused(kind, "{policyName: p, validationActions: [Deny, Warn]}")
            .contains("must not contain both Deny and Warn"));
  CHECK(refused(kind, "{policyName: p, validationActions: [Deny], paramRef: {name: x}}")
            .ends_with("spec.paramRef.parameterNotFoundAction: Required value"));
}
