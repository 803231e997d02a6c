#include "feature/gitops/application.hpp"

#include <algorithm>
#include <charconv>

#include "base/contains.hpp"
#include "base/text.hpp"

namespace gp::gitops {
namespace {

constexpr std::int64_t kUnitsMax = 1'000'000'000;  // of a duration: nobody waits for decades

}  // namespace

Duration duration_of(const Value& value, Duration fallback) {
  if (value.is_integer())
    return std::chrono::seconds(std::clamp<std::int64_t>(value.integer(), 0, kUnitsMax));
  std::string_view text = value.text();
  if (text.empty()) return fallback;
  Duration total{0};
  while (!text.empty()) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || number < 0 || number > kUnitsMax) return fallback;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    const std::size_t unit = std::min(text.find_first_of("0123456789"), text.size());
    const std::string_view name = text.substr(0, unit);
    if (name == "h") {
      total += std::chrono::hours(number);
    } else if (name == "m") {
      total += std::chrono::minutes(number);
    } else if (name == "s" || name.empty()) {
      total += std::chrono::seconds(number);
    } else if (name == "ms") {
      total += std::chrono::milliseconds(number);
    } else {
      return fallback;
    }
    text.remove_prefix(unit);
  }
  return total;
}

Source Source::of(const Value& value) {
  Source source;
  source.repo_url = value["repoURL"].string();
  source.path = value["path"].string();
  source.target_revision = value["targetRevision"].string();
  source.chart = value["chart"].string();
  source.ref = value["ref"].string();
  source.helm = value["helm"];
  source.kustomize = value["kustomize"];
  source.directory = value["directory"];
  source.plugin = value["plugin"];
  source.value = value;
  return source;
}

SyncOptions SyncOptions::of_list(const Value& list) {
  SyncOptions options;
  for (const Value& item : list.items()) options.options_.push_back(item.string());
  return options;
}

SyncOptions SyncOptions::of_annotation(const Value& object) {
  SyncOptions options;
  const Value& text = object["metadata"]["annotations"]["argocd.argoproj.io/sync-options"];
  for (const std::string_view option : split(text.text(), ','))
    options.options_.emplace_back(trimmed(option));
  return options;
}

bool SyncOptions::has(std::string_view option) const {
  return contains(options_, option);
}

Retry Retry::of(const Value& value) {
  Retry retry;
  if (!value.is_object()) return retry;
  retry.limit = value["limit"].integer();
  const Value& backoff = value["backoff"];
  retry.duration = duration_of(backoff["duration"], retry.duration);
  retry.duration_max = duration_of(backoff["maxDuration"], retry.duration_max);
  retry.factor = std::max<std::int64_t>(1, backoff["factor"].integer(2));
  return retry;
}

Duration Retry::delay(std::int64_t retries) const {
  Duration delay = duration;
  for (std::int64_t i = 0; i < retries && delay < duration_max; ++i) {
    if (delay > duration_max / factor) return duration_max;
    delay *= factor;
  }
  return std::min(delay, duration_max);
}

std::string Application::instance_name() const {
  return ns.empty() || ns == kHomeNamespace ? name : fmt::format("{}_{}", ns, name);
}

Result<Application> Application::parse(const Value& document) {
  const Value& spec = document["spec"];
  Application app;
  app.name = document["metadata"]["name"].string();
  app.ns = document["metadata"]["namespace"].string();
  app.project = spec["project"].string("default");
  app.has_many_sources = !spec["sources"].empty();
  if (app.has_many_sources) {
    for (const Value& source : spec["sources"].items()) app.sources.push_back(Source::of(source));
  } else if (spec["source"].is_object()) {
    app.sources.push_back(Source::of(spec["source"]));
  }
  if (app.sources.empty())
    return fail(
        invalid_argument("spec.source.repoURL and either source.path, source.chart, or "
                         "source.ref are required"));
  for (const Source& source : app.sources) {
    if (!source.repo_url.empty() &&
        (!source.path.empty() || !source.chart.empty() || !source.ref.empty()))
      continue;
    return fail(
        invalid_argument("spec.source.repoURL and either source.path, source.chart, or "
                         "source.ref are required"));
  }
  app.destination = {spec["destination"]["server"].string(), spec["destination"]["name"].string(),
                     spec["destination"]["namespace"].string(), spec["destination"]};
  if (!app.destination.server.empty() && !app.destination.name.empty()) {
    return fail(
        invalid_argument("application destination can't have both name and server defined: "
                         "{} {}",
                         app.destination.name, app.destination.server));
  }
  const Value& policy = spec["syncPolicy"];
  const Value& automated = policy["automated"];
  if (automated.is_object() && automated["enabled"].boolean(true)) {
    app.automated = Automated{automated["prune"].boolean(), automated["selfHeal"].boolean(),
                              automated["allowEmpty"].boolean()};
  }
  app.options = SyncOptions::of_list(policy["syncOptions"]);
  app.retry = policy["retry"];
  app.ignore_differences = spec["ignoreDifferences"];
  app.managed_namespace_metadata = policy["managedNamespaceMetadata"];
  app.history_limit = spec["revisionHistoryLimit"].integer(10);
  return app;
}

}  // namespace gp::gitops
