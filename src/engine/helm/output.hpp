#pragma once
// Template values as text: JSON, YAML and TOML, laid out as Go's libraries do.

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/value.hpp"
#include "engine/template/value.hpp"

namespace gp::helm {

// As encoding/json would marshal and decode it: hosts as their fields, bytes as base64.
Value to_document(const tmpl::Val& value);

// sigs.k8s.io/yaml: sorted keys, folding near 80 columns, a newline at the end. `indent_lists` is
// go-yaml v3's layout (toYamlPretty).
std::string yaml_text(const tmpl::Val& value, bool indent_lists = false);
std::string yaml_text(const Value& document, bool indent_lists = false);

// BurntSushi's encoder; an error for what TOML cannot say.
Result<std::string> toml_text(const tmpl::Val& value);

// A map of a TOML text, as BurntSushi's decoder makes it.
Result<tmpl::Val> parse_toml(std::string_view text);

}  // namespace gp::helm
