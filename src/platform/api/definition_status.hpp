#pragma once
// What the server makes of a CustomResourceDefinition: which of its names it may have, and the
// conditions that say so, in the words of Kubernetes' own controllers.

#include <set>
#include <string>

#include "base/clock.hpp"
#include "base/value.hpp"

namespace gp::api {

// Names of one API group that are taken.
struct NamesInUse {
  std::set<std::string, std::less<>> resources;  // plural, singular and short names
  std::set<std::string, std::less<>> kinds;      // kinds and list kinds

  // status.acceptedNames of a definition, or names in the same form.
  void add(const Value& names);
};

// Sets status.acceptedNames and the conditions NamesAccepted, Established and, in the community's
// groups, KubernetesAPIApprovalPolicyConformant. Of names that are taken the old ones stay. Doing
// it again changes nothing.
void settle_definition(Value& definition, const NamesInUse& used, TimePoint now);

// lastTransitionTime moves only when `status` does.
void set_definition_condition(Value& definition, std::string_view type, std::string_view status,
                              std::string_view reason, std::string_view message, TimePoint now);

// Whether the condition is there and "True".
bool has_condition(const Value& definition, std::string_view type);

}  // namespace gp::api
