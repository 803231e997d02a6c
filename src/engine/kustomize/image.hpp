#pragma once
// A reference to an image in its parts: "registry:5000/team/app:v1@sha256:…".

#include <string>
#include <string_view>

namespace gp::kustomize {

struct Image {
  std::string name, tag, digest;

  static Image parse(std::string_view text);
  std::string to_string() const;
};

}  // namespace gp::kustomize
