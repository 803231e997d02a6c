#pragma once
// A chart as one render sees it: dependencies switched on and off by conditions and tags, renamed
// by aliases, with values imported from them.

#include <memory>
#include <string>
#include <vector>

#include "engine/helm/chart.hpp"
#include "engine/helm/values.hpp"

namespace gp::helm {

struct ActiveChart {
  std::shared_ptr<const Chart> chart;
  Metadata metadata;  // its name is the alias, its dependencies those that are enabled
  Val values;         // defaults once imports are merged in; no value: those of the chart
  std::vector<ActiveChart> dependencies;

  const std::string& name() const { return metadata.name; }
  bool has_dependency(std::string_view name) const;
  Val values_copy() const;  // a map
};

// Follows Helm's ProcessDependenciesWithMerge.
Result<ActiveChart> activate(std::shared_ptr<const Chart> chart, const Val& user,
                             Warnings* warnings);

// Whether a version satisfies a constraint ("", ">=1.20-0 <2", "^1.2"); false if either is wrong.
bool satisfies(std::string_view constraint, std::string_view version);

}  // namespace gp::helm
