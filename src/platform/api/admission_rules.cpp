#include "platform/api/admission_rules.hpp"

#include <algorithm>
#include <set>

#include "base/json.hpp"
#include "engine/selector/names.hpp"
#include "platform/api/admission_cel.hpp"

namespace gp::api {
namespace {

using admission::Expression;
using cel::Type;
using object::FieldError;
using TypeKind = cel::Type::Kind;

constexpr std::size_t kConditionsMax = 64;
constexpr std::size_t kAnnotationsMax = 20;

std::string quoted(std::string_view text) {
  return to_json(Value(text), {.escape_html = false});
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

bool is_identifier(std::string_view name) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  if (name.empty() || !is_letter(name.front()) || cel::escape_field(name) != name) return false;
  return std::ranges::all_of(name, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

class Rules {
 public:
  explicit Rules(std::vector<FieldError>& errors) : errors_(errors) {}

  void required(std::string field, std::string detail) {
    errors_.push_back({FieldError::Type::Required, std::move(field), {}, std::move(detail)});
  }
  void invalid(std::string field, std::string_view bad, std::string detail) {
    errors_.push_back(
        {FieldError::Type::Invalid, std::move(field), quoted(bad), std::move(detail)});
  }
  void not_supported(std::string field, std::string_view bad, std::string_view supported) {
    errors_.push_back({FieldError::Type::NotSupported, std::move(field), quoted(bad),
                       fmt::format("supported values: {}", supported)});
  }
  void add(FieldError error) { errors_.push_back(std::move(error)); }

  // Reports what does not compile; the type for those who refer to it.
  cel::TypePtr compile(const std::string& field, std::string_view text,
                       const cel::Environment& environment,
                       std::initializer_list<TypeKind> wanted) {
    auto compiled = admission::compile(text, environment, wanted);
    if (compiled) return std::make_shared<const Type>(compiled->program->result_type());
    invalid(field, text, std::move(compiled.error().message));
    return Type::simple(TypeKind::Dyn);
  }

  void conditions(const std::string& at, const Value& list, const cel::Environment& environment) {
    if (list.size() > kConditionsMax) {
      add({FieldError::Type::TooMany, at, std::to_string(list.size()),
           fmt::format("must have at most {} items", kConditionsMax)});
    }
    std::set<std::string> names;
    for (std::size_t i = 0; i < list.size(); ++i) {
      const Value& item = list.at(i);
      const std::string field = fmt::format("{}[{}]", at, i);
      if (is_blank(item["expression"].text())) {
        required(field + ".expression", "");
      } else {
        compile(field + ".expression", item["expression"].text(), environment, {TypeKind::Bool});
      }
      const std::string_view name = item["name"].text();
      if (name.empty()) {
        required(field + ".name", "");
      } else {
        for (std::string& detail : selector::label_key_errors(name)) {
          invalid(field + ".name", name, std::move(detail));
        }
        if (!names.insert(std::string(name)).second) {
          add({FieldError::Type::Duplicate, field + ".name", quoted(name), ""});
        }
      }
    }
  }

  void resource_rules(const std::string& at, const Value& list) {
    for (std::size_t i = 0; i < list.size(); ++i) {
      const Value& rule = list.at(i);
      const std::string field = fmt::format("{}[{}]", at, i);
      for (const char* part : {"operations", "apiGroups", "apiVersions", "resources"}) {
        if (rule[part].empty()) required(fmt::format("{}.{}", field, part), "");
      }
      for (std::size_t k = 0; k < rule["operations"].size(); ++k) {
        const std::string_view operation = rule["operations"].at(k).text();
        static constexpr std::string_view kKnown[] = {"*", "CREATE", "UPDATE", "DELETE", "CONNECT"};
        if (std::ranges::find(kKnown, operation) != std::end(kKnown)) continue;
        not_supported(fmt::format("{}.operations[{}]", field, k), operation,
                      "\"*\", \"CONNECT\", \"CREATE\", \"DELETE\", \"UPDATE\"");
      }
    }
  }

 private:
  std::vector<FieldError>& errors_;
};

void check_param_kind(const Value& kind, Rules& rules) {
  if (kind.is_null()) return;
  if (kind["apiVersion"].empty()) rules.required("spec.paramKind.apiVersion", "");
  if (kind["kind"].empty()) rules.required("spec.paramKind.kind", "");
}

void check_constraints(const Value& constraints, Rules& rules) {
  if (constraints.is_null()) {
    rules.required("spec.matchConstraints", "");
    return;
  }
  if (constraints["resourceRules"].empty()) {
    rules.required("spec.matchConstraints.resourceRules", "");
  }
  rules.resource_rules("spec.matchConstraints.resourceRules", constraints["resourceRules"]);
  rules.resource_rules("spec.matchConstraints.excludeResourceRules",
                       constraints["excludeResourceRules"]);
}

void check_variables(const Value& list, cel::Environment& environment, Rules& rules) {
  std::set<std::string> names;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Value& variable = list.at(i);
    const std::string field = fmt::format("spec.variables[{}]", i);
    const std::string name = variable["name"].string();
    if (name.empty()) {
      rules.required(field + ".name", "name is not specified");
    } else if (!is_identifier(name)) {
      rules.invalid(field + ".name", name, "name is not a valid CEL identifier");
    } else if (!names.insert(name).second) {
      rules.add({FieldError::Type::Duplicate, field + ".name", quoted(name), ""});
    }
    if (is_blank(variable["expression"].text())) {
      rules.required(field + ".expression", "expression is not specified");
      continue;
    }
    admission::add_variable(
        environment, name,
        rules.compile(field + ".expression", variable["expression"].text(), environment, {}));
  }
}

void check_validation(const std::string& field, const Value& validation,
                      const cel::Environment& environment, Rules& rules) {
  const std::string_view expression = validation["expression"].text();
  const std::string_view message = validation["message"].text();
  const std::string_view maker = validation["messageExpression"].text();
  if (is_blank(expression)) {
    rules.required(field + ".expression", "expression is not specified");
  } else {
    rules.compile(field + ".expression", expression, environment, {TypeKind::Bool});
  }
  if (!maker.empty() && is_blank(maker)) {
    rules.invalid(field + ".messageExpression", maker, "must be non-empty if specified");
  } else if (!maker.empty()) {
    rules.compile(field + ".messageExpression", maker, environment, {TypeKind::String});
  }
  if (!message.empty() && is_blank(message)) {
    rules.invalid(field + ".message", message, "message must be non-empty if specified");
  } else if (message.find('\n') != std::string_view::npos) {
    rules.invalid(field + ".message", message, "message must not contain line breaks");
  } else if (expression.find('\n') != std::string_view::npos && message.empty()) {
    rules.required(field + ".message",
                   "message must be specified if expression contains line "
                   "breaks");
  }
  static constexpr std::string_view kReasons[] = {"Forbidden", "Invalid", "RequestEntityTooLarge",
                                                  "Unauthorized"};
  const std::string_view reason = validation["reason"].text();
  if (!validation["reason"].is_null() &&
      std::ranges::find(kReasons, reason) == std::end(kReasons)) {
    rules.not_supported(field + ".reason", reason,
                        "\"Forbidden\", \"Invalid\", \"RequestEntityTooLarge\", \"Unauthorized\"");
  }
}

void check_annotations(const Value& list, const cel::Environment& environment, Rules& rules) {
  std::set<std::string> keys;
  if (list.size() > kAnnotationsMax) {
    rules.invalid("spec.auditAnnotations", std::to_string(list.size()),
                  fmt::format("must not have more than {} auditAnnotations", kAnnotationsMax));
  }
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string field = fmt::format("spec.auditAnnotations[{}]", i);
    const std::string key = list.at(i)["key"].string();
    const std::string_view value = list.at(i)["valueExpression"].text();
    if (key.empty()) {
      rules.required(field + ".key", "");
    } else if (!keys.insert(key).second) {
      rules.add({FieldError::Type::Duplicate, field + ".key", quoted(key), ""});
    }
    if (is_blank(value)) {
      rules.required(field + ".valueExpression", "valueExpression is not specified");
    } else {
      rules.compile(field + ".valueExpression", value, environment,
                    {TypeKind::String, TypeKind::Null});
    }
  }
}

void check_policy(const Value& spec, Rules& rules) {
  check_param_kind(spec["paramKind"], rules);
  check_constraints(spec["matchConstraints"], rules);
  admission::EnvironmentOptions options;
  options.has_params = !spec["paramKind"].is_null();
  cel::Environment environment = admission::make_environment(options);
  rules.conditions("spec.matchConditions", spec["matchConditions"], environment);
  check_variables(spec["variables"], environment, rules);
  if (spec["validations"].empty() && spec["auditAnnotations"].empty()) {
    for (const char* field : {"spec.validations", "spec.auditAnnotations"}) {
      rules.required(field, "validations or auditAnnotations must contain at least one item");
    }
  }
  for (std::size_t i = 0; i < spec["validations"].size(); ++i) {
    check_validation(fmt::format("spec.validations[{}]", i), spec["validations"].at(i), environment,
                     rules);
  }
  check_annotations(spec["auditAnnotations"], environment, rules);
}

void check_param_ref(const Value& ref, Rules& rules) {
  if (ref.is_null()) return;
  const bool has_name = !ref["name"].empty();
  const bool has_selector = !ref["selector"].is_null();
  if (has_name && has_selector) {
    for (const char* field : {"spec.paramRef.name", "spec.paramRef.selector"}) {
      rules.add(
          {FieldError::Type::Forbidden, field, "", "name and selector are mutually exclusive"});
    }
  } else if (!has_name && !has_selector) {
    rules.required("spec.paramRef", "one of name or selector must be specified");
  }
  if (ref["parameterNotFoundAction"].text().empty()) {
    rules.required("spec.paramRef.parameterNotFoundAction", "");
  }
}

void check_actions(const Value& actions, Rules& rules) {
  if (actions.empty()) {
    rules.required("spec.validationActions", "at least one validation action is required");
  }
  std::set<std::string> seen;
  for (std::size_t i = 0; i < actions.size(); ++i) {
    const std::string action = actions.at(i).string();
    const std::string field = fmt::format("spec.validationActions[{}]", i);
    if (action != "Deny" && action != "Warn" && action != "Audit") {
      rules.not_supported(field, action, "\"Audit\", \"Deny\", \"Warn\"");
    }
    if (!seen.insert(action).second) {
      rules.add({FieldError::Type::Duplicate, field, quoted(action), ""});
    }
  }
  if (seen.contains("Deny") && seen.contains("Warn")) {
    rules.add({FieldError::Type::Invalid, "spec.validationActions",
               to_json(actions, {.escape_html = false}),
               "must not contain both Deny and Warn (repeating the same validation failure "
               "information in the API response and headers serves no purpose)"});
  }
}

void check_binding(const Value& spec, Rules& rules) {
  if (spec["policyName"].empty()) rules.required("spec.policyName", "");
  check_param_ref(spec["paramRef"], rules);
  rules.resource_rules("spec.matchResources.resourceRules",
                       spec["matchResources"]["resourceRules"]);
  rules.resource_rules("spec.matchResources.excludeResourceRules",
                       spec["matchResources"]["excludeResourceRules"]);
  check_actions(spec["validationActions"], rules);
}

void check_webhooks(const Value& webhooks, Rules& rules) {
  const cel::Environment environment = admission::make_environment({});
  for (std::size_t i = 0; i < webhooks.size(); ++i) {
    const Value& hook = webhooks.at(i);
    const std::string field = fmt::format("webhooks[{}]", i);
    rules.resource_rules(field + ".rules", hook["rules"]);
    rules.conditions(field + ".matchConditions", hook["matchConditions"], environment);
  }
}

}  // namespace

void check_admission_object(const object::Kind& kind, const Value& object, const Value* old,
                            std::vector<FieldError>& errors) {
  if (kind.group != "admissionregistration.k8s.io") return;
  // What was accepted before stays writable: labels change, finalizers go.
  if (old != nullptr && (*old)["spec"] == object["spec"] &&
      (*old)["webhooks"] == object["webhooks"]) {
    return;
  }
  Rules rules(errors);
  if (kind.kind == "ValidatingAdmissionPolicy") check_policy(object["spec"], rules);
  if (kind.kind == "ValidatingAdmissionPolicyBinding") check_binding(object["spec"], rules);
  if (kind.plural.ends_with("webhookconfigurations")) check_webhooks(object["webhooks"], rules);
}

}  // namespace gp::api
