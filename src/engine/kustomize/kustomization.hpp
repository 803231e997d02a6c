#pragma once
// The kustomization file: found, read, checked, and brought from older spellings to today's.

#include "engine/kustomize/context.hpp"

namespace gp::kustomize {

struct Kustomization {
  std::string path;
  Value fields;  // imageTags, bases, commonLabels, … as today's members
  bool is_component = false;
};

Result<Kustomization> load_kustomization(Environment& environment, const Folder& folder,
                                         const std::function<void(Value&)>& edit,
                                         std::vector<std::string>& warnings);

}  // namespace gp::kustomize
