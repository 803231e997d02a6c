#include "engine/diff/lines.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <span>

#include "base/text.hpp"

namespace gp::diff {
namespace {

using Texts = std::vector<std::string_view>;

Texts split_lines(std::string_view text) {
  if (text.empty()) return {};
  if (text.ends_with('\n')) text.remove_suffix(1);
  return split(text, '\n');
}

// The furthest place on each diagonal after d steps, for every d: enough to walk the way back.
class Search {
 public:
  Search(std::span<const std::string_view> a, std::span<const std::string_view> b,
         std::size_t differences_max)
      : a_(a), b_(b), d_max_(std::min(a.size() + b.size(), differences_max)) {}

  // The lines of the shortest script; nothing when it is longer than the limit.
  bool run(std::vector<Line>& out) {
    const auto n = static_cast<std::ptrdiff_t>(a_.size());
    const auto m = static_cast<std::ptrdiff_t>(b_.size());
    const auto limit = static_cast<std::ptrdiff_t>(d_max_);
    std::vector<std::ptrdiff_t> ends(static_cast<std::size_t>(2 * limit + 3), 0);
    const auto at = [&](std::ptrdiff_t k) -> std::ptrdiff_t& {
      return ends[static_cast<std::size_t>(k + limit + 1)];
    };
    for (std::ptrdiff_t d = 0; d <= limit; ++d) {
      history_.emplace_back(ends.begin() + (limit + 1 - d - 1), ends.begin() + (limit + 1 + d + 2));
      for (std::ptrdiff_t k = -d; k <= d; k += 2) {
        const bool goes_down = k == -d || (k != d && at(k - 1) < at(k + 1));
        std::ptrdiff_t x = goes_down ? at(k + 1) : at(k - 1) + 1;
        std::ptrdiff_t y = x - k;
        while (x < n && y < m && a(x) == b(y)) ++x, ++y;
        at(k) = x;
        if (x >= n && y >= m) {
          walk_back(d, out);
          return true;
        }
      }
    }
    return false;
  }

 private:
  std::string_view a(std::ptrdiff_t i) const { return a_[static_cast<std::size_t>(i)]; }
  std::string_view b(std::ptrdiff_t i) const { return b_[static_cast<std::size_t>(i)]; }

  void walk_back(std::ptrdiff_t d_end, std::vector<Line>& out) {
    std::vector<Line> reversed;
    auto x = static_cast<std::ptrdiff_t>(a_.size());
    auto y = static_cast<std::ptrdiff_t>(b_.size());
    for (std::ptrdiff_t d = d_end; d >= 0; --d) {
      const auto& ends = history_[static_cast<std::size_t>(d)];  // as before step d
      const auto at = [&](std::ptrdiff_t k) { return ends[static_cast<std::size_t>(k + d + 1)]; };
      const std::ptrdiff_t k = x - y;
      const bool went_down = k == -d || (k != d && at(k - 1) < at(k + 1));
      const std::ptrdiff_t before_k = went_down ? k + 1 : k - 1;
      const std::ptrdiff_t before_x = d == 0 ? 0 : at(before_k);
      const std::ptrdiff_t before_y = d == 0 ? 0 : before_x - before_k;
      while (x > before_x && y > before_y) {
        reversed.push_back({Line::Kind::Same, a(x - 1)});
        --x, --y;
      }
      if (d == 0) break;
      if (went_down) {
        reversed.push_back({Line::Kind::Added, b(--y)});
      } else {
        reversed.push_back({Line::Kind::Removed, a(--x)});
      }
    }
    out.insert(out.end(), reversed.rbegin(), reversed.rend());
  }

  std::span<const std::string_view> a_, b_;
  const std::size_t d_max_;
  std::vector<std::vector<std::ptrdiff_t>> history_;
};

}  // namespace

std::vector<Line> lines(std::string_view before, std::string_view after,
                        std::size_t differences_max) {
  const Texts a = split_lines(before), b = split_lines(after);
  std::size_t head = 0;
  while (head < a.size() && head < b.size() && a[head] == b[head]) ++head;
  std::size_t tail = 0;
  while (tail < a.size() - head && tail < b.size() - head &&
         a[a.size() - 1 - tail] == b[b.size() - 1 - tail])
    ++tail;
  std::vector<Line> out;
  for (std::size_t i = 0; i < head; ++i) out.push_back({Line::Kind::Same, a[i]});
  const auto middle_a = std::span(a).subspan(head, a.size() - head - tail);
  const auto middle_b = std::span(b).subspan(head, b.size() - head - tail);
  if (!Search(middle_a, middle_b, differences_max).run(out)) {
    for (const std::string_view line : middle_a) out.push_back({Line::Kind::Removed, line});
    for (const std::string_view line : middle_b) out.push_back({Line::Kind::Added, line});
  }
  for (std::size_t i = a.size() - tail; i < a.size(); ++i) out.push_back({Line::Kind::Same, a[i]});
  return out;
}

std::string unified(std::string_view before, std::string_view after, std::string_view before_name,
                    std::string_view after_name, std::size_t context) {
  const std::vector<Line> all = lines(before, after);
  const auto is_change = [](const Line& line) { return line.kind != Line::Kind::Same; };
  if (std::ranges::none_of(all, is_change)) return {};
  std::string out = fmt::format("--- {}\n+++ {}\n", before_name, after_name);
  std::size_t line_a = 1, line_b = 1;
  for (std::size_t i = 0; i < all.size();) {
    const auto next = static_cast<std::size_t>(
        std::find_if(all.begin() + static_cast<std::ptrdiff_t>(i), all.end(), is_change) -
        all.begin());
    if (next == all.size()) break;
    const std::size_t from = std::max(i, next - std::min(next, context));
    line_a += from - i;
    line_b += from - i;
    // To where more than two contexts are the same.
    std::size_t to = next, same = 0;
    for (std::size_t j = next; j < all.size() && same <= 2 * context; ++j) {
      same = is_change(all[j]) ? 0 : same + 1;
      if (same == 0) to = j + 1;
    }
    to = std::min(all.size(), to + context);
    std::size_t count_a = 0, count_b = 0;
    std::string body;
    for (std::size_t j = from; j < to; ++j) {
      const Line& line = all[j];
      if (line.kind != Line::Kind::Added) ++count_a;
      if (line.kind != Line::Kind::Removed) ++count_b;
      const char mark = line.kind == Line::Kind::Same      ? ' '
                        : line.kind == Line::Kind::Removed ? '-'
                                                           : '+';
      body += fmt::format("{}{}\n", mark, line.text);
    }
    out += fmt::format("@@ -{},{} +{},{} @@\n", count_a == 0 ? line_a - 1 : line_a, count_a,
                       count_b == 0 ? line_b - 1 : line_b, count_b);
    out += body;
    line_a += count_a;
    line_b += count_b;
    i = to;
  }
  return out;
}

}  // namespace gp::diff
