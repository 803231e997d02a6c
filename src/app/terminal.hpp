#pragma once
// Text for people: colours only on a terminal (NO_COLOR is honoured), columns that line up.

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

namespace gp::app {

class Terminal {
 public:
  explicit Terminal(std::FILE* file = stdout);

  bool is_live() const { return is_live_; }  // can be redrawn
  std::size_t width() const;                 // columns; 100 when unknown
  void print(std::string_view text);

  std::string bold(std::string_view text) const { return paint("1", text); }
  std::string dim(std::string_view text) const { return paint("2", text); }
  std::string green(std::string_view text) const { return paint("32", text); }
  std::string yellow(std::string_view text) const { return paint("33", text); }
  std::string red(std::string_view text) const { return paint("31", text); }
  std::string cyan(std::string_view text) const { return paint("36", text); }

 private:
  std::string paint(std::string_view code, std::string_view text) const;
  std::FILE* file_;
  bool is_live_;
  bool has_colour_;
};

// Characters on screen: UTF-8 code points without ANSI sequences.
std::size_t display_width(std::string_view text);
std::string pad_right(std::string_view text, std::size_t width);
std::string shorten(std::string_view text, std::size_t width);  // by code points, "…" at the end

// As kubectl prints tables: upper-case heads, three spaces between columns, nothing trailing.
std::string format_table(const std::vector<std::vector<std::string>>& rows);

}  // namespace gp::app
