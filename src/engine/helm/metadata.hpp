#pragma once
// Reads Chart.yaml and says what is wrong with it, in Helm's words.

#include <string_view>

#include "engine/helm/chart.hpp"

namespace gp::helm {

// Lays the members of a Chart.yaml or requirements.yaml over what is known already.
Result<void> read_metadata(Metadata& metadata, std::string_view text);

Result<void> validate(const Metadata& metadata);

}  // namespace gp::helm
