#pragma once
// GET /api/gitops/applications/{namespace}/{name}: every object of an application with its state
// and, where it differs, what is there and what a sync would make of it. For `goldenpath diff` and
// the portal. Values of Secrets are not told, only whether they differ.

#include "feature/gitops/comparison.hpp"

namespace gp::gitops {

// {"resources": [{group, version, kind, namespace, name, status, health, live, expected, …}]}
Value comparison_document(const Comparison& comparison, const Value& ignore_differences);

}  // namespace gp::gitops
