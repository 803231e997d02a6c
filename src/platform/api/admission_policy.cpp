#include "platform/api/admission_policy.hpp"

#include <algorithm>
#include <set>

#include "engine/selector/names.hpp"

namespace gp::api::admission {
namespace {

using TypeKind = cel::Type::Kind;

// A policy's own expressions come first in variables, then conditions, then validations.
Result<> compile_variables(const Value& spec, cel::Environment& environment, Policy& policy) {
  for (const Value& variable : spec["variables"].items()) {
    const std::string name = variable["name"].string();
    Expression expression = TRY(compile(variable["expression"].text(), environment, {}));
    add_variable(environment, name,
                 std::make_shared<const cel::Type>(expression.program->result_type()));
    policy.variables.emplace_back(name, std::move(expression));
  }
  return {};
}

Result<> compile_validations(const Value& spec, const cel::Environment& environment,
                             Policy& policy) {
  for (const Value& item : spec["validations"].items()) {
    Validation validation;
    validation.expression = TRY(compile(item["expression"].text(), environment, {TypeKind::Bool}));
    validation.message = item["message"].string();
    if (const std::string_view text = item["messageExpression"].text(); !text.empty()) {
      validation.message_expression = TRY(compile(text, environment, {TypeKind::String}));
    }
    validation.reason = item["reason"].string("Invalid");
    policy.validations.push_back(std::move(validation));
  }
  return {};
}

}  // namespace

bool is_exempt(const object::Kind& kind) {
  static constexpr std::string_view kExempt[] = {
      "validatingwebhookconfigurations", "mutatingwebhookconfigurations",
      "validatingadmissionpolicies",     "validatingadmissionpolicybindings",
      "mutatingadmissionpolicies",       "mutatingadmissionpolicybindings"};
  return kind.group == "admissionregistration.k8s.io" &&
         std::ranges::find(kExempt, kind.plural) != std::end(kExempt);
}

Result<Policy> Policy::compile(const Value& document) {
  const Value& spec = document["spec"];
  Policy policy;
  policy.name = document["metadata"]["name"].string();
  policy.ignores_failures = spec["failurePolicy"].text() == "Ignore";
  policy.match = TRY(Match::read(spec["matchConstraints"]));
  const Value& param_kind = spec["paramKind"];
  if (!param_kind.is_null()) {
    policy.param_kind = {param_kind["apiVersion"].string(), param_kind["kind"].string()};
  }

  EnvironmentOptions options;
  options.has_params = !param_kind.is_null();
  cel::Environment environment = make_environment(options);
  for (const Value& item : spec["matchConditions"].items()) {
    Expression expression =
        TRY(admission::compile(item["expression"].text(), environment, {TypeKind::Bool}));
    policy.conditions.push_back({item["name"].string(), std::move(expression)});
  }
  TRY(compile_variables(spec, environment, policy));
  TRY(compile_validations(spec, environment, policy));
  for (const Value& item : spec["auditAnnotations"].items()) {
    Expression value = TRY(admission::compile(item["valueExpression"].text(), environment,
                                              {TypeKind::String, TypeKind::Null}));
    policy.annotations.push_back({item["key"].string(), std::move(value)});
  }
  return policy;
}

Result<PolicyBinding> PolicyBinding::read(const Value& document) {
  const Value& spec = document["spec"];
  PolicyBinding binding;
  binding.name = document["metadata"]["name"].string();
  binding.policy = spec["policyName"].string();
  if (!spec["matchResources"].is_null())
    binding.match = TRY(Match::read_narrowing(spec["matchResources"]));
  if (const Value& ref = spec["paramRef"]; !ref.is_null()) {
    ParamRef params;
    params.name = ref["name"].string();
    params.ns = ref["namespace"].string();
    params.denies_if_missing = ref["parameterNotFoundAction"].text("Deny") == "Deny";
    if (!ref["selector"].is_null()) {
      params.selector = TRY(selector::LabelSelector::from_object(ref["selector"]));
    }
    binding.params = std::move(params);
  }
  for (const Value& action : spec["validationActions"].items()) {
    binding.denies = binding.denies || action.text() == "Deny";
    binding.warns = binding.warns || action.text() == "Warn";
    binding.audits = binding.audits || action.text() == "Audit";
  }
  return binding;
}

bool PolicySet::may_match(Operation operation, const Target& target,
                          const object::KindRegistry& kinds) const {
  if (policies.empty() || bindings.empty() || is_exempt(*target.kind)) return false;
  return std::ranges::any_of(policies, [&](const auto& compiled) {
    return !compiled->policy ||
           compiled->policy->match.kind_for(operation, target, kinds) != nullptr;
  });
}

}  // namespace gp::api::admission
