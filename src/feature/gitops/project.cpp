#include "feature/gitops/project.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace gp::gitops {
namespace {

// A list of patterns; a denied one ("!…") wins.
template <typename Matches>
bool is_allowed(const Value& list, Matches matches) {
  bool is_in = false;
  for (const Value& item : list.items()) {
    const int verdict = matches(item);
    if (verdict < 0) return false;
    is_in = is_in || verdict > 0;
  }
  return is_in;
}

std::string_view without_git(std::string_view url) {
  if (url.ends_with('/')) url.remove_suffix(1);
  if (url.ends_with(".git")) url.remove_suffix(4);
  return url;
}

int source_verdict(const Value& item, std::string_view url) {
  std::string_view pattern = item.text();
  const bool denies = pattern.starts_with('!');
  if (denies) pattern.remove_prefix(1);
  const bool is_it = matches_pattern(lower(without_git(pattern)), lower(without_git(url)));
  return is_it ? (denies ? -1 : 1) : 0;
}

int field_verdict(const Value& wanted, std::string_view is) {
  std::string_view pattern = wanted.text();
  const bool denies = pattern.starts_with('!');
  if (denies) pattern.remove_prefix(1);
  const bool is_it = matches_pattern(pattern, is);
  return is_it ? (denies ? -1 : 1) : 0;
}

int destination_verdict(const Value& item, const Destination& destination,
                        const std::string& server) {
  const bool by_name = !item["name"].empty() && !destination.name.empty();
  const int where = by_name ? field_verdict(item["name"], destination.name)
                            : field_verdict(item["server"], server);
  const int ns = field_verdict(item["namespace"], destination.ns);
  if (where == 0 || ns == 0) return 0;
  return where < 0 || ns < 0 ? -1 : 1;
}

bool lists_kind(const Value& list, const ResourceKey& key) {
  return std::ranges::any_of(list.items(), [&](const Value& item) {
    return matches_pattern(item["group"].text(), key.group) &&
           matches_pattern(item["kind"].text(), key.kind);
  });
}

}  // namespace

bool matches_pattern(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0, star = std::string_view::npos, mark = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      mark = t;
    } else if (p < pattern.size() && (pattern[p] == text[t] || pattern[p] == '?')) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++mark;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

std::vector<std::string> project_problems(const Value& project, const Application& app,
                                          const std::string& server) {
  std::vector<std::string> problems;
  const Value& spec = project["spec"];
  for (const Source& source : app.sources) {
    const auto verdict = [&](const Value& item) { return source_verdict(item, source.repo_url); };
    if (is_allowed(spec["sourceRepos"], verdict)) continue;
    problems.push_back(fmt::format("application repo {} is not permitted in project '{}'",
                                   source.repo_url, app.project));
  }
  const auto verdict = [&](const Value& item) {
    return destination_verdict(item, app.destination, server);
  };
  if (!is_allowed(spec["destinations"], verdict)) {
    problems.push_back(
        fmt::format("application destination server '{}' and namespace '{}' do not "
                    "match any of the allowed destinations in project '{}'",
                    server, app.destination.ns, app.project));
  }
  const bool is_in_home = app.ns.empty() || app.ns == project["metadata"]["namespace"].text();
  const auto from = [&](const Value& item) { return field_verdict(item, app.ns); };
  if (!is_in_home && !is_allowed(spec["sourceNamespaces"], from)) {
    problems.push_back(
        fmt::format("application '{}' in namespace '{}' is not permitted to use "
                    "project '{}'",
                    app.name, app.ns, app.project));
  }
  return problems;
}

std::string kind_problem(const Value& project, const ResourceKey& key, bool is_namespaced) {
  const Value& spec = project["spec"];
  const Value& white =
      spec[is_namespaced ? "namespaceResourceWhitelist" : "clusterResourceWhitelist"];
  const Value& black =
      spec[is_namespaced ? "namespaceResourceBlacklist" : "clusterResourceBlacklist"];
  // Nothing said: namespaced kinds are free, cluster-wide ones are not.
  const bool is_white = white.is_array() ? lists_kind(white, key) : is_namespaced;
  if (is_white && !lists_kind(black, key)) return {};
  return fmt::format("resource {}:{} is not permitted in project {}", key.group, key.kind,
                     project["metadata"]["name"].text());
}

}  // namespace gp::gitops
