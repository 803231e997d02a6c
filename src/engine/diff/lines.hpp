#pragma once
// The difference of two texts, line by line, as `diff -u` writes it.
//
// E. W. Myers, "An O(ND) Difference Algorithm and Its Variations" (1986), the linear-space-free
// greedy form. Texts that differ in very much are not worth a search: beyond the limit everything
// between the common beginning and end counts as replaced.

#include <string>
#include <string_view>
#include <vector>

namespace gp::diff {

struct Line {
  enum class Kind { Same, Removed, Added } kind = Kind::Same;
  std::string_view text;  // without the line's end; a view into the texts
};

std::vector<Line> lines(std::string_view before, std::string_view after,
                        std::size_t differences_max = 2000);

// "--- a", "+++ b" and hunks with `context` lines around each; empty when the texts are equal.
std::string unified(std::string_view before, std::string_view after, std::string_view before_name,
                    std::string_view after_name, std::size_t context = 3);

}  // namespace gp::diff
