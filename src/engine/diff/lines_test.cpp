#include "engine/diff/lines.hpp"

#include <doctest/doctest.h>
#include <fmt/core.h>

#include "base/ids.hpp"

using namespace gp;

namespace {

// What the lines make of the first text, and what they say the second was.
std::pair<std::string, std::string> sides(const std::vector<diff::Line>& all) {
  std::string before, after;
  for (const diff::Line& line : all) {
    if (line.kind != diff::Line::Kind::Added) before += fmt::format("{}\n", line.text);
    if (line.kind != diff::Line::Kind::Removed) after += fmt::format("{}\n", line.text);
  }
  return {before, after};
}

std::size_t changes(const std::vector<diff::Line>& all) {
  std::size_t count = 0;
  for (const diff::Line& line : all) count += line.kind == diff::Line::Kind::Same ? 0 : 1;
  return count;
}

}  // namespace

TEST_CASE("diff: equal texts have no difference") {
  CHECK(diff::unified("a\nb\n", "a\nb\n", "x", "y").empty());
  CHECK(diff::unified("", "", "x", "y").empty());
}

TEST_CASE("diff: a changed line with what stands around it") {
  CHECK(
      diff::unified("1\n2\n3\n4\n5\n6\n7\n8\n", "1\n2\n3\n4\nfive\n6\n7\n8\n", "live", "wanted") ==
      "--- live\n+++ wanted\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
}

TEST_CASE("diff: distant changes are hunks of their own, near ones one") {
  std::string before, after;
  for (int i = 0; i < 30; ++i) {
    before += fmt::format("{}\n", i);
    after += i == 3 || i == 20 ? "x\n" : fmt::format("{}\n", i);
  }
  const std::string text = diff::unified(before, after, "a", "b");
  CHECK(text.contains("@@ -1,7 +1,7 @@"));
  CHECK(text.contains("@@ -18,7 +18,7 @@"));
}

TEST_CASE("diff: something out of nothing") {
  CHECK(diff::unified("", "a\nb\n", "x", "y") == "--- x\n+++ y\n@@ -0,0 +1,2 @@\n+a\n+b\n");
  CHECK(diff::unified("a\n", "", "x", "y") == "--- x\n+++ y\n@@ -1,1 +0,0 @@\n-a\n");
}

TEST_CASE("diff: the lines give back both texts, and no shorter way is missed") {
  SeededRandom random(7);
  for (int round = 0; round < 300; ++round) {
    std::string before, after;
    const auto letters = [&](std::string& text) {
      const auto size = random.below(12);
      for (std::size_t i = 0; i < size; ++i)
        text += fmt::format("{}\n", static_cast<char>('a' + random.below(3)));
    };
    letters(before);
    letters(after);
    const auto all = diff::lines(before, after);
    const auto [a, b] = sides(all);
    CHECK(a == before);
    CHECK(b == after);
    // The shortest script by dynamic programming: lines are two characters each.
    const std::size_t n = before.size() / 2, m = after.size() / 2;
    std::vector<std::vector<std::size_t>> best(n + 1, std::vector<std::size_t>(m + 1));
    for (std::size_t i = 0; i <= n; ++i) {
      for (std::size_t j = 0; j <= m; ++j) {
        if (i == 0 || j == 0) {
          best[i][j] = i + j;
        } else if (before[2 * (i - 1)] == after[2 * (j - 1)]) {
          best[i][j] = best[i - 1][j - 1];
        } else {
          best[i][j] = 1 + std::min(best[i - 1][j], best[i][j - 1]);
        }
      }
    }
    CHECK(changes(all) == best[n][m]);
  }
}

TEST_CASE("diff: beyond the limit everything between is replaced") {
  const auto all = diff::lines("same\na\nb\nc\nend\n", "same\nx\ny\nz\nend\n", 2);
  CHECK(changes(all) == 6);
  const auto [a, b] = sides(all);
  CHECK(a == "same\na\nb\nc\nend\n");
  CHECK(b == "same\nx\ny\nz\nend\n");
}
