#pragma once
// Which objects a patch or a replacement is for: anchored regular expressions over group, version,
// kind, and over every name and namespace an object has had; selectors of labels and annotations.

#include <memory>

#include "engine/kustomize/resource.hpp"

namespace gp::kustomize {

class Selector {
 public:
  // A `target:` of patches. Errors name the field and the expression.
  static Result<Selector> parse(const Value& target);
  ~Selector();
  Selector(Selector&&) noexcept;
  Selector& operator=(Selector&&) noexcept;

  bool matches(const Resource& resource) const;

 private:
  struct Parts;
  explicit Selector(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace gp::kustomize
