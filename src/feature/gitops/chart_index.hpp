#pragma once
// What a chart repository offers: its index.yaml, and which version of a chart is wanted.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace gp::gitops {

inline constexpr std::size_t kIndexBytesMax = std::size_t{64} << 20U;

struct ChartEntry {
  std::string version;
  std::string digest;  // sha256, 64 hexadecimal digits; empty when the index gives none
  std::vector<std::string> urls;
};
using ChartIndex = std::map<std::string, std::vector<ChartEntry>>;  // by the chart's name

// Entries that are broken (no version, no URL) are left out, as Helm leaves them out.
Result<ChartIndex> parse_chart_index(std::string_view text);

// One exact version, for which no list of versions need be asked for.
bool is_exact_version(std::string_view wanted);

// The version as it is written in `versions`: the exact one, or the highest in a range; "" is "*".
// Empty when none will do.
std::string best_chart_version(const std::vector<std::string>& versions, std::string_view wanted);

// Where an entry's URL leads: absolute ones as they are, others below the repository's.
std::string resolve_chart_url(std::string_view repository, std::string_view url);

// "https://host:port" of a URL, in lower case.
std::string origin_of(std::string_view url);

}  // namespace gp::gitops
