#pragma once
// What the steps of a build share: the folder they are in, the environment, and what is to be told.
// Private to this folder.

#include "base/yaml.hpp"
#include "engine/kustomize/field_spec.hpp"
#include "engine/kustomize/kustomize.hpp"

namespace gp::kustomize {

struct Context {
  Environment& environment;
  Folder folder;
  std::string file;  // the kustomization's path, for errors

  // An absolute path without "." and "..".
  std::string resolve(std::string_view relative) const;
  // A file that a kustomization names: in or below its folder.
  Result<std::string> read(std::string_view relative) const;
  Result<std::vector<Value>> read_yaml(std::string_view relative) const;
};

std::string clean_path(std::string_view path);
bool is_within(std::string_view path, std::string_view folder);
bool is_url(std::string_view text);
// The objects of a text; lists are opened. `where` is for errors.
Result<std::vector<Value>> parse_objects(std::string_view text, std::string_view where);

}  // namespace gp::kustomize
