#include "engine/schema/patterns.hpp"

#include <re2/re2.h>

#include "engine/schema/structural.hpp"

namespace gp::schema {
namespace {

constexpr std::size_t kPatternBytesMax = 10'000;
constexpr std::int64_t kProgramBytesMax = 4 << 20;

re2::StringPiece piece(std::string_view text) {
  return {text.data(), text.size()};
}

class Re2Pattern final : public Pattern {
 public:
  Re2Pattern(std::string_view pattern, const RE2::Options& options)
      : regex(piece(pattern), options) {}
  bool is_found_in(std::string_view text) const override {
    return RE2::PartialMatch(piece(text), regex);
  }

  RE2 regex;
};

RE2::Options options_for_patterns() {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kProgramBytesMax);
  return options;
}

// Go's words for what RE2 finds; the two are one library in two languages.
std::string_view words_of_go(RE2::ErrorCode code) {
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
    case RE2::ErrorPatternTooLarge: return "expression too large";
    default: return "regexp/syntax: internal error";
  }
}

}  // namespace

std::string pattern_error(std::string_view pattern) {
  if (pattern.size() > kPatternBytesMax) return "error parsing regexp: expression too large";
  const RE2 regex(piece(pattern), options_for_patterns());
  if (regex.ok()) return {};
  // Without an argument of its own Go shows the whole pattern.
  const std::string& argument = regex.error_arg();
  const bool shows_all = argument.empty() || regex.error_code() == RE2::ErrorMissingParen ||
                         regex.error_code() == RE2::ErrorUnexpectedParen;
  std::string text = fmt::format("error parsing regexp: {}", words_of_go(regex.error_code()));
  if (regex.error_code() == RE2::ErrorTrailingBackslash) return text + ": ``";
  return text + fmt::format(": `{}`", shows_all ? pattern : std::string_view(argument));
}

Result<std::shared_ptr<const Pattern>> compile_pattern(std::string_view pattern) {
  if (pattern.size() > kPatternBytesMax) {
    return fail(
        too_large("pattern of {} bytes is over the limit of {}", pattern.size(), kPatternBytesMax));
  }
  auto compiled = std::make_shared<const Re2Pattern>(pattern, options_for_patterns());
  if (!compiled->regex.ok()) {
    return fail(invalid_argument("pattern \"{}\" is not a regular expression: {}", pattern,
                                 compiled->regex.error()));
  }
  return compiled;
}

}  // namespace gp::schema
