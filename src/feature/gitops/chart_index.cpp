#include "feature/gitops/chart_index.hpp"

#include <algorithm>
#include <optional>

#include "base/json.hpp"
#include "base/text.hpp"
#include "base/yaml.hpp"
#include "engine/sprig/semver.hpp"

namespace gp::gitops {
namespace {

// "sha256:…" is written, too.
std::string digest_of(std::string_view text) {
  if (text.starts_with("sha256:")) text.remove_prefix(7);
  return lower(text);
}

bool is_json(std::string_view text) {
  return trimmed(text.substr(0, 100)).starts_with('{');
}

}  // namespace

Result<ChartIndex> parse_chart_index(std::string_view text) {
  YamlOptions yaml;
  yaml.limits.bytes_max = kIndexBytesMax;
  auto parsed =
      is_json(text) ? parse_json(text, {.bytes_max = kIndexBytesMax}) : parse_yaml(text, yaml);
  const Value document = TRY(std::move(parsed));
  if (document["apiVersion"].empty())
    return fail(invalid_argument("no apiVersion: this is no index of charts"));
  ChartIndex index;
  for (const auto& member : document["entries"].members()) {
    std::vector<ChartEntry>& entries = index[std::string(member.key())];
    for (const Value& item : member.value.items()) {
      ChartEntry entry;
      entry.version = item["version"].string();
      entry.digest = digest_of(item["digest"].text());
      for (const Value& url : item["urls"].items()) entry.urls.push_back(url.string());
      if (!entry.version.empty() && !entry.urls.empty()) entries.push_back(std::move(entry));
    }
  }
  return index;
}

bool is_exact_version(std::string_view wanted) {
  const std::string_view core = wanted.substr(0, wanted.find_first_of("-+"));
  const bool has_all_parts = std::ranges::count(core, '.') == 2;
  return has_all_parts && sprig::Version::parse(wanted).has_value();
}

std::string best_chart_version(const std::vector<std::string>& versions, std::string_view wanted) {
  if (std::ranges::find(versions, wanted) != versions.end()) return std::string(wanted);
  const auto range = sprig::VersionConstraint::parse(wanted.empty() ? "*" : wanted);
  if (!range) return {};
  std::optional<sprig::Version> best;
  std::string name;
  for (const std::string& candidate : versions) {
    const auto version = sprig::Version::parse(candidate);
    if (!version || !range->allows(*version)) continue;
    if (best && sprig::compare(*version, *best) <= 0) continue;
    best = *version;
    name = candidate;
  }
  return name;
}

std::string origin_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  return lower(url.substr(0, std::min(url.find_first_of("/?#", scheme + 3), url.size())));
}

std::string resolve_chart_url(std::string_view repository, std::string_view url) {
  if (url.contains("://")) return std::string(url);
  const std::size_t colon = repository.find(':');
  if (url.starts_with("//")) return fmt::format("{}:{}", repository.substr(0, colon), url);
  if (url.starts_with('/')) return origin_of(repository) + std::string(url);
  repository = repository.substr(0, repository.find_first_of("?#"));
  while (repository.ends_with('/')) repository.remove_suffix(1);
  return fmt::format("{}/{}", repository, url);
}

}  // namespace gp::gitops
