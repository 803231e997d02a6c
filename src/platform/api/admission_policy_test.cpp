#include "platform/api/admission_fixture.hpp"

using namespace gp;
using namespace gp::api;

namespace {

struct PolicyFixture : AdmissionFixture {
  // A policy for ConfigMaps, bound with `actions`.
  void policy(std::string_view spec, std::string_view actions = "[Deny]",
              std::string_view binding = "") {
    Value document = yaml(
        "{apiVersion: admissionregistration.k8s.io/v1, kind: "
        "ValidatingAdmissionPolicy, metadata: {name: rule}}");
    Value body = yaml(spec);
    if (!body.contains("matchConstraints")) {
      body.set("matchConstraints",
               yaml("{resourceRules: [{apiGroups: [''], apiVersions: ['v1'], operations: ['*'], "
                    "resources: [configmaps]}]}"));
    }
    document.set("spec", body);
    apply(to_json(document));
    apply(
        fmt::format("{{apiVersion: admissionregistration.k8s.io/v1, kind: "
                    "ValidatingAdmissionPolicyBinding, metadata: {{name: rule-here}}, spec: "
                    "{{policyName: rule, validationActions: {}{}}}}}",
                    actions, binding));
  }
  Result<ObjectRef> config(std::string_view data, std::string_view ns = "shop") {
    return create(fmt::format(
        "{{apiVersion: v1, kind: ConfigMap, metadata: {{name: a, namespace: {}}}, data: {}}}", ns,
        data));
  }
};

}  // namespace

TEST_CASE_FIXTURE(PolicyFixture, "policy: a refusal reads as the real server's") {
  policy("{validations: [{expression: \"object.data.size() < 2\"}]}");

  const auto refused = config("{x: '1', y: '2'}");

  CHECK(message_of(refused) ==
        "configmaps \"a\" is forbidden: ValidatingAdmissionPolicy 'rule' with binding 'rule-here' "
        "denied request: failed expression: object.data.size() < 2");
  CHECK(reason_of(refused) == "422 Invalid");
  const Value details = status::to_status(refused.error())["details"];
  CHECK(to_json(details, {.escape_html = false}) ==
        "{\"causes\":[{\"message\":\"ValidatingAdmissionPolicy 'rule' with binding 'rule-here' "
        "denied request: failed expression: object.data.size() < "
        "2\"}],\"kind\":\"configmaps\",\"name\":\"a\"}");
  CHECK(config("{x: '1'}"));
}

TEST_CASE_FIXTURE(PolicyFixture, "policy: message, messageExpression and reason") {
  policy(R"y({validations: [
    {expression: "!('a' in object.data)", message: "no a here", reason: Forbidden},
    {expression: "!('b' in object.data)", messageExpression: "'b is ' + object.data.b"},
    {expression: "!('c' in object.data)", messageExpression: "string(object.data.nope)", message: "plan b"},
    {expression: "!('d' in object.data)", message: "too large", reason: RequestEntityTooLarge}]
})y");

  const auto first = config("{a: '1', b: '2'}");
  CHECK(message_of(first).ends_with("denied request: no a here"));
  CHECK(reason_of(first) == "403 Forbidden");
  CHECK(message_of(config("{b: '2'}")).ends_with("denied request: b is 2"));
  CHECK(message_of(config("{c: '2'}")).ends_with("denied request: plan b"));
  CHECK(reason_of(config("{d: '2'}")) == "413 RequestEntityTooLarge");
}

TEST_CASE_FIXTURE(PolicyFixture,
                  "policy: an expression that fails refuses, unless failures are ignored") {
  policy("{validations: [{expression: \"object.data.x == '1'\"}]}");

  CHECK(message_of(config("{y: '1'}")) ==
        "configmaps \"a\" is forbidden: ValidatingAdmissionPolicy 'rule' with binding 'rule-here' "
        "denied request: expression 'object.data.x == '1'' resulted in error: no such key: x");

  Value relaxed =
      store->get("validatingadmissionpolicies.admissionregistration.k8s.io", "", "rule")->parse();
  relaxed.edit("spec").set("failurePolicy", "Ignore");
  REQUIRE(update(to_json(relaxed)));
  CHECK(config("{y: '1'}"));
}

TEST_CASE_FIXTURE(PolicyFixture, "policy: warnings warn and let pass") {
  policy("{validations: [{expression: \"false\", message: 'not nice'}]}", "[Warn, Audit]");

  REQUIRE(config("{}"));

  CHECK(warnings == std::vector<std::string>{"Validation failed for ValidatingAdmissionPolicy "
                                             "'rule' with binding 'rule-here': not nice"});
}

TEST_CASE_FIXTURE(PolicyFixture,
                  "policy: variables, request, namespaceObject and match conditions") {
  policy(R"y({
    matchConditions: [{name: not-carla, expression: "request.userInfo.username != 'carla'"}],
    variables: [
      {name: tier, expression: "namespaceObject.metadata.?labels['tier'].orValue('none')"},
      {name: limit, expression: "variables.tier == 'gold' ? 3 : 1"}],
    validations: [{expression: "size(object.data) <= variables.limit",
                   messageExpression: "'%s allows %d in %s'.format([variables.tier, variables.limit, request.namespace])"}]
})y");

  CHECK(config("{a: '1', b: '2', c: '3'}", "shop"));
  CHECK(message_of(config("{a: '1', b: '2', c: '3'}", "dev"))
            .ends_with("denied request: none allows 1 in dev"));
  caller.user = "carla";
  CHECK(config("{a: '1', b: '2', c: '3'}", "dev"));
}

TEST_CASE_FIXTURE(PolicyFixture, "policy: a variable that fails counts only where it decides") {
  policy(R"y({variables: [{name: x, expression: "object.data.x"}],
             validations: [{expression: "!has(object.data.x) || variables.x == '1'"}]})y");

  CHECK(config("{y: '1'}"));
}

TEST_CASE_FIXTURE(PolicyFixture, "policy: the variable that failed is named") {
  policy(R"y({variables: [{name: x, expression: "object.data.x"}],
             validations: [{expression: "variables.x == '1'"}]})y");

  CHECK(message_of(config("{y: '1'}"))
            .ends_with("denied request: expression 'variables.x == '1'' resulted in error: "
                       "composited variable \"x\" fails to evaluate: no such key: x"));
}

TEST_CASE_FIXTURE(PolicyFixture, "policy: updates see the old object, deletions only that") {
  policy(R"y({validations: [
    {expression: "request.operation != 'UPDATE' || object.data.x == oldObject.data.x", message: "x is fixed"},
    {expression: "request.operation != 'DELETE' || oldObject.data.x != 'keep'", message: "kept"}]})y");
  REQUIRE(config("{x: keep}"));

  const std::string_view named =
      "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: shop}}";
  CHECK(message_of(update("{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: shop}, "
                          "data: {x: other}}"))
            .ends_with("denied request: x is fixed"));
  CHECK(message_of(remove(named)).ends_with("denied request: kept"));
}

TEST_CASE_FIXTURE(PolicyFixture, "policy: parameters come from the object that the binding names") {
  policy(R"y({paramKind: {apiVersion: v1, kind: ConfigMap},
             matchConditions: [{name: not-limits, expression: "object.metadata.name != 'limits'"}],
             validations: [{expression: "size(object.data) <= int(params.data.max)"}]
})y",
         "[Deny]", ", paramRef: {name: limits, namespace: dev, parameterNotFoundAction: Deny}");

  CHECK(message_of(config("{x: '1'}")) ==
        "configmaps \"a\" is forbidden: ValidatingAdmissionPolicy 'rule' with binding 'rule-here' "
        "denied request: failed to configure binding: no params found for policy binding with "
        "`Deny` parameterNotFoundAction");
  verbs->set_admission(nullptr);
  apply(
      "{apiVersion: v1, kind: ConfigMap, metadata: {name: limits, namespace: dev}, data: {max: "
      "'1'}}");
  verbs->set_admission(chain.get());
  CHECK(message_of(config("{x: '1', y: '2'}"))
            .ends_with("failed expression: size(object.data) <= int(params.data.max)"));
  CHECK(config("{x: '1'}"));
}

TEST_CASE_FIXTURE(PolicyFixture, "policy: the authorizer is asked about the caller") {
  policy(R"y({validations: [{expression:
    "authorizer.group('').resource('configmaps').namespace('shop').check('seal').allowed()"}]
})y");

  CHECK_FALSE(config("{}"));
  caller.groups.push_back("system:masters");
  CHECK(config("{}"));
}

TEST_CASE_FIXTURE(PolicyFixture,
                  "policy: selectors, exclusions and names narrow what it is about") {
  policy(R"y({matchConstraints: {
      namespaceSelector: {matchLabels: {tier: gold}},
      objectSelector: {matchExpressions: [{key: free, operator: DoesNotExist}]},
      resourceRules: [{apiGroups: [''], apiVersions: ['*'], operations: [CREATE], resources: ['*']}],
      excludeResourceRules: [{apiGroups: [''], apiVersions: ['*'], operations: ['*'], resources: [secrets]}]},
    validations: [{expression: "false"}]})y");

  CHECK_FALSE(config("{}"));
  CHECK(config("{}", "dev"));
  CHECK(create("{apiVersion: v1, kind: Secret, metadata: {name: a, namespace: shop}}"));
  CHECK(
      create("{apiVersion: v1, kind: ConfigMap, metadata: {name: f, namespace: shop, labels: "
             "{free: ''}}}"));
}

TEST_CASE_FIXTURE(PolicyFixture, "policy: a rule for one version covers the others") {
  policy(R"y({matchConstraints: {resourceRules: [
      {apiGroups: [autoscaling], apiVersions: [v1], operations: ['*'], resources: [horizontalpodautoscalers]}]},
    validations: [{expression: "object.apiVersion == 'autoscaling/v1' && has(object.spec.targetCPUUtilizationPercentage)", messageExpression: "object.apiVersion + request.requestKind.version"}]
})y");

  CHECK(
      create("{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: a, "
             "namespace: shop}, spec: {maxReplicas: 2, scaleTargetRef: {apiVersion: apps/v1, kind: "
             "Deployment, name: x}, "
             "metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, "
             "averageUtilization: 50}}}]}}"));
}

TEST_CASE_FIXTURE(PolicyFixture, "policy: a costly expression ends with the cost limit") {
  policy(R"y({validations: [{expression:
    "object.data.all(a, object.data.all(b, object.data.all(c, object.data.all(d, a + b != c + d + 'x'))))"}]
})y");
  std::string data = "{";
  for (int i = 0; i < 60; ++i) data += fmt::format("k{}: v, ", i);

  CHECK(message_of(config(data + "z: v}"))
            .ends_with("resulted in error: operation cancelled: actual cost limit exceeded"));
}

TEST_CASE_FIXTURE(PolicyFixture, "policy: policies are beyond the reach of policies") {
  policy(R"y({matchConstraints: {resourceRules: [
      {apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*']}]},
    validations: [{expression: "false"}]})y");

  CHECK(
      remove("{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingAdmissionPolicy, "
             "metadata: {name: rule}}"));
  CHECK(config("{}"));
}

TEST_CASE_FIXTURE(PolicyFixture, "policy: a scale is judged as a Scale") {
  policy(R"y({matchConstraints: {resourceRules: [
      {apiGroups: [apps], apiVersions: [v1], operations: [UPDATE], resources: [deployments/scale]}]},
    validations: [{expression: "object.kind == 'Scale' && object.spec.replicas <= 3", message: "at most 3"}]})y");
  apply(
      "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: shop}, spec: "
      "{replicas: 1, selector: {matchLabels: {a: b}}, "
      "template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}}}");
  const Value deployment =
      yaml("{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: shop}}");
  const auto scale = [&](int replicas) {
    return verbs->patch(target_of(deployment, "scale"), PatchType::Merge,
                        yaml(fmt::format("{{spec: {{replicas: {}}}}}", replicas)), options());
  };

  CHECK(message_of(scale(5)).ends_with("denied request: at most 3"));
  CHECK(scale(2));
}

TEST_CASE_FIXTURE(PolicyFixture, "policy: without one, nobody is asked") {
  const Target target =
      target_of(yaml("{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: shop}}"));

  CHECK_FALSE(chain->may_mutate(Operation::Create, target));
  CHECK_FALSE(chain->may_validate(Operation::Create, target));
  policy("{validations: [{expression: 'true'}]}");
  CHECK(chain->may_validate(Operation::Create, target));
  CHECK_FALSE(chain->may_mutate(Operation::Create, target));
}
