#pragma once
// Semantic versions and constraints as Masterminds/semver 3.3 reads them: "v1.2" is a version, and
// ">=1.19-0, <2 || ^3.1" a constraint.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace gp::sprig {

struct Version {
  std::uint64_t major = 0, minor = 0, patch = 0;
  std::string prerelease;
  std::string metadata;
  std::string original;  // as it was written

  static Result<Version> parse(std::string_view text);
  std::string text() const;  // "1.2.0-rc.1+build"
};

// Below, equal, above: -1, 0, 1. Metadata does not count.
int compare(const Version& a, const Version& b);

class VersionConstraint {
 public:
  static Result<VersionConstraint> parse(std::string_view text);
  bool allows(const Version& version) const;

  // One comparison; `dirty` where the version has wildcards or lacks parts.
  struct Comparison {
    std::string operation;
    Version version;
    bool minor_dirty = false, patch_dirty = false, dirty = false;
  };

 private:
  std::vector<std::vector<Comparison>> alternatives_;  // all of one of them must hold
};

}  // namespace gp::sprig
