#pragma once
// The template of an ApplicationSet with parameters put in: {{name}}, or Go templates with sprig.

#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/value.hpp"

namespace gp::gitops {

struct TemplateMode {
  bool go_template = false;
  bool fails_on_missing = false;  // goTemplateOptions: [missingkey=error]
};

Result<std::string> fill_text(std::string_view text, const Value& parameters, TemplateMode mode);
// Every text of it, keys too.
Result<Value> fill(const Value& document, const Value& parameters, TemplateMode mode);

// "Ünïcode name_1" as a name that objects may have.
std::string normalized_name(std::string_view text);

}  // namespace gp::gitops
