#include "feature/gitops/comparison.hpp"

#include <algorithm>
#include <charconv>
#include <set>

#include "base/contains.hpp"
#include "base/digest.hpp"
#include "base/json.hpp"
#include "feature/gitops/differences.hpp"

namespace gp::gitops {
namespace {

constexpr std::string_view kHook = "argocd.argoproj.io/hook";
constexpr std::string_view kHelmHook = "helm.sh/hook";
constexpr std::string_view kWave = "argocd.argoproj.io/sync-wave";
constexpr std::size_t kRememberedMax = 100'000;

const Value& annotation(const Value& object, std::string_view name) {
  return object["metadata"]["annotations"][name];
}

// A scope that the cluster cannot tell: by the definition that is among what is wanted.
std::optional<bool> scope_among(const std::vector<Value>& targets, const ResourceKey& key) {
  for (const Value& target : targets) {
    if (target["kind"].text() != "CustomResourceDefinition") continue;
    const Value& spec = target["spec"];
    if (spec["group"].text() == key.group && spec["names"]["kind"].text() == key.kind)
      return spec["scope"].text() == "Namespaced";
  }
  return std::nullopt;
}

void set_tracking(Value& target, const Application& app, const ResourceKey& key) {
  target.edit("metadata").edit("annotations").set(kTrackingAnnotation, tracking_id(app, key));
}

}  // namespace

std::string tracking_id(const Application& app, const ResourceKey& key) {
  return fmt::format("{}:{}/{}:{}/{}", app.instance_name(), key.group, key.kind, key.ns, key.name);
}

std::string_view tracked_by(const Value& object) {
  const std::string_view id = annotation(object, kTrackingAnnotation).text();
  return id.substr(0, std::min(id.find(':'), id.size()));
}

bool is_hook(const Value& object) {
  const Value& argo = annotation(object, kHook);
  if (!argo.empty()) return true;
  const Value& helm = annotation(object, kHelmHook);
  // A Helm hook that creates definitions is an ordinary object to Argo CD.
  return !helm.empty() && helm.text() != "crd-install";
}

std::int64_t wave_of(const Value& object) {
  std::string_view text = annotation(object, kWave).text();
  if (text.empty() && is_hook(object)) text = annotation(object, "helm.sh/hook-weight").text();
  std::int64_t wave = 0;
  std::from_chars(text.data(), text.data() + text.size(), wave);
  return wave;
}

void Comparer::judge(const Context& context, cluster::Cluster& cluster, const Application& app,
                     ResourceState& state) {
  const bool is_wanted = !state.target.is_null();
  const bool is_there = !state.live.is_null();
  if (!is_wanted || !is_there || state.is_unserved) return;
  const std::string place = fmt::format("{}|{}", cluster.name(), state.key.to_string());
  const std::string wanted = sha1_hex(to_json(state.target) + to_json(app.ignore_differences));
  object::Revision live_revision = 0;
  const std::string_view text = state.live["metadata"]["resourceVersion"].text();
  std::from_chars(text.data(), text.data() + text.size(), live_revision);
  {
    const std::lock_guard lock(mutex_);
    const auto found = remembered_.find(place);
    if (found != remembered_.end() && found->second.wanted == wanted &&
        found->second.live == live_revision) {
      state.is_synced = found->second.is_synced;
      state.expected = found->second.expected;
      return;
    }
  }
  auto preview = cluster.preview(context, state.store_key, state.target, kManager);
  if (!preview) {
    state.problem = preview.error().message;
    return;
  }
  state.expected = (*preview)->parse();
  state.is_synced = normalized(state.expected, state.key, app.ignore_differences) ==
                    normalized(state.live, state.key, app.ignore_differences);
  if (state.is_synced) state.expected = state.live;  // shares its memory
  const std::lock_guard lock(mutex_);
  if (remembered_.size() >= kRememberedMax) remembered_.clear();
  remembered_[place] = {wanted, live_revision, state.is_synced, state.expected};
}

// One comparison under way.
class Comparer::Run {
 public:
  Run(const Context& context, cluster::Cluster& cluster, const Application& app,
      const std::vector<Value>& targets)
      : context_(context), cluster_(cluster), app_(app), targets_(targets) {}

  Result<> add_target(const Value& wanted) {
    ResourceState state;
    state.key = key_of(wanted);
    state.version = version_of(wanted["apiVersion"].text());
    state.target = wanted;
    state.is_hook = is_hook(wanted);
    state.wave = wave_of(wanted);
    const bool is_namespaced = TRY(locate(state, wanted["apiVersion"].text()));
    if (!is_namespaced) {
      state.key.ns.clear();
      state.target.edit("metadata").erase("namespace");
    } else if (state.key.ns.empty()) {
      state.key.ns = app_.destination.ns;
      state.target.edit("metadata").set("namespace", state.key.ns);
    }
    if (state.key.name.empty())
      return fail(invalid_argument("{} in the source has no metadata.name", state.key.kind));
    state.store_key.ns = state.key.ns;
    state.store_key.name = state.key.name;
    set_tracking(state.target, app_, state.key);
    const auto [place, is_first] = states.insert_or_assign(state.key, std::move(state));
    if (!is_first) {
      note("RepeatedResourceWarning", fmt::format("Resource {} appeared 2 times among application "
                                                  "resources.",
                                                  place->first.to_string()));
    }
    return {};
  }

  Result<> add_owned(const Owned& owned) {
    if (states.contains(owned.key)) return {};
    ResourceState state;
    state.key = owned.key;
    state.version = owned.version;
    TRY(locate(state, with_group(owned.key.group, owned.version)));
    if (state.is_unserved) return {};  // gone with its kind
    state.store_key.ns = state.key.ns;
    state.store_key.name = state.key.name;
    TRY(read_live(state));
    const bool is_ours = tracked_by(state.live) == app_.instance_name();
    if (state.live.is_null() || !is_ours || is_hook(state.live)) return {};
    state.wave = wave_of(state.live);
    state.requires_pruning = true;
    states.emplace(state.key, std::move(state));
    return {};
  }

  Result<> read_live(ResourceState& state) {
    if (state.is_unserved) return {};
    auto live = cluster_.get(context_, state.store_key);
    if (!live && live.error().code == Code::NotFound) return {};
    if (!live) return fail(std::move(live.error()).with_context(state.key.to_string()));
    state.live = (*live)->parse();
    return {};
  }

  void note(std::string type, std::string message) {
    Notice notice{std::move(type), std::move(message)};
    if (!contains(notices, notice)) notices.push_back(std::move(notice));
  }

  std::map<ResourceKey, ResourceState> states;
  std::vector<Notice> notices;

 private:
  // Whether it is namespaced; fills in where it is stored.
  Result<bool> locate(ResourceState& state, std::string_view api_version) {
    auto kind = cluster_.kind_of(context_, api_version, state.key.kind);
    if (kind) {
      state.store_key.resource = kind->resource;
      return kind->is_namespaced;
    }
    if (kind.error().code != Code::NotFound) return fail(std::move(kind).error());
    state.is_unserved = true;
    return scope_among(targets_, state.key).value_or(true);
  }

  const Context& context_;
  cluster::Cluster& cluster_;
  const Application& app_;
  const std::vector<Value>& targets_;
};

namespace {

bool ignores_extraneous(const Value& object) {
  return annotation(object, "argocd.argoproj.io/compare-options")
      .text()
      .contains("IgnoreExtraneous");
}

void judge_health(ResourceState& state) {
  if (state.live.is_null()) {
    if (!state.is_hook) state.health = Health{HealthCode::Missing, {}};
    return;
  }
  state.health = health_of(state.live);
}

}  // namespace

Result<Comparison> Comparer::compare(const Context& context, cluster::Cluster& cluster,
                                     const Application& app, std::vector<Value> targets,
                                     const std::vector<Owned>& owned) {
  Run run(context, cluster, app, targets);
  for (const Value& target : targets) TRY(run.add_target(target));
  for (auto& [key, state] : run.states) TRY(run.read_live(state));
  for (const Owned& one : owned) TRY(run.add_owned(one));

  Comparison result;
  for (auto& [key, state] : run.states) {
    const std::string_view holder = tracked_by(state.live);
    if (!holder.empty() && holder != app.instance_name()) {
      run.note("SharedResourceWarning", fmt::format("{}/{} is part of applications {} and {}",
                                                    key.kind, key.name, app.name, holder));
    }
    judge(context, cluster, app, state);
    if (!state.problem.empty())
      run.note("ComparisonError", fmt::format("{}: {}", key.to_string(), state.problem));
    judge_health(state);
    const bool is_excused =
        state.is_hook || (state.requires_pruning && ignores_extraneous(state.live));
    if (!is_excused && !state.is_synced) result.is_synced = false;
    const bool counts =
        !state.is_hook && !state.requires_pruning && state.health &&
        annotation(state.target, "argocd.argoproj.io/ignore-healthcheck").text() != "true";
    if (counts && state.health->code > result.health.code) {
      result.health = {state.health->code, {}};
    }
    result.resources.push_back(std::move(state));
  }
  result.notices = std::move(run.notices);
  return result;
}

}  // namespace gp::gitops
