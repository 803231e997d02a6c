#pragma once
// Go's regexp over RE2, which Go's own is a port of: what is matched, split and put in its place.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace re2 {
class RE2;
}

namespace gp::sprig {

class RegularExpression {
 public:
  // The message is Go's: "error parsing regexp: missing closing ]: `[`".
  static Result<RegularExpression> compile(std::string_view pattern);

  bool matches(std::string_view text) const;
  std::string_view find(std::string_view text) const;  // the first match, or ""
  // At most `count` matches, all when it is negative. An empty match right after another is none.
  std::vector<std::string_view> find_all(std::string_view text, std::int64_t count) const;
  std::vector<std::string_view> split(std::string_view text, std::int64_t count) const;
  // `replacement` may name groups: $1, ${name}, $$.
  Result<std::string> replace_all(std::string_view text, std::string_view replacement) const;
  Result<std::string> replace_all_literal(std::string_view text,
                                          std::string_view replacement) const;

 private:
  explicit RegularExpression(std::shared_ptr<const re2::RE2> compiled);
  template <typename Expand>
  Result<std::string> replace(std::string_view text, int groups, const Expand& expand) const;

  std::shared_ptr<const re2::RE2> compiled_;
};

}  // namespace gp::sprig
