#pragma once
// ValidatingAdmissionPolicy and its bindings, compiled once a revision, and what they say about a
// request. Private to this folder.

#include <memory>

#include "platform/api/admission_cel.hpp"
#include "platform/api/admission_match.hpp"

namespace gp::api::admission {

struct Validation {
  Expression expression;
  std::string message;
  Expression message_expression;  // may be unset
  std::string reason = "Invalid";
};

struct AuditAnnotation {
  std::string key;
  Expression value;
};

struct ParamKind {
  std::string api_version, kind;
};

struct Policy {
  std::string name;
  bool ignores_failures = false;
  Match match;
  std::optional<ParamKind> param_kind;
  std::vector<Condition> conditions;
  std::vector<std::pair<std::string, Expression>> variables;
  std::vector<Validation> validations;
  std::vector<AuditAnnotation> annotations;

  // Refuses what cannot compile: such a policy then denies as its failurePolicy says.
  static Result<Policy> compile(const Value& document);
};

struct ParamRef {
  std::string name, ns;
  std::optional<selector::LabelSelector> selector;
  bool denies_if_missing = true;
};

struct PolicyBinding {
  std::string name, policy;
  std::optional<Match> match;
  std::optional<ParamRef> params;
  bool denies = false, warns = false, audits = false;

  static Result<PolicyBinding> read(const Value& document);
};

struct CompiledPolicy {
  std::string name;
  Revision revision = 0;
  bool ignores_failures = false;
  Result<Policy> policy;
};
struct ReadBinding {
  std::string name, policy;
  Revision revision = 0;
  Result<PolicyBinding> binding;
};

struct PolicySet {
  std::vector<std::shared_ptr<const CompiledPolicy>> policies;  // by name
  std::vector<std::shared_ptr<const ReadBinding>> bindings;     // by name

  bool may_match(Operation operation, const Target& target,
                 const object::KindRegistry& kinds) const;
  // Asks every policy; the first refusal is the answer.
  Result<> validate(AdmissionRequest& request, const Surroundings& around,
                    Authorizer* authorizer) const;
};

// Policies and webhooks themselves are beyond the reach of policies and webhooks.
bool is_exempt(const object::Kind& kind);

}  // namespace gp::api::admission
