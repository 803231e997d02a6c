#pragma once
// One case of a suite: a small chart and values as JSON, and what came of it as JSON.

#include "base/value.hpp"
#include "engine/template/template.hpp"

namespace gp::helm {

// `spec` has a template, values and perhaps more of a chart (docs/helm.md lists the fields). The
// answer has its id and `output`, or `output_b64` where that is no UTF-8, or `stage` and `error`.
Value evaluate_case(const Value& spec, const tmpl::Limits& limits = {});

}  // namespace gp::helm
