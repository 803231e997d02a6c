#include "engine/helm/glob.hpp"

#include <re2/re2.h>

namespace gp::helm {
namespace {

// One [class] of a filepath.Match pattern: whether it takes the character. The pattern loses it.
std::optional<bool> match_class(std::string_view& pattern, char c) {
  pattern.remove_prefix(1);
  const bool negated = pattern.starts_with('^');
  if (negated) pattern.remove_prefix(1);
  const auto next = [&]() -> std::optional<char> {
    if (pattern.empty() || pattern[0] == '-' || pattern[0] == ']') return std::nullopt;
    if (pattern[0] == '\\') pattern.remove_prefix(1);
    if (pattern.empty()) return std::nullopt;
    const char result = pattern[0];
    pattern.remove_prefix(1);
    return pattern.empty() ? std::nullopt : std::optional(result);
  };
  bool found = false;
  for (bool first = true; first || !pattern.starts_with(']'); first = false) {
    const auto low = next();
    if (!low) return std::nullopt;
    auto high = low;
    if (pattern.starts_with('-')) {
      pattern.remove_prefix(1);
      high = next();
      if (!high) return std::nullopt;
    }
    if (*low <= c && c <= *high) found = true;
  }
  pattern.remove_prefix(1);
  return found != negated && c != '/';
}

// Malformed only if the pattern itself is: the name is matched as far as it goes.
std::optional<bool> match_here(std::string_view pattern, std::string_view name, int& steps) {
  while (!pattern.empty()) {
    if (--steps < 0) return false;
    const char first = pattern[0];
    if (first == '*') {
      while (pattern.starts_with('*')) pattern.remove_prefix(1);
      for (std::size_t i = 0;; ++i) {
        const auto rest = match_here(pattern, name.substr(i), steps);
        if (!rest || *rest) return rest;
        if (i >= name.size() || name[i] == '/') return false;
      }
    }
    if (first == '[') {
      const char c = name.empty() ? '/' : name[0];
      const auto matched = match_class(pattern, c);
      if (!matched) return std::nullopt;
      if (!*matched) return match_here(pattern, {}, steps) ? std::optional(false) : std::nullopt;
      name.remove_prefix(1);
      continue;
    }
    if (first == '\\') {
      pattern.remove_prefix(1);
      if (pattern.empty()) return std::nullopt;
    }
    if (name.empty())
      return match_here(pattern.substr(1), {}, steps) ? std::optional(false) : std::nullopt;
    if (first == '?' ? name[0] == '/' : name[0] != pattern[0]) return false;
    pattern.remove_prefix(1);
    name.remove_prefix(1);
  }
  return name.empty();
}

void append_literal(std::string& out, char c) {
  constexpr std::string_view kSpecial = R"(\.+*?()|[]{}^$-)";
  if (kSpecial.contains(c)) out += '\\';
  out += c;
}

// Nothing when the pattern is malformed.
std::optional<std::string> to_expression(std::string_view pattern) {
  std::string out = "(?s)\\A(?:";
  int open = 0;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '*') {
      const bool any = pattern.substr(i).starts_with("**");
      out += any ? ".*" : "[^/]*";
      if (any) ++i;
    } else if (c == '?') {
      out += "[^/]";
    } else if (c == '{') {
      ++open;
      out += "(?:";
    } else if (c == '}' && open > 0) {
      --open;
      out += ')';
    } else if (c == ',' && open > 0) {
      out += '|';
    } else if (c == '[') {
      const std::size_t end = pattern.find(']', i + 2);
      if (end == std::string_view::npos) return std::nullopt;
      std::string_view list = pattern.substr(i + 1, end - i - 1);
      out += '[';
      if (list.starts_with('!')) {
        out += '^';
        list.remove_prefix(1);
      }
      for (std::size_t k = 0; k < list.size(); ++k) {
        if (list[k] == '-' && k > 0 && k + 1 < list.size()) {
          out += '-';
        } else {
          append_literal(out, list[k]);
        }
      }
      out += ']';
      i = end;
    } else if (c == '\\') {
      if (++i >= pattern.size()) return std::nullopt;
      append_literal(out, pattern[i]);
    } else {
      append_literal(out, c);
    }
  }
  if (open > 0) return std::nullopt;
  return out + ")\\z";
}

}  // namespace

std::optional<bool> path_match(std::string_view pattern, std::string_view name) {
  int steps = 100'000;
  return match_here(pattern, name, steps);
}

Glob::Glob(std::string_view pattern) {
  RE2::Options options;
  options.set_log_errors(false);
  const auto expression = to_expression(pattern);
  expression_ = std::make_unique<RE2>(expression.value_or(".*"), options);
  if (!expression_->ok()) expression_ = std::make_unique<RE2>("(?s).*", options);
}

Glob::~Glob() = default;

bool Glob::matches(std::string_view name) const {
  return RE2::PartialMatch(re2::StringPiece(name.data(), name.size()), *expression_);
}

}  // namespace gp::helm
