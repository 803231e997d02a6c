#pragma once
// Expressions of policies and match conditions: what they may name, and the values behind the
// names. Private to this folder.
//
// Compiled without the types of objects, as the real server does; type_check() of a policy is
// another matter (admission_types.hpp).

#include <optional>

#include "engine/cel/authorizer.hpp"
#include "engine/cel/cel.hpp"
#include "platform/api/admission.hpp"
#include "platform/api/authorizer.hpp"

namespace gp::api::admission {

// What the real server lets expressions cost (k8s.io/apiserver/pkg/apis/cel).
constexpr std::uint64_t kCallCostMax = 1'000'000;        // one expression
constexpr std::uint64_t kPolicyCostMax = 10'000'000;     // a policy for one request and parameter
constexpr std::uint64_t kConditionsCostMax = 2'500'000;  // all match conditions of one hook

struct EnvironmentOptions {
  bool has_params = false;
  bool has_authorizer = true;
  cel::TypePtr object_type;  // null: dynamic
  cel::TypePtr params_type;
};
// object, oldObject, request, namespaceObject, authorizer …; variables are added one by one.
cel::Environment make_environment(const EnvironmentOptions& options);
// Declares `variables.NAME`, for the expressions behind it.
void add_variable(cel::Environment& environment, const std::string& name, cel::TypePtr type);

struct Expression {
  std::string text;
  std::optional<cel::Program> program;
  std::vector<std::string> needs;  // names of the environment

  bool is_set() const { return program.has_value(); }
};

// `wanted`: types that the result may have. The error's message is what the real server says behind
// `Invalid value: "…": `: "compilation failed: …", "must evaluate to bool but got int".
Result<Expression> compile(std::string_view text, const cel::Environment& environment,
                           std::initializer_list<cel::Type::Kind> wanted);

// The values of one request, made when an expression needs them and kept for the next one.
class Inputs {
 public:
  // `kind`: what the policy sees the request as. All of these must outlive the inputs.
  Inputs(const AdmissionRequest& request, KindPtr kind, Authorizer* authorizer, Value ns);

  void set_params(Value params);
  struct Variable {
    std::string name;  // without "variables."
    const Expression* expression;
  };
  void set_variables(std::vector<Variable> variables);

  // Evaluates within what is left of `budget`; an error reads "expression '…' resulted in error:
  // …".
  Result<cel::Val> evaluate(const Expression& expression, cel::Budget& budget);

  const Value& object() const { return object_; }
  const Value& old_object() const { return old_object_; }
  const Value& review_request();  // as AdmissionReview.request, without uid and objects

 private:
  cel::Val value_of(std::string_view name, cel::Budget& budget);
  cel::Val variable(std::string_view name, cel::Budget& budget);
  cel::Val run(const Expression& expression, cel::Budget& budget);

  const AdmissionRequest& request_;
  KindPtr kind_;
  Authorizer* authorizer_;
  Value ns_, object_, old_object_, params_, review_;
  std::map<std::string, const Expression*, std::less<>> variables_;
  std::map<std::string, cel::Val, std::less<>> known_;
};

// AdmissionRequest of admission.k8s.io without uid, object and oldObject, for a request shown as
// `kind`.
Value review_request(const AdmissionRequest& request, const object::Kind& kind);

// `matchConditions`: true when all hold. An error where one fails and none is false.
struct Condition {
  std::string name;
  Expression expression;
};
Result<bool> conditions_hold(const std::vector<Condition>& conditions, Inputs& inputs);

}  // namespace gp::api::admission
