#pragma once
// Which requests a webhook or policy is about: rules, selectors, and equivalence of versions.
// Private to this folder.

#include <functional>
#include <optional>

#include "engine/selector/selector.hpp"
#include "platform/api/admission.hpp"

namespace gp::api::admission {

// What matching looks up outside of the request.
struct Surroundings {
  const object::KindRegistry* kinds = nullptr;
  store::Store* store = nullptr;

  // The namespace a request is about: for namespaces themselves, what they are or become. Null for
  // cluster scope, or if it is not there.
  Value namespace_of(const AdmissionRequest& request) const;
};

struct Rule {
  std::vector<std::string> operations, groups, versions, resources, names;
  std::string scope = "*";

  static Rule read(const Value& value);
  // Without a look at `names`.
  bool covers(Operation operation, const object::Kind& kind, std::string_view subresource) const;
};

class Match {
 public:
  // `value`: a webhook's {rules, namespaceSelector, objectSelector, matchPolicy} or a policy's
  // matchConstraints with resourceRules and excludeResourceRules.
  static Result<Match> read(const Value& value);
  // Of a binding's matchResources, which narrow what the policy matches: no rules, no limit.
  static Result<Match> read_narrowing(const Value& value);

  // The kind to show the request as: its own, or an equivalent one that the rules name; null when
  // they name neither.
  KindPtr kind_for(Operation operation, const Target& target,
                   const object::KindRegistry& kinds) const;
  // As kind_for(), and names and selectors match too.
  KindPtr matches(const AdmissionRequest& request, const Surroundings& around) const;

 private:
  bool selectors_match(const AdmissionRequest& request, const Surroundings& around) const;
  const Rule* rule_for(Operation operation, const Target& target, const object::Kind& kind) const;

  std::vector<Rule> rules_, excluded_;
  bool is_exact_ = false, is_narrowing_ = false;
  selector::LabelSelector namespaces_, objects_;
};

}  // namespace gp::api::admission
