#include "engine/helm/ignore.hpp"

#include "base/text.hpp"
#include "engine/helm/glob.hpp"

namespace gp::helm {

IgnoreRules::IgnoreRules() {
  rules_.push_back({.pattern = "templates/.?*", .whole_path = true});
}

Result<IgnoreRules> IgnoreRules::parse(std::string_view text) {
  IgnoreRules result;
  result.rules_.clear();
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  for (const std::string_view line : split(text, '\n')) TRY(result.add(trimmed(line)));
  result.rules_.push_back(IgnoreRules().rules_.front());
  return result;
}

Result<void> IgnoreRules::add(std::string_view line) {
  if (line.empty() || line.starts_with('#')) return {};
  if (line.contains("**"))
    return fail(invalid_argument("double-star (**) syntax is not supported"));
  if (!path_match(line, "abc")) return fail(invalid_argument("syntax error in pattern"));
  Rule rule;
  rule.negated = line.starts_with('!');
  if (rule.negated) line.remove_prefix(1);
  rule.folders_only = line.ends_with('/');
  if (rule.folders_only) line.remove_suffix(1);
  rule.whole_path = line.contains('/');
  if (line.starts_with('/')) line.remove_prefix(1);
  rule.pattern = line;
  rules_.push_back(std::move(rule));
  return {};
}

bool IgnoreRules::ignores(std::string_view path, bool is_folder) const {
  for (const Rule& rule : rules_) {
    const std::string_view name = rule.whole_path ? path : path.substr(path.rfind('/') + 1);
    const bool fits = (is_folder || !rule.folders_only) && path_match(rule.pattern, name) == true;
    if (fits != rule.negated) return true;
  }
  return false;
}

}  // namespace gp::helm
