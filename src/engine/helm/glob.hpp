#pragma once
// The two kinds of file patterns that charts use.

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace re2 {
class RE2;
}

namespace gp::helm {

// Go's filepath.Match, for .helmignore and --show-only: `*` and `?` stop at '/'. Nothing when the
// pattern is malformed.
std::optional<bool> path_match(std::string_view pattern, std::string_view name);

// gobwas/glob with '/' as separator, for .Files.Glob: `**`, `{a,b}` and `[!a-z]` as well. A
// malformed pattern matches everything, as in Helm.
class Glob {
 public:
  explicit Glob(std::string_view pattern);
  ~Glob();
  bool matches(std::string_view name) const;

 private:
  std::unique_ptr<re2::RE2> expression_;
};

}  // namespace gp::helm
