#include "feature/gitops/sync.hpp"

#include <algorithm>

#include "base/json.hpp"
#include "base/text.hpp"
#include "feature/gitops/differences.hpp"
#include "feature/gitops/removal.hpp"

namespace gp::gitops {
namespace {

constexpr std::string_view kAllRun = "successfully synced (all tasks run)";
constexpr std::string_view kFailed = "one or more synchronization tasks completed unsuccessfully";

bool is_failed(const TaskResult& result) {
  return result.status == "SyncFailed" || result.hook_phase == "Failed" ||
         result.hook_phase == "Error";
}

// "deployment.apps/web"
std::string short_name(const ResourceKey& key) {
  const std::string kind = lower(key.kind);
  return key.group.empty() ? fmt::format("{}/{}", kind, key.name)
                           : fmt::format("{}.{}/{}", kind, key.group, key.name);
}

std::string hook_name(const Task& task) {
  return task.state->is_hook ? std::string(phase_name(task.phase)) : std::string();
}

}  // namespace

TaskResult* Sync::find(std::vector<TaskResult>& results, const Task& task) const {
  for (TaskResult& result : results) {
    if (result.key == task.state->key && result.sync_phase == phase_name(task.phase))
      return &result;
  }
  return nullptr;
}

// How what runs is doing by now.
void Sync::look_again(std::vector<TaskResult>& results) {
  const auto is_other_wave = [&](const Task& task) {
    return task.phase != tasks_.front().phase || task.wave != tasks_.front().wave;
  };
  const bool has_many_waves = std::ranges::any_of(tasks_, is_other_wave);
  for (const Task& task : tasks_) {
    TaskResult* result = find(results, task);
    if (result == nullptr || result->hook_phase != "Running" || task.is_prune) continue;
    if (!task.state->is_hook && !has_many_waves) continue;
    if (task.state->live.is_null()) {
      if (!task.state->is_hook) continue;  // written a moment ago
      result->hook_phase = "Failed";
      result->message = "the hook was deleted before it was done";
      continue;
    }
    const std::optional<Health> health = health_of(task.state->live);
    if (!health || health->code == HealthCode::Healthy) {
      result->hook_phase = "Succeeded";
    } else if (health->code == HealthCode::Degraded) {
      result->hook_phase = "Failed";
    }
    if (health && !health->message.empty()) result->message = health->message;
  }
}

// The first write that the cluster would refuse: then nothing is written at all.
std::optional<std::string> Sync::dry_run_failure() {
  const auto is_wanted = [&](std::string_view kind, std::string_view name) {
    return std::ranges::any_of(tasks_, [&](const Task& task) {
      return !task.is_prune && task.state->key.kind == kind && task.state->key.name == name;
    });
  };
  const auto defines = [&](const ResourceKey& key) {
    return std::ranges::any_of(tasks_, [&](const Task& task) {
      const Value& spec = task.state->target["spec"];
      return task.state->key.kind == "CustomResourceDefinition" &&
             spec["group"].text() == key.group && spec["names"]["kind"].text() == key.kind;
    });
  };
  for (const Task& task : tasks_) {
    const ResourceState& state = *task.state;
    if (task.is_prune) continue;
    if (state.is_unserved) {
      if (defines(state.key) || has_option(task, request_, "SkipDryRunOnMissingResource=true"))
        continue;
      return fmt::format(
          "The Kubernetes API could not find {}/{} for requested resource {}/{}. Make sure the "
          "\"{}\" CRD is installed on the destination cluster.",
          state.key.group, state.key.kind, state.key.ns, state.key.name, state.key.kind);
    }
    const bool comes_with_it = is_wanted("Namespace", state.key.ns) ||
                               (request_.dry_run && state.key.ns == app_.destination.ns &&
                                request_.options.has("CreateNamespace=true"));
    const bool waits = state.live.is_null() && comes_with_it;
    if (waits) continue;
    const auto preview = cluster_.preview(context_, state.store_key, document_of(state), kManager);
    if (!preview) return preview.error().message;
  }
  return std::nullopt;
}

Result<> Sync::ensure_namespace() {
  if (!request_.options.has("CreateNamespace=true") || app_.destination.ns.empty()) return {};
  Value metadata = Value::object({{"name", app_.destination.ns}});
  for (const char* part : {"labels", "annotations"}) {
    const Value& members = app_.managed_namespace_metadata[part];
    if (members.is_object()) metadata.set(part, members);
  }
  const Value document = Value::object(
      {{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", std::move(metadata)}});
  const object::Key key{"namespaces", "", app_.destination.ns};
  const auto live = cluster_.get(context_, key);
  const bool has_all = live && app_.managed_namespace_metadata.empty();
  if (has_all) return {};
  TRY(cluster_.patch(context_, key, cluster::PatchType::Apply, document, kManager));
  return {};
}

// Ignored fields keep their live values when that is asked for; a client-side apply leaves its
// annotation.
Value Sync::document_of(const ResourceState& state) const {
  Value document = state.target;
  if (request_.options.has("RespectIgnoreDifferences=true") && !state.live.is_null())
    document =
        with_ignored_fields_of(state.live, std::move(document), state.key, app_.ignore_differences);
  const bool is_server_side = request_.options.has("ServerSideApply=true") ||
                              SyncOptions::of_annotation(state.target).has("ServerSideApply=true");
  if (!is_server_side)
    document.edit("metadata").edit("annotations").set(kLastApplied, to_json(document) + "\n");
  return document;
}

TaskResult Sync::prune(const Task& task, TaskResult result) {
  const ResourceState& state = *task.state;
  if (has_option(task, request_, "Prune=false")) {
    result.status = "PruneSkipped";
    result.message = "ignored (no prune)";
    return result;
  }
  if (!request_.prune) {
    result.status = "PruneSkipped";
    result.message = "ignored (requires pruning)";
    return result;
  }
  const Propagation propagation = has_option(task, request_, "PrunePropagationPolicy=background")
                                      ? Propagation::Background
                                      : Propagation::Foreground;
  const auto removed = remove_object(context_, cluster_, state.store_key, propagation,
                                     state.live["metadata"]["uid"].string());
  if (!removed) {
    result.status = "SyncFailed";
    result.message = removed.error().message;
    return result;
  }
  ++writes_;
  result.status = "Pruned";
  result.hook_phase = "Succeeded";
  result.message = "pruned";
  return result;
}

TaskResult Sync::write(const Task& task, TaskResult result) {
  const ResourceState& state = *task.state;
  // A kind whose definition came in an earlier wave of this very sync.
  object::Key key = state.store_key;
  if (state.is_unserved) {
    const auto kind =
        cluster_.kind_of(context_, with_group(state.key.group, state.version), state.key.kind);
    if (!kind) {
      result.status = "SyncFailed";
      result.message = kind.error().message;
      return result;
    }
    key = {kind->resource, state.key.ns, state.key.name};
  }
  const bool is_there = !state.live.is_null();
  if (state.is_hook && is_there && deletes_hook(state.target, HookDelete::BeforeCreation))
    (void)remove_object(context_, cluster_, key, Propagation::Background);
  const Value document = document_of(state);
  const bool replaces = has_option(task, request_, "Replace=true");
  Result<object::ObjectRef> written;
  if (replaces && !is_there) {
    written = cluster_.create(context_, document, kManager);
  } else if (replaces) {
    written = cluster_.update(context_, document, kManager);
  } else {
    written = cluster_.patch(context_, key, cluster::PatchType::Apply, document, kManager);
  }
  if (!written) {
    result.status = "SyncFailed";
    result.message = written.error().message;
    return result;
  }
  ++writes_;
  result.status = "Synced";
  result.hook_phase = "Running";
  const std::string_view done = replaces          ? "replaced"
                                : !is_there       ? "created"
                                : state.is_synced ? "unchanged"
                                                  : "configured";
  const bool is_server_side = request_.options.has("ServerSideApply=true");
  result.message = fmt::format("{} {}", short_name(result.key),
                               is_server_side && !replaces ? "serverside-applied" : done);
  return result;
}

TaskResult Sync::run(const Task& task) {
  TaskResult result;
  result.key = task.state->key;
  result.version = task.state->version;
  result.sync_phase = phase_name(task.phase);
  result.hook_type = hook_name(task);
  return task.is_prune ? prune(task, std::move(result)) : write(task, std::move(result));
}

void Sync::run_wave(const Wave& wave, std::vector<TaskResult>& results) {
  for (const Task& task : tasks_) {
    if (Wave(task.phase, task.wave) != wave || find(results, task) != nullptr) continue;
    TaskResult result = run(task);
    const bool has_failed = is_failed(result);
    results.push_back(std::move(result));
    if (has_failed) return;  // what needs it would fail as well
  }
}

Progress Sync::finish(Progress progress, bool has_failed) {
  const HookDelete when = has_failed ? HookDelete::Failed : HookDelete::Succeeded;
  for (const Task& task : tasks_) {
    const bool was_run = task.state->is_hook && find(progress.results, task) != nullptr;
    if (was_run && deletes_hook(task.state->target, when))
      (void)remove_object(context_, cluster_, task.state->store_key, Propagation::Background);
  }
  progress.phase = has_failed ? Progress::Phase::Failed : Progress::Phase::Succeeded;
  progress.message = has_failed ? kFailed : kAllRun;
  if (has_failed) {
    for (const TaskResult& result : progress.results) {
      if (!is_failed(result)) continue;
      progress.message += fmt::format(", reason: {}", result.message);
      break;
    }
  }
  return progress;
}

Progress Sync::advance(Progress progress) {
  if (progress.results.empty()) {
    std::optional<std::string> failure;
    const auto made = request_.dry_run ? Result<>() : ensure_namespace();
    if (!made) failure = made.error().message;
    if (!failure) failure = dry_run_failure();
    if (failure) {
      progress.phase = Progress::Phase::Failed;
      progress.message = fmt::format("one or more objects failed to apply, reason: {}", *failure);
      return progress;
    }
    if (request_.dry_run) {
      progress.phase = Progress::Phase::Succeeded;
      progress.message = "successfully synced (dry run)";
      return progress;
    }
  }
  look_again(progress.results);
  const bool has_failed = std::ranges::any_of(progress.results, is_failed);
  const Task* next = nullptr;
  const Task* running = nullptr;
  std::size_t running_count = 0;
  for (const Task& task : tasks_) {
    const bool is_of_failure = task.phase == Phase::SyncFail;
    const TaskResult* result = find(progress.results, task);
    if (result == nullptr) {
      if (next == nullptr && is_of_failure == has_failed) next = &task;
    } else if (result->hook_phase == "Running" && (task.state->is_hook || !has_failed)) {
      if (running == nullptr) running = &task;
      ++running_count;
    }
  }
  if (next == nullptr) {
    // The last wave's own objects may become healthy in their own time; hooks are waited for.
    const auto is_waiting_hook = [&](const Task& task) {
      const TaskResult* result = find(progress.results, task);
      return task.state->is_hook && result != nullptr && result->hook_phase == "Running";
    };
    if (std::ranges::none_of(tasks_, is_waiting_hook))
      return finish(std::move(progress), has_failed);
  }
  const bool is_new_wave = next != nullptr && running != nullptr &&
                           Wave(next->phase, next->wave) != Wave(running->phase, running->wave);
  if (next == nullptr || is_new_wave) {
    progress.message = fmt::format(
        "waiting for {} {}/{}{}",
        running->state->is_hook ? "completion of hook" : "healthy state of",
        with_group(running->state->key.group, running->state->key.kind), running->state->key.name,
        running_count > 1 ? fmt::format(" and {} more", running_count - 1) : std::string());
    return progress;
  }
  run_wave({next->phase, next->wave}, progress.results);
  progress.message = "one or more tasks are running";
  return progress;
}

}  // namespace gp::gitops
