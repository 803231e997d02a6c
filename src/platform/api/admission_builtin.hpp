#pragma once
// The rules that every cluster has without saying so: what pods get, and what namespaces ask of
// them. Private to this folder.

#include "platform/api/admission_match.hpp"

namespace gp::api::admission {

bool has_builtin_changes(Operation operation, const Target& target);
bool has_builtin_rules(Operation operation, const Target& target);

// Pods: a service account, a priority, tolerations of nodes that have gone. Claims: the default
// storage class.
Result<> apply_builtin_changes(AdmissionRequest& request, const Surroundings& around);

// Pods and what makes pods: the namespace's pod-security.kubernetes.io labels.
Result<> check_builtin_rules(AdmissionRequest& request, const Surroundings& around);

}  // namespace gp::api::admission
