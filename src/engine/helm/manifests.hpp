#pragma once
// Rendered texts as manifests: split into documents, hooks apart, in the order of installation.

#include <string>
#include <string_view>
#include <vector>

#include "engine/helm/render.hpp"

namespace gp::helm {

struct Manifest {
  std::string path;  // of the template
  std::string text;
  std::string kind, name;
  std::vector<std::string> events;  // of a hook: "pre-install", "test"
  int weight = 0;                   // of a hook

  bool is_test() const;
};

struct Manifests {
  std::vector<Manifest> resources, hooks;
  std::vector<std::string> warnings;
};

// "YAML parse error on web/templates/cm.yaml: …" when a document is none.
Result<Manifests> sort_manifests(const Rendered& rendered);

// Documents of a text, trimmed, at lines that begin with "---".
std::vector<std::string_view> split_documents(std::string_view text);

}  // namespace gp::helm
