#pragma once
// Glob patterns: `*` and `?` within a name, `[a-z]`, `**` across folders, `{a,b}` alternatives.
//
// Names that begin with a dot match only a pattern that does too. Symbolic links to folders are not
// followed by `**`, so there are no loops.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace gp::files {

bool is_glob(std::string_view pattern);  // has a special character

// The whole `path` against the whole `pattern`; "/" separates names in both.
bool matches_glob(std::string_view pattern, std::string_view path);

struct GlobLimits {
  std::size_t matches_max = 100'000;
  std::size_t entries_max = 1'000'000;  // looked at
};
// Paths of files (not folders) below `root` that match, relative to it, sorted.
Result<std::vector<std::string>> glob(const std::string& root, std::string_view pattern,
                                      const GlobLimits& limits = {});

}  // namespace gp::files
