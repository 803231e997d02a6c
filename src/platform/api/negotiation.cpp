#include "platform/api/negotiation.hpp"

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <vector>

namespace gp::api {
namespace {

struct Clause {
  std::string_view type;  // "application/json"
  std::string_view as, group, version;
  double quality = 1;
};

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::string_view take(std::string_view& text, char separator) {
  const std::size_t end = text.find(separator);
  const std::string_view part = trim(text.substr(0, end));
  text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  return part;
}

// "0.8"; anything odd counts as 1, as nobody is helped by a refusal.
double parse_quality(std::string_view text) {
  const std::string copy(text);
  char* end = nullptr;
  const double value = std::strtod(copy.c_str(), &end);
  const bool is_whole = !copy.empty() && end == copy.c_str() + copy.size();
  return is_whole && value >= 0 && value <= 1 ? value : 1;
}

std::vector<Clause> parse_accept(std::string_view header) {
  constexpr std::size_t kClausesMax = 50;
  std::vector<Clause> clauses;
  while (!header.empty() && clauses.size() < kClausesMax) {
    std::string_view text = take(header, ',');
    Clause clause;
    clause.type = take(text, ';');
    while (!text.empty()) {
      std::string_view value = take(text, ';');
      const std::string_view name = take(value, '=');
      if (name == "as") clause.as = value;
      if (name == "g") clause.group = value;
      if (name == "v") clause.version = value;
      if (name == "q") clause.quality = parse_quality(value);
    }
    if (!clause.type.empty()) clauses.push_back(clause);
  }
  // Best first, and as written among equals. (std::stable_sort warns in libstdc++ 12.)
  for (std::size_t i = 1; i < clauses.size(); ++i) {
    for (std::size_t j = i; j > 0 && clauses[j - 1].quality < clauses[j].quality; --j) {
      std::swap(clauses[j - 1], clauses[j]);
    }
  }
  return clauses;
}

std::optional<Format> format_of(std::string_view type) {
  if (type == "application/json" || type == "*/*" || type == "application/*") return Format::Json;
  if (type == "application/yaml") return Format::Yaml;
  return std::nullopt;
}

std::optional<View> view_of(const Clause& clause, Views views) {
  if (clause.as.empty()) return View::Object;
  const bool is_meta = clause.group == "meta.k8s.io" && clause.version == "v1";
  if (!is_meta || views != Views::All) return std::nullopt;
  if (clause.as == "Table") return View::Table;
  if (clause.as == "PartialObjectMetadata" || clause.as == "PartialObjectMetadataList") {
    return View::Partial;
  }
  return std::nullopt;
}

// People with a terminal get indented JSON, as from the real server.
bool wants_pretty(const net::Request& request) {
  if (const auto asked = request.query.find("pretty")) return *asked == "true" || *asked == "1";
  const std::string_view agent = request.headers.get("User-Agent");
  return agent.starts_with("curl") || agent.starts_with("Wget") || agent.starts_with("Mozilla/5.0");
}

}  // namespace

std::optional<Accepted> negotiate(const net::Request& request, Views views) {
  Accepted accepted;
  accepted.is_pretty = wants_pretty(request);
  const std::string header = request.headers.joined("Accept");
  if (trim(header).empty()) return accepted;
  for (const Clause& clause : parse_accept(header)) {
    const auto format = format_of(clause.type);
    const auto view = view_of(clause, views);
    if (!format || !view || clause.quality == 0) continue;
    accepted.format = *format;
    accepted.view = *view;
    return accepted;
  }
  return std::nullopt;
}

std::string_view discovery_version(const net::Request& request) {
  const std::string header = request.headers.joined("Accept");
  for (const Clause& clause : parse_accept(header)) {
    if (!format_of(clause.type)) continue;
    if (clause.as != "APIGroupDiscoveryList" || clause.group != "apidiscovery.k8s.io") return "";
    if (clause.version == "v2") return "v2";
    if (clause.version == "v2beta1") return "v2beta1";
  }
  return "";
}

}  // namespace gp::api
