#include "engine/sprig/regular_expression.hpp"

#include <re2/re2.h>

#include <unordered_map>

#include "engine/sprig/runes.hpp"
#include "engine/sprig/values.hpp"
#include "engine/template/quote.hpp"

namespace gp::sprig {
namespace {

std::string_view view_of(re2::StringPiece piece) {
  return {piece.data(), piece.size()};
}

re2::StringPiece piece_of(std::string_view text) {
  return {text.data(), text.size()};
}

// Go's words for what RE2 found wrong.
std::string_view words_of(RE2::ErrorCode code) {
  switch (code) {
    case RE2::ErrorBadEscape: return "invalid escape sequence";
    case RE2::ErrorBadCharClass: return "invalid character class";
    case RE2::ErrorBadCharRange: return "invalid character class range";
    case RE2::ErrorMissingBracket: return "missing closing ]";
    case RE2::ErrorMissingParen: return "missing closing )";
    case RE2::ErrorUnexpectedParen: return "unexpected )";
    case RE2::ErrorTrailingBackslash: return "trailing backslash at end of expression";
    case RE2::ErrorRepeatArgument: return "missing argument to repetition operator";
    case RE2::ErrorRepeatSize: return "invalid repeat count";
    case RE2::ErrorRepeatOp: return "invalid nested repetition operator";
    case RE2::ErrorBadPerlOp: return "invalid or unsupported Perl syntax";
    case RE2::ErrorBadUTF8: return "invalid UTF-8";
    case RE2::ErrorBadNamedCapture: return "invalid named capture";
    default: return "expression too large";
  }
}

// Go also reads (?<name>...), which this RE2 knows as (?P<name>...) only.
std::string with_long_group_names(std::string_view pattern) {
  std::string out;
  bool in_class = false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    out.push_back(c);
    if (c == '\\' && i + 1 < pattern.size()) {
      out.push_back(pattern[++i]);
    } else if (c == '[') {
      in_class = true;
    } else if (c == ']') {
      in_class = false;
    } else if (!in_class && c == '(' && pattern.substr(i + 1).starts_with("?<")) {
      out.append("?P");
      ++i;
    }
  }
  return out;
}

std::size_t rune_size(std::string_view text, std::size_t at) {
  return at < text.size() ? tmpl::decode_rune(text.substr(at)).size : 0;
}

// The name or number behind a "$", and what follows it; no name if it is malformed.
struct GroupName {
  std::string_view name;
  int number = -1;
  std::string_view rest;
};

GroupName read_group_name(std::string_view text) {
  const bool has_brace = text.starts_with('{');
  if (has_brace) text.remove_prefix(1);
  std::size_t size = 0;
  while (size < text.size()) {
    const tmpl::Rune rune = tmpl::decode_rune(text.substr(size));
    if (!tmpl::is_alphanumeric(rune.code)) break;
    size += rune.size;
  }
  if (size == 0 || (has_brace && (size == text.size() || text[size] != '}'))) return {};
  GroupName group{text.substr(0, size), 0, text.substr(size + (has_brace ? 1 : 0))};
  for (const char c : group.name) {
    if (c < '0' || c > '9' || group.number >= 100'000'000) {
      group.number = -1;
      break;
    }
    group.number = group.number * 10 + (c - '0');
  }
  if (group.name[0] == '0' && group.name.size() > 1) group.number = -1;
  return group;
}

}  // namespace

RegularExpression::RegularExpression(std::shared_ptr<const re2::RE2> compiled)
    : compiled_(std::move(compiled)) {}

Result<RegularExpression> RegularExpression::compile(std::string_view pattern) {
  // Templates use the same few expressions in loops.
  constexpr std::size_t kCachedMax = 64;
  thread_local std::unordered_map<std::string, std::shared_ptr<const RE2>> cache;
  std::string key(pattern);
  if (const auto found = cache.find(key); found != cache.end())
    return RegularExpression(found->second);
  RE2::Options options;
  options.set_log_errors(false);
  auto compiled = std::make_shared<const RE2>(piece_of(with_long_group_names(pattern)), options);
  if (!compiled->ok()) {
    const std::string argument =
        compiled->error_code() == RE2::ErrorTrailingBackslash ? "" : compiled->error_arg();
    return fail(invalid_argument("error parsing regexp: {}: `{}`", words_of(compiled->error_code()),
                                 argument));
  }
  if (cache.size() == kCachedMax) cache.clear();
  cache.emplace(std::move(key), compiled);
  return RegularExpression(std::move(compiled));
}

bool RegularExpression::matches(std::string_view text) const {
  return compiled_->Match(piece_of(text), 0, text.size(), RE2::UNANCHORED, nullptr, 0);
}

std::string_view RegularExpression::find(std::string_view text) const {
  re2::StringPiece found;
  if (!compiled_->Match(piece_of(text), 0, text.size(), RE2::UNANCHORED, &found, 1)) return "";
  return view_of(found);
}

std::vector<std::string_view> RegularExpression::find_all(std::string_view text,
                                                          std::int64_t count) const {
  std::vector<std::string_view> all;
  const char* previous_end = nullptr;
  std::size_t at = 0;
  while (at <= text.size() && (count < 0 || static_cast<std::int64_t>(all.size()) < count)) {
    re2::StringPiece found;
    if (!compiled_->Match(piece_of(text), at, text.size(), RE2::UNANCHORED, &found, 1)) break;
    const auto end = static_cast<std::size_t>(found.data() - text.data()) + found.size();
    const bool is_empty_here = end == at;
    if (!is_empty_here || found.data() != previous_end) all.push_back(view_of(found));
    previous_end = text.data() + end;
    at = is_empty_here ? at + std::max<std::size_t>(1, rune_size(text, at)) : end;
  }
  return all;
}

std::vector<std::string_view> RegularExpression::split(std::string_view text,
                                                       std::int64_t count) const {
  if (count == 0) return {};
  if (!compiled_->pattern().empty() && text.empty()) return {text};
  std::vector<std::string_view> parts;
  std::size_t begin = 0;
  std::size_t end = 0;
  for (const std::string_view match : find_all(text, count)) {
    if (count > 0 && static_cast<std::int64_t>(parts.size()) == count - 1) break;
    end = static_cast<std::size_t>(match.data() - text.data());
    if (end + match.size() != 0) parts.push_back(text.substr(begin, end - begin));
    begin = end + match.size();
  }
  if (end != text.size()) parts.push_back(text.substr(begin));
  return parts;
}

template <typename Expand>
Result<std::string> RegularExpression::replace(std::string_view text, int groups,
                                               const Expand& expand) const {
  std::string out;
  std::size_t last_end = 0;
  std::size_t at = 0;
  std::vector<re2::StringPiece> found(static_cast<std::size_t>(groups) + 1);
  while (at <= text.size()) {
    if (!compiled_->Match(piece_of(text), at, text.size(), RE2::UNANCHORED, found.data(),
                          groups + 1))
      break;
    const auto begin = static_cast<std::size_t>(found[0].data() - text.data());
    const std::size_t end = begin + found[0].size();
    out.append(text.substr(last_end, begin - last_end));
    // Not for an empty match right behind another one.
    if (end > last_end || begin == 0) expand(out, found);
    TRY(check_bytes(out.size()));
    last_end = end;
    const std::size_t next = at + std::max<std::size_t>(1, rune_size(text, at));
    at = std::max(next, end);
  }
  return out.append(text.substr(std::min(last_end, text.size())));
}

Result<std::string> RegularExpression::replace_all_literal(std::string_view text,
                                                           std::string_view replacement) const {
  return replace(text, 0,
                 [replacement](std::string& out, const auto&) { out.append(replacement); });
}

Result<std::string> RegularExpression::replace_all(std::string_view text,
                                                   std::string_view replacement) const {
  const auto& names = compiled_->NamedCapturingGroups();
  const auto expand = [&](std::string& out, const std::vector<re2::StringPiece>& groups) {
    std::string_view rest = replacement;
    while (true) {
      const std::size_t dollar = rest.find('$');
      out.append(rest.substr(0, dollar));
      if (dollar == std::string_view::npos) return;
      rest.remove_prefix(dollar + 1);
      if (rest.starts_with('$')) {
        out.push_back('$');
        rest.remove_prefix(1);
        continue;
      }
      const GroupName group = read_group_name(rest);
      if (group.name.empty()) {
        out.push_back('$');
        continue;
      }
      rest = group.rest;
      int number = group.number;
      if (number < 0) {
        const auto named = names.find(std::string(group.name));
        if (named == names.end()) continue;
        number = named->second;
      }
      if (static_cast<std::size_t>(number) < groups.size())
        out.append(view_of(groups[static_cast<std::size_t>(number)]));
    }
  };
  return replace(text, compiled_->NumberOfCapturingGroups(), expand);
}

}  // namespace gp::sprig
