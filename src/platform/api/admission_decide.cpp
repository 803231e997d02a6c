// What policies say about one request: bindings, parameters, expressions, and the first refusal.

#include <algorithm>

#include "base/json.hpp"
#include "platform/api/admission_policy.hpp"
#include "platform/api/status.hpp"
#include "platform/object/convert.hpp"

namespace gp::api::admission {
namespace {

constexpr std::size_t kMessageBytesMax = 5U << 10U;  // of messageExpression's result
constexpr std::size_t kParamsMax = 1000;             // objects that one paramRef may select

struct Decision {
  std::string message, reason;
};

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

int code_of(std::string_view reason) {
  if (reason == "Forbidden") return 403;
  if (reason == "Unauthorized") return 401;
  if (reason == "RequestEntityTooLarge") return 413;
  return 422;
}

Code error_code_of(int http) {
  switch (http) {
    case 401: return Code::Unauthenticated;
    case 403: return Code::Forbidden;
    case 413: return Code::TooLarge;
    default: return Code::InvalidArgument;
  }
}

// The name for messages: of the request, of the object, or what it is to be made from.
std::string name_of(const AdmissionRequest& request) {
  if (!request.target.name.empty()) return request.target.name;
  const Value& metadata = request.object["metadata"];
  if (!metadata["name"].empty()) return metadata["name"].string();
  if (!metadata["generateName"].empty()) return metadata["generateName"].string();
  return "Unknown";
}

Error denial(const AdmissionRequest& request, const std::string& message, std::string_view reason) {
  const object::Kind& kind = *request.target.kind;
  const std::string name = name_of(request);
  const int http = code_of(reason);
  Value details = status::details_of(kind.group, kind.plural, name);
  details.set("causes", Value::array({Value::object({{"message", message}})}));
  return status::make(error_code_of(http), http, reason,
                      fmt::format("{}{}{} \"{}\" is forbidden: {}", kind.plural,
                                  kind.group.empty() ? "" : ".", kind.group, name, message),
                      std::move(details));
}

// messageExpression, then message, then the expression itself.
std::string message_of(const Validation& validation, Inputs& inputs, cel::Budget& budget) {
  if (validation.message_expression.is_set()) {
    const auto made = inputs.evaluate(validation.message_expression, budget);
    if (made && made->is(cel::Val::Kind::String)) {
      const std::string_view text = trimmed(made->text());
      const bool is_good = !text.empty() && text.size() <= kMessageBytesMax &&
                           text.find('\n') == std::string_view::npos;
      if (is_good) return std::string(text);
    }
  }
  if (const std::string_view text = trimmed(validation.message); !text.empty()) {
    return std::string(text);
  }
  return fmt::format("failed expression: {}", trimmed(validation.expression.text));
}

std::vector<Decision> judge(const Policy& policy, Inputs& inputs, AdmissionRequest& request) {
  std::vector<Decision> refusals;
  const auto on_error = [&](std::string message) {
    if (!policy.ignores_failures) refusals.push_back({std::move(message), "Invalid"});
  };
  auto applies = conditions_hold(policy.conditions, inputs);
  if (!applies) {
    on_error(std::move(applies.error().message));
    return refusals;
  }
  if (!*applies) return refusals;

  cel::Budget budget{kPolicyCostMax};
  for (const Validation& validation : policy.validations) {
    if (budget.remaining == 0) {
      on_error(
          "validation failed due to running out of cost budget, no further validation rules will "
          "be run");
      break;
    }
    auto result = inputs.evaluate(validation.expression, budget);
    if (!result) {
      on_error(std::move(result.error().message));
    } else if (!result->is(cel::Val::Kind::Bool) || !result->as_bool()) {
      refusals.push_back({message_of(validation, inputs, budget), validation.reason});
    }
  }
  for (const AuditAnnotation& annotation : policy.annotations) {
    auto value = inputs.evaluate(annotation.value, budget);
    if (!value) {
      on_error(std::move(value.error().message));
    } else if (value->is(cel::Val::Kind::String) && request.audit_annotations != nullptr) {
      (*request.audit_annotations)[fmt::format("{}/{}", policy.name, annotation.key)] =
          std::string(value->text());
    }
  }
  return refusals;
}

// The objects that a binding's paramRef names, in the words of the policy's paramKind. A null
// stands for "without".
class Params {
 public:
  Params(const Surroundings& around, const AdmissionRequest& request)
      : around_(around), request_(request) {}

  Result<std::vector<Value>> collect(const Policy& policy, const PolicyBinding& binding) const {
    if (!policy.param_kind || !binding.params) return std::vector<Value>{Value()};
    const ParamRef& ref = *binding.params;
    const KindPtr kind = TRY(find_kind(*policy.param_kind));
    const std::string ns = TRY(namespace_for(*kind, ref));
    if (!ref.name.empty() && ref.selector) {
      return fail(invalid_argument("paramRef.name and paramRef.selector are mutually exclusive"));
    }
    std::vector<Value> found;
    if (ref.name.empty()) {
      found = TRY(select(*kind, ns, ref));
    } else {
      found = one(*kind, ns, ref.name);
    }
    if (found.empty() && ref.denies_if_missing) {
      return fail(
          not_found("no params found for policy binding with `Deny` parameterNotFoundAction"));
    }
    return found;
  }

 private:
  Result<KindPtr> find_kind(const ParamKind& wanted) const {
    const std::size_t slash = wanted.api_version.find('/');
    const bool has_group = slash != std::string::npos;
    const std::string group = has_group ? wanted.api_version.substr(0, slash) : std::string();
    const std::string version = wanted.api_version.substr(has_group ? slash + 1 : 0);
    KindPtr kind = around_.kinds->find_kind(group, version, wanted.kind);
    if (kind) return kind;
    return fail(not_found("failed to find resource referenced by paramKind: '{}, Kind={}'",
                          wanted.api_version, wanted.kind));
  }

  Result<std::string> namespace_for(const object::Kind& kind, const ParamRef& ref) const {
    if (!kind.is_namespaced) {
      if (ref.ns.empty()) return std::string();
      return fail(invalid_argument(
          "paramRef.namespace must not be provided for a cluster-scoped `paramKind`"));
    }
    if (!ref.ns.empty()) return ref.ns;
    if (!request_.target.ns.empty()) return request_.target.ns;
    return fail(
        invalid_argument("cannot use namespaced paramRef in policy binding that matches "
                         "cluster-scoped resources"));
  }

  std::vector<Value> one(const object::Kind& kind, const std::string& ns,
                         const std::string& name) const {
    const ObjectRef found = around_.store->get(kind.store_resource(), ns, name);
    if (!found) return {};
    return {object::convert(found->parse(), kind)};
  }

  Result<std::vector<Value>> select(const object::Kind& kind, const std::string& ns,
                                    const ParamRef& ref) const {
    store::ListOptions options;
    options.resource = kind.store_resource();
    options.ns = ns;
    if (ref.selector) options.labels = *ref.selector;
    options.limit = kParamsMax;
    const store::Listed listed = TRY(around_.store->list(options));
    std::vector<Value> found;
    for (const ObjectRef& object : listed.objects) {
      found.push_back(object::convert(object->parse(), kind));
    }
    return found;
  }

  const Surroundings& around_;
  const AdmissionRequest& request_;
};

// Collects what all policies say; the first refusal wins.
class Hearing {
 public:
  Hearing(AdmissionRequest& request, const Surroundings& around, Authorizer* authorizer)
      : request_(request), around_(around), authorizer_(authorizer) {}

  void hear(const CompiledPolicy& compiled, const PolicySet& set) {
    if (!compiled.policy) {
      on_config_error(compiled, "policy", compiled.policy.error(), nullptr);
      return;
    }
    const Policy& policy = *compiled.policy;
    const KindPtr kind = policy.match.matches(request_, around_);
    if (!kind) return;
    for (const auto& read : set.bindings) {
      if (read->policy != policy.name) continue;
      if (!read->binding) {
        on_config_error(compiled, "binding", read->binding.error(), read.get());
        continue;
      }
      hear(compiled, policy, *read, kind);
    }
  }

  Result<> verdict() {
    note_failures();
    if (!refusal_) return {};
    return fail(std::move(*refusal_));
  }

 private:
  void hear(const CompiledPolicy& compiled, const Policy& policy, const ReadBinding& read,
            const KindPtr& kind) {
    const PolicyBinding& binding = *read.binding;
    if (binding.match && !binding.match->matches(request_, around_)) return;
    auto params = Params(around_, request_).collect(policy, binding);
    if (!params) {
      on_config_error(compiled, "binding", params.error(), &read);
      return;
    }
    Inputs inputs(request_, kind, authorizer_, around_.namespace_of(request_));
    std::vector<Inputs::Variable> variables;
    for (const auto& [name, expression] : policy.variables)
      variables.push_back({name, &expression});
    inputs.set_variables(std::move(variables));
    for (Value& param : *params) {
      inputs.set_params(std::move(param));
      for (const Decision& decision : judge(policy, inputs, request_))
        act(policy, binding, decision);
    }
  }

  void act(const Policy& policy, const PolicyBinding& binding, const Decision& decision) {
    if (binding.denies) {
      refuse(fmt::format("ValidatingAdmissionPolicy '{}' with binding '{}' denied request: {}",
                         policy.name, binding.name, decision.message),
             decision.reason);
    }
    if (binding.audits) {
      failures_.push_back(Value::object({{"message", decision.message},
                                         {"policy", policy.name},
                                         {"binding", binding.name},
                                         {"expressionIndex", 0},
                                         {"validationActions", Value::array({Value("Audit")})}}));
    }
    if (binding.warns && request_.warnings != nullptr) {
      request_.warnings->push_back(
          fmt::format("Validation failed for ValidatingAdmissionPolicy '{}' with binding '{}': {}",
                      policy.name, binding.name, decision.message));
    }
  }

  void on_config_error(const CompiledPolicy& compiled, std::string_view what, const Error& error,
                       const ReadBinding* binding) {
    if (compiled.ignores_failures) return;
    const std::string with =
        binding == nullptr ? std::string() : fmt::format(" with binding '{}'", binding->name);
    refuse(
        fmt::format("ValidatingAdmissionPolicy '{}'{} denied request: failed to configure {}: {}",
                    compiled.name, with, what, error.message),
        "Invalid");
  }

  void refuse(const std::string& message, std::string_view reason) {
    if (!refusal_) refusal_ = denial(request_, message, reason);
  }

  void note_failures() {
    if (failures_.empty() || request_.audit_annotations == nullptr) return;
    (*request_.audit_annotations)["validation.policy.admission.k8s.io/validation_failure"] =
        to_json(failures_);
  }

  AdmissionRequest& request_;
  const Surroundings& around_;
  Authorizer* authorizer_;
  std::optional<Error> refusal_;
  Value failures_ = Value::array();
};

}  // namespace

Result<> PolicySet::validate(AdmissionRequest& request, const Surroundings& around,
                             Authorizer* authorizer) const {
  if (is_exempt(*request.target.kind)) return {};
  Hearing hearing(request, around, authorizer);
  for (const auto& compiled : policies) {
    const bool is_bound = std::ranges::any_of(
        bindings, [&](const auto& binding) { return binding->policy == compiled->name; });
    if (is_bound) hearing.hear(*compiled, *this);
  }
  return hearing.verdict();
}

}  // namespace gp::api::admission
