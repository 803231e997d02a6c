#pragma once
// YAML 1.1 as Kubernetes reads it (libyaml events, sigs.k8s.io/yaml's resolution rules), to Value
// and back.
//
// `yes on y TRUE` are booleans (as keys too: "true"); 017 and 0o17 are octal; 1_000 is 1000; 1:30
// and timestamps are strings; non-string keys become strings; `.inf`, `.nan` and null keys fail as
// they have no JSON form. `"\/"` and %YAML 1.2 are refused as go-yaml does. Duplicate keys: last
// wins, unless strict. Anchors, aliases and merge keys are expanded under a limit on the number of
// nodes (alias bombs).

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/value.hpp"

namespace gp {

struct YamlLimits {
  std::size_t bytes_max = 16U << 20U;
  std::size_t depth_max = 256;
  std::size_t nodes_max = 4'000'000;  // after alias expansion
  std::size_t documents_max = 10'000;
};

struct YamlOptions {
  YamlLimits limits;
  bool refuse_duplicate_keys = false;
  bool go_yaml_v3 = false;  // true: yes/on/y/… are strings, only true and false are booleans
};

struct YamlDocument {
  Value value;
  int line = 1;  // of the document's first node, 1-based
};

// Every document of a stream; empty documents (only comments) are left out. Errors carry "line N:
// …".
Result<std::vector<YamlDocument>> parse_yaml_stream(std::string_view text,
                                                    const YamlOptions& options = {});

// Exactly one document; an empty text is null.
Result<Value> parse_yaml(std::string_view text, const YamlOptions& options = {});

// As parse_yaml_stream, but each document's line table is kept: `line_of(path)` for error messages.
struct YamlLines {
  // Dotted path ("spec.owner", "metadata.tags.0") to 1-based line of its key or item.
  std::vector<std::pair<std::string, int>> lines;
  int line_of(
      std::string_view path) const;  // nearest known ancestor's line when the path is missing
};
Result<std::vector<std::pair<YamlDocument, YamlLines>>> parse_yaml_with_lines(
    std::string_view text, const YamlOptions& options = {});

// Block style, two spaces, keys sorted, strings quoted exactly when they would read as something
// else.
std::string to_yaml(const Value& value);

}  // namespace gp
