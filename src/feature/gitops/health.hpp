#pragma once
// Whether an object works, as Argo CD judges it (gitops-engine's health checks, and its scripts for
// the custom kinds that platforms use).

#include <optional>
#include <string>

#include "base/value.hpp"

namespace gp::gitops {

// From best to worst; an application is as well as its worst object.
enum class HealthCode { Healthy, Suspended, Progressing, Missing, Degraded, Unknown };
std::string_view health_name(HealthCode code);

struct Health {
  HealthCode code = HealthCode::Healthy;
  std::string message;
};

// Nothing: a kind that is neither well nor unwell (a ConfigMap).
std::optional<Health> health_of(const Value& object);

}  // namespace gp::gitops
