#include "engine/schema/patterns.hpp"

#include <re2/re2.h>

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

}  // namespace

Result<std::shared_ptr<const Pattern>> compile_pattern(std::string_view pattern) {
  if (pattern.size() > kPatternBytesMax) {
    return fail(
        too_large("pattern of {} bytes is over the limit of {}", pattern.size(), kPatternBytesMax));
  }
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kProgramBytesMax);
  auto compiled = std::make_shared<const Re2Pattern>(pattern, options);
  if (!compiled->regex.ok()) {
    return fail(invalid_argument("pattern \"{}\" is not a regular expression: {}", pattern,
                                 compiled->regex.error()));
  }
  return compiled;
}

}  // namespace gp::schema
