#pragma once
// What a CustomResourceDefinition adds to the API: one kind for each version that it serves.

#include <string>
#include <string_view>
#include <vector>

#include "base/value.hpp"
#include "platform/object/kind.hpp"

namespace gp::object {

inline constexpr std::string_view kDefinitionResource =
    "customresourcedefinitions.apiextensions.k8s.io";
// Holds a deleted definition until its objects are gone.
inline constexpr std::string_view kCleanupFinalizer = "customresourcecleanup.apiextensions.k8s.io";

// Of the kind of definitions themselves.
bool is_definition(const Kind& kind);

// From a definition that validate() found nothing wrong with, by the names that were accepted
// (all of spec.names, if none were yet).
std::vector<Kind> kinds_of_definition(const Value& definition);

// Of a kind that the platform brings along because others define it (Argo CD, Prometheus operator,
// External Secrets): their own definition may describe it anew.
bool may_be_redefined(const Kind& builtin);
// The definition's schema, columns and names; what the platform's controllers rely on (status,
// rules of its own) as it was. docs/decisions tells why.
Kind redefined(const Kind& builtin, Kind described);

// "k8s.io", "kubernetes.io" and below: the community's, which a definition needs leave for.
bool is_protected_group(std::string_view group);

inline constexpr std::string_view kApprovalAnnotation = "api-approved.kubernetes.io";

struct Approval {
  enum class State { Missing, Approved, Bypassed, Invalid };
  State state = State::Missing;
  std::string message;
};
Approval approval_of(const Value& definition);

}  // namespace gp::object
