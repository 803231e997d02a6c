#pragma once
// .helmignore: which files of a folder are not part of the chart.
//
// Helm's rules, which are not Git's: a pattern without '/' looks at the last name only, "**" is
// refused, and a negated pattern ignores everything that it does not match.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace gp::helm {

class IgnoreRules {
 public:
  IgnoreRules();  // what is always ignored: hidden files in templates/
  static Result<IgnoreRules> parse(std::string_view text);

  bool ignores(std::string_view path, bool is_folder) const;

 private:
  struct Rule {
    std::string pattern;
    bool negated = false;
    bool folders_only = false;
    bool whole_path = false;
  };
  Result<void> add(std::string_view line);

  std::vector<Rule> rules_;
};

}  // namespace gp::helm
