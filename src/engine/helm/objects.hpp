#pragma once
// What templates see beside values: .Chart, .Files, .Capabilities, with Go's fields and methods.

#include "engine/helm/active_chart.hpp"
#include "engine/helm/capabilities.hpp"

namespace gp::helm {

Val chart_object(const Metadata& metadata, bool is_root);
Val capabilities_object(const Capabilities& capabilities);
Val files_object(const std::vector<File>& files);

// A map as .Values is one: chartutil.Values, which has methods (AsMap, Table, YAML).
Val as_values(Val map);

}  // namespace gp::helm
