#pragma once
// Values as JSON, as Go's encoding/json writes them.

#include <string>

#include "base/result.hpp"
#include "engine/template/value.hpp"

namespace gp::sprig {

struct JsonOptions {
  bool escapes_html = true;  // <, > and & as \u003c
  bool is_indented = false;  // by two blanks
};

// Keys in order, bytes as base64, nil lists and maps as null. Messages are Go's ("json: unsupported
// value: NaN").
Result<std::string> json_text(const tmpl::Val& value, const JsonOptions& options = {});

}  // namespace gp::sprig
