#include "app/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace gp::app {
namespace {

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U;
}

// Length of the ANSI sequence at the front, or 0.
std::size_t escape_length(std::string_view text) {
  if (!text.starts_with("\x1b[")) return 0;
  const std::size_t end = text.find_first_of("ABCDEFGHJKSTfmnsu", 2);
  return end == std::string_view::npos ? text.size() : end + 1;
}

}  // namespace

Terminal::Terminal(std::FILE* file) : file_(file) {
  const char* term = std::getenv("TERM");
  const bool is_dumb = term == nullptr || std::string_view(term) == "dumb";
  is_live_ = ::isatty(::fileno(file)) == 1 && !is_dumb;
  has_colour_ = is_live_ && std::getenv("NO_COLOR") == nullptr;
}

std::size_t Terminal::width() const {
  winsize size{};
  if (::ioctl(::fileno(file_), TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 100;
  return size.ws_col;
}

void Terminal::print(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), file_);
  std::fflush(file_);
}

std::string Terminal::paint(std::string_view code, std::string_view text) const {
  return has_colour_ ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    if (const std::size_t skip = escape_length(text); skip > 0) {
      text.remove_prefix(skip);
      continue;
    }
    if (!is_continuation(text.front())) ++width;
    text.remove_prefix(1);
  }
  return width;
}

std::string pad_right(std::string_view text, std::size_t width) {
  const std::size_t present = display_width(text);
  return std::string(text) + std::string(present < width ? width - present : 0, ' ');
}

std::string shorten(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string(text);
  std::size_t kept = 0;
  std::size_t end = 0;
  while (end < text.size() && (is_continuation(text[end]) || kept + 1 < width)) {
    if (!is_continuation(text[end])) ++kept;
    ++end;
  }
  return std::string(text.substr(0, end)) + "…";
}

std::string format_table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], display_width(row[i]));
  }
  std::string out;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += i + 1 < row.size() ? pad_right(row[i], widths[i] + 3) : row[i];
    }
    while (line.ends_with(' ')) line.pop_back();
    out += line + "\n";
  }
  return out;
}

}  // namespace gp::app
