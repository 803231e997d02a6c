#pragma once
// values.schema.json: the values of a chart and of its dependencies, each against its own schema.

#include "engine/helm/active_chart.hpp"

namespace gp::helm {

// "values don't meet the specifications of the schema(s) in the following chart(s): …", worded as
// gojsonschema words it.
Result<void> check_schemas(const ActiveChart& chart, const Val& values);

}  // namespace gp::helm
