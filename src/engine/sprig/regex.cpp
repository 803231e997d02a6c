// regexMatch, regexReplaceAll and their kin.

#include <fmt/format.h>

#include "engine/sprig/registry.hpp"
#include "engine/sprig/regular_expression.hpp"
#include "engine/sprig/values.hpp"
#include "engine/template/quote.hpp"

namespace gp::sprig {
namespace {

// How a function answers a pattern that does not compile.
enum class BadPattern { Panics, Fails };

// strconv.CanBackquote: one line of text without a backquote.
std::string quoted_pattern(std::string_view pattern) {
  for (const char c : pattern)
    if (c == '`' || (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F)
      return tmpl::quote(pattern);
  return fmt::format("`{}`", pattern);
}

Result<RegularExpression> compiled(std::string_view pattern, BadPattern bad) {
  auto expression = RegularExpression::compile(pattern);
  if (expression || bad == BadPattern::Fails) return expression;
  return fail(invalid_argument("regexp: Compile({}): {}", quoted_pattern(pattern),
                               expression.error().message));
}

Result<Val> texts(const std::vector<std::string_view>& parts) {
  TRY(check_items(parts.size()));
  return Val::strings({parts.begin(), parts.end()});
}

// Adds `name`, which panics at a bad pattern, and its must form, which fails.
template <typename Action>
void add_pair(Registry& registry, const std::string& name, Parameters parameters, Action action) {
  const auto make = [&](BadPattern bad) {
    return [action, bad](Arguments arguments) -> Result<Val> {
      const RegularExpression expression = TRY(compiled(arguments[0].text(), bad));
      return action(expression, arguments.subspan(1));
    };
  };
  registry.add({name}, parameters, make(BadPattern::Panics));
  registry.add({"mustR" + name.substr(1)}, parameters, make(BadPattern::Fails));
}

Result<Val> find_all(const RegularExpression& expression, Arguments arguments) {
  const auto found = expression.find_all(arguments[0].text(), arguments[1].integer());
  if (found.empty()) return Val::nil_of(types::kStrings);
  return texts(found);
}

Result<Val> split(const RegularExpression& expression, Arguments arguments) {
  const std::int64_t count = arguments[1].integer();
  if (count == 0) return Val::nil_of(types::kStrings);
  return texts(expression.split(arguments[0].text(), count));
}

Result<Val> replace_all(const RegularExpression& expression, Arguments arguments) {
  std::string out = TRY(expression.replace_all(arguments[0].text(), arguments[1].text()));
  return Val::string(std::move(out));
}

Result<Val> replace_all_literal(const RegularExpression& expression, Arguments arguments) {
  std::string out = TRY(expression.replace_all_literal(arguments[0].text(), arguments[1].text()));
  return Val::string(std::move(out));
}

std::string quote_meta(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view("\\.+*?()|[]{}^$").contains(c)) out.push_back('\\');
    out.push_back(c);
  }
  return out;
}

}  // namespace

void add_regex(Registry& registry) {
  const auto* text = &types::kString;
  const auto* count = &types::kInt;
  registry.add({"regexMatch"}, {text, text}, [](Arguments arguments) {
    const auto expression = RegularExpression::compile(arguments[0].text());
    return Val::boolean(expression && expression->matches(arguments[1].text()));
  });
  registry.add({"mustRegexMatch"}, {text, text}, [](Arguments arguments) -> Result<Val> {
    const RegularExpression expression = TRY(RegularExpression::compile(arguments[0].text()));
    return Val::boolean(expression.matches(arguments[1].text()));
  });
  add_pair(registry, "regexFind", {text, text},
           [](const RegularExpression& expression, Arguments arguments) -> Result<Val> {
             return Val::string(std::string(expression.find(arguments[0].text())));
           });
  add_pair(registry, "regexFindAll", {text, text, count}, find_all);
  add_pair(registry, "regexSplit", {text, text, count}, split);
  add_pair(registry, "regexReplaceAll", {text, text, text}, replace_all);
  add_pair(registry, "regexReplaceAllLiteral", {text, text, text}, replace_all_literal);
  registry.add({"regexQuoteMeta"}, {text},
               [](Arguments arguments) { return Val::string(quote_meta(arguments[0].text())); });
}

}  // namespace gp::sprig
