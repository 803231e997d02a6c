#pragma once
// The text of a catalog file to its entity documents, and places in it back to line numbers.
//
// Any number of YAML documents (JSON is YAML); empty ones are skipped. Each must be an object with
// apiVersion, kind and metadata.name: anything else fails the whole file, as its siblings may
// depend on it. Of two documents that define one entity the last is in force.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/yaml.hpp"

namespace gp::catalog {

constexpr std::size_t kFileBytesMax = 8U << 20U;
constexpr std::size_t kFileEntitiesMax = 20'000;

struct SourceDocument {
  Value value;      // with the location annotations and a namespace
  int line = 1;     // of its first key
  std::string ref;  // "component:default/web"
};

// `location` ("file:/a.yaml") is where the text stands, `origin` the source that led to it.
// Errors carry file and line (with_place).
Result<std::vector<SourceDocument>> read_documents(std::string_view text, std::string_view location,
                                                   std::string_view origin);

// Lines of dotted paths ("spec.owner") in the documents of one text.
class LineFinder {
 public:
  explicit LineFinder(std::string_view text);
  // In the document that begins at `document_line`; the nearest known ancestor's when the path is
  // missing, and `document_line` itself when the text no longer fits.
  int line(int document_line, std::string_view path) const;

 private:
  std::vector<std::pair<YamlDocument, YamlLines>> documents_;
};

}  // namespace gp::catalog
