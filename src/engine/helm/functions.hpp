#pragma once
// The functions that Helm adds to those of sprig: include, tpl, required, toYaml and their kin.

#include <memory>
#include <string>
#include <unordered_map>

#include "engine/template/template.hpp"

namespace gp::helm {

// What one render knows while its templates run; the executor hands it to the functions.
class RenderState {
 public:
  // Names of templates that `include` is inside of, and how often.
  std::unordered_map<std::string, int> included;

  // The text as a template on top of `set`, parsed once for all who render it.
  Result<const tmpl::TemplateSet*> parsed(const tmpl::TemplateSet& set, std::string_view text);

 private:
  std::unordered_map<std::string, std::unique_ptr<tmpl::TemplateSet>> texts_;
  std::size_t text_bytes_ = 0;
};

// Helm wraps messages of `required` and `fail` so as to find them again in the error.
inline constexpr std::string_view kWarnStart = "HELM_ERR_START";
inline constexpr std::string_view kWarnEnd = "HELM_ERR_END";

// The name of templates that `tpl` makes of texts, and what "no such template" names.
inline constexpr std::string_view kTextTemplate = "gotpl";

// Adds the functions, over those that are there. `host` of each execution is a RenderState.
void add_functions(tmpl::FunctionTable& table);

// Without "<no value>", wherever it comes from.
std::string without_no_value(std::string text);

}  // namespace gp::helm
