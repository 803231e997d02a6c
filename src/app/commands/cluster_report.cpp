#include "app/commands/cluster_report.hpp"

#include <algorithm>

namespace gp::app {
namespace {

using cluster::Access;
using cluster::Check;
using cluster::CheckState;

constexpr std::size_t kNameWidth = 20;

std::string sign_of(const Terminal& terminal, CheckState state) {
  switch (state) {
    case CheckState::Ok: return terminal.green("✓");
    case CheckState::Warning: return terminal.yellow("!");
    case CheckState::Failed: return terminal.red("✗");
    case CheckState::Skipped: break;
  }
  return terminal.dim("-");
}

std::string upper(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return out;
}

std::string format_access(const Terminal& terminal, const std::vector<Access>& access) {
  std::vector<std::vector<std::string>> rows = {{"KIND"}};
  for (const std::string_view verb : cluster::kAccessVerbs) rows[0].push_back(upper(verb));
  rows[0].emplace_back("NEEDED FOR");
  for (const Access& entry : access) {
    std::vector<std::string> row = {entry.resource};
    for (std::size_t i = 0; i < std::size(cluster::kAccessVerbs); ++i) {
      const bool is_asked = i < entry.verbs.size();
      row.push_back(!is_asked               ? ""
                    : entry.verbs[i].second ? terminal.green("yes")
                                            : terminal.red("no"));
    }
    row.push_back(entry.is_served ? entry.used_for : entry.used_for + " (not served there)");
    rows.push_back(std::move(row));
  }
  return format_table(rows);
}

}  // namespace

std::string format_preflight(const Terminal& terminal, const cluster::Preflight& found) {
  std::string out;
  for (const Check& check : found.checks) {
    out += fmt::format("{} {} {}\n", sign_of(terminal, check.state),
                       pad_right(check.name, kNameWidth), check.text);
    if (!check.fix.empty())
      out += fmt::format("  {} {}\n", pad_right("", kNameWidth), terminal.dim("→ " + check.fix));
  }
  const bool has_denials = std::ranges::any_of(found.access, [](const Access& entry) {
    return std::ranges::any_of(entry.verbs, [](const auto& verb) { return !verb.second; });
  });
  if (has_denials) out += "\n" + format_access(terminal, found.access);
  return out;
}

}  // namespace gp::app
