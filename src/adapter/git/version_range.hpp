#pragma once
// Ranges of versions (Semantic Versioning 2.0.0) over tags, as Argo CD reads a targetRevision:
// "1.2.*", "1.x", "^1.4", "~1.4.2", ">=1.2 <2", ">=1, <2 || 4.*", "*".

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gp::git {

struct Version {
  std::int64_t major = 0, minor = 0, patch = 0;
  std::string prerelease;

  // "v1.2.3-rc.1+build": a leading v, and missing parts as zero.
  static std::optional<Version> parse(std::string_view text);
  std::strong_ordering operator<=>(const Version& other) const;  // prereleases before releases
  bool operator==(const Version& other) const = default;
};

class VersionRange {
 public:
  // Nothing: the text is a name or one exact version, and no range.
  static std::optional<VersionRange> parse(std::string_view text);
  bool includes(const Version& version) const;
  // The tag with the highest version in the range; empty when there is none.
  std::string best_of(const std::vector<std::string>& tags) const;

 private:
  struct Bound {
    enum class Kind { Less, LessEqual, Greater, GreaterEqual, Equal, NotEqual } kind;
    Version version;
    bool fits(const Version& version) const;
  };
  using All = std::vector<Bound>;
  static bool add(std::string_view word, All& bounds);
  std::vector<All> alternatives_;
};

}  // namespace gp::git
