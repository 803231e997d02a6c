#pragma once
// What a YAML scalar means: go-yaml's resolution rules. Private to the YAML reader and writer.

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/value.hpp"

namespace gp::yaml {

struct Scalar {
  Value value;            // a number may be infinite or NaN, which the caller refuses
  bool is_merge = false;  // a plain "<<"
};

// A plain scalar without a tag.
Scalar resolve_plain(std::string_view text, bool go_yaml_v3);

// A scalar with a full tag ("tag:yaml.org,2002:int"). Tags of no known type mean a string.
Result<Scalar> resolve_tagged(std::string_view tag, std::string_view text, bool go_yaml_v3);

// A number as it survives YAML -> JSON -> Value: 1.0 and 1e3 become integers, as Go writes them so.
Value as_json_number(const Value& value);

// The text of a scalar key as sigs.k8s.io/yaml writes it into JSON: `1`, `true`, `1.5`; null has
// none.
Result<std::string> key_text(const Value& key);

// True when a plain scalar would not be read back as this string by any YAML 1.1 reader.
bool needs_quotes(std::string_view text);

}  // namespace gp::yaml
