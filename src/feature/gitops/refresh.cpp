#include "feature/gitops/refresh.hpp"

#include <algorithm>

#include "base/json.hpp"
#include "base/text.hpp"
#include "feature/gitops/project.hpp"

namespace gp::gitops {
namespace {

using runtime::Next;

constexpr int kTurnsMax = 50;  // steps of a sync in one reconcile
constexpr Duration kHealDelay = std::chrono::seconds(2);
constexpr Duration kHealDelayMax = std::chrono::minutes(5);
constexpr int kHealFactor = 3;
constexpr Duration kSyncPoll = std::chrono::seconds(2);

bool is_running(const Value& state) {
  return state["phase"].text() == "Running";
}

// The revisions and sources that the last operation was about.
bool was_about(const Value& operation_state, const Value& sync) {
  const Value& result = operation_state["syncResult"];
  const Value& compared = sync["comparedTo"];
  return result["revision"] == sync["revision"] && result["revisions"] == sync["revisions"] &&
         result["source"] == compared["source"] && result["sources"] == compared["sources"];
}

bool is_nameless_hook(const Value& object) {
  const Value& metadata = object["metadata"];
  return metadata["name"].empty() && !metadata["generateName"].empty() && is_hook(object);
}

}  // namespace

void ApplicationController::Refresh::find_cluster() {
  const Destination& to = app.destination;
  const bool is_here = to.server == kInClusterServer || to.name == "in-cluster" ||
                       (to.server.empty() && to.name.empty());
  if (is_here) {
    cluster = std::shared_ptr<cluster::Cluster>(std::shared_ptr<void>(), &run.cluster());
    server = kInClusterServer;
  } else {
    cluster = controller.find_cluster_(to.name, to.server);
    server = to.server.empty() ? to.name : to.server;
  }
}

Result<> ApplicationController::Refresh::judge_specification() {
  app = TRY(Application::parse(run.document()));
  find_cluster();
  const Destination& to = app.destination;
  if (!cluster && !to.name.empty()) {
    return fail(
        not_found("application destination spec is invalid: unable to find destination "
                  "server: there are no clusters with this name: {}",
                  to.name));
  }
  if (!cluster) {
    return fail(
        not_found("application destination spec is invalid: cluster '{}' has not been "
                  "configured: add it with `goldenpath cluster add`",
                  to.server));
  }
  project = TRY(controller.project_of(run, app));
  const std::vector<std::string> problems = project_problems(project, app, server);
  if (!problems.empty()) {
    for (std::size_t i = 1; i < problems.size(); ++i)
      notices.push_back({"InvalidSpecError", problems[i]});
    return fail(forbidden("{}", problems.front()));
  }
  return {};
}

Result<> ApplicationController::Refresh::render(bool is_hard) {
  RenderRequest request{app, is_hard, {}, is_local()};
  const Value& sync = operation()["sync"];
  if (sync["source"].is_object()) {
    app.sources = {Source::of(sync["source"])};
  } else if (sync["sources"].is_array()) {
    app.sources.clear();
    for (const Value& source : sync["sources"].items()) app.sources.push_back(Source::of(source));
  }
  if (!sync["revision"].empty()) request.revisions = {sync["revision"].string()};
  for (const Value& revision : sync["revisions"].items())
    request.revisions.push_back(revision.string());
  auto made = controller.rendered(run.context(), run.key(), request);
  if (!made) {
    const std::string_view which = app.sources.size() == 1 ? "source 1 of 1" : "sources";
    return fail(std::move(made.error())
                    .with_context(fmt::format("failed to generate manifest for {}", which)));
  }
  rendered = std::move(*made);
  return {};
}

// Hooks that leave their name to the server get one for each operation, as Argo CD names them: so
// that what runs is found again.
Value ApplicationController::Refresh::with_name(const Value& object) const {
  if (!is_nameless_hook(object)) return object;
  const Value& metadata = object["metadata"];
  const std::vector<Phase> phases = hook_phases(object);
  const std::string revision = rendered->revisions.empty() ? "" : rendered->revisions.front();
  const Value& started = status["operationState"]["startedAt"];
  const auto time = parse_time(started.text());
  const std::int64_t seconds =
      time ? std::chrono::duration_cast<std::chrono::seconds>(time->time_since_epoch()).count() : 0;
  Value named = object;
  named.edit("metadata")
      .set("name",
           lower(fmt::format("{}{}-{}-{}", metadata["generateName"].text(), revision.substr(0, 7),
                             phase_name(phases.empty() ? Phase::Sync : phases.front()), seconds)));
  named.edit("metadata").erase("generateName");
  return named;
}

Result<> ApplicationController::Refresh::compare() {
  std::vector<Value> targets;
  notices.clear();
  for (const Value& object : rendered->objects) {
    const ResourceKey key = key_of(object);
    const auto kind = cluster->kind_of(run.context(), object["apiVersion"].text(), key.kind);
    const std::string problem = kind_problem(project, key, !kind || kind->is_namespaced);
    if (problem.empty()) {
      targets.push_back(with_name(object));
    } else {
      notices.push_back({"InvalidSpecError", problem});
    }
  }
  for (const std::string& warning : rendered->warnings)
    notices.push_back({"SourceWarning", warning});
  comparison = TRY(controller.comparer_.compare(run.context(), *cluster, app, std::move(targets),
                                                owned_of(status)));
  notices.insert(notices.end(), comparison.notices.begin(), comparison.notices.end());
  status.set("sync",
             sync_status(app, comparison.is_synced ? "Synced" : "OutOfSync", rendered->revisions));
  status.set("resources", resources_status(comparison));
  return {};
}

Value ApplicationController::Refresh::operation() const {
  if (is_running(status["operationState"])) return status["operationState"]["operation"];
  if (!asked.is_null()) return asked;
  return run.document()["operation"];
}

void ApplicationController::Refresh::note_failed_attempt() {
  notices.push_back({"SyncError", fmt::format("Failed last sync attempt: {}",
                                              status["operationState"]["message"].text())});
}

// Only what differs is healed, without hooks; and later each time, as somebody else may want it
// otherwise.
bool ApplicationController::Refresh::may_heal(Value& sync) {
  const Value& last = status["operationState"];
  std::int64_t attempts = last["operation"]["sync"]["selfHealAttemptsCount"].integer();
  const TimePoint finished = parse_time(last["finishedAt"].text()).value_or(now());
  if (now() - finished > kHealDelayMax) attempts = 0;
  Duration delay = attempts == 0 ? Duration(0) : kHealDelay;
  for (std::int64_t i = 1; i < attempts && delay < kHealDelayMax; ++i) delay *= kHealFactor;
  delay = std::min(delay, kHealDelayMax);
  if (now() < finished + delay) {
    heals_in = finished + delay - now();
    return false;
  }
  sync.set("selfHealAttemptsCount", attempts + 1);
  for (const ResourceState& state : comparison.resources) {
    if (state.is_synced || state.is_hook) continue;
    sync.edit("resources")
        .push_back(Value::object({{"group", state.key.group},
                                  {"kind", state.key.kind},
                                  {"name", state.key.name},
                                  {"namespace", state.key.ns}}));
  }
  return true;
}

void ApplicationController::Refresh::maybe_sync_automatically() {
  if (!app.automated || !operation().is_null() || comparison.is_synced) return;
  const Automated& policy = *app.automated;
  bool has_target = false, has_work = false;
  for (const ResourceState& state : comparison.resources) {
    has_target = has_target || !state.target.is_null();
    if (state.is_synced || state.is_hook) continue;
    const bool is_on_its_way = !state.live["metadata"]["deletionTimestamp"].is_null();
    const bool is_work = state.requires_pruning ? policy.prune && !is_on_its_way : true;
    has_work = has_work || is_work;
  }
  if (!has_work) return;
  if (!has_target && !policy.allow_empty) {
    notices.push_back({"SyncError",
                       "Skipping sync attempt to avoid wiping out all resources: "
                       "allowEmpty in the automated sync policy permits it"});
    return;
  }
  const Value& last = status["operationState"];
  const bool was_tried = !last.is_null() && was_about(last, status["sync"]);
  if (was_tried && last["phase"].text() != "Succeeded") {
    note_failed_attempt();
    return;
  }
  if (was_tried && !policy.self_heal) return;
  Value sync = Value::object({{"prune", policy.prune}});
  if (was_tried && !may_heal(sync)) return;
  const Value& synced = status["sync"];
  if (synced["revision"].is_string()) sync.set("revision", synced["revision"]);
  if (synced["revisions"].is_array()) sync.set("revisions", synced["revisions"]);
  asked = Value::object(
      {{"initiatedBy", Value::object({{"automated", true}})}, {"sync", std::move(sync)}});
  if (app.retry.is_object()) asked.set("retry", app.retry);
}

void ApplicationController::Refresh::begin(const Value& wanted) {
  Value state = Value::object({{"operation", wanted},
                               {"phase", "Running"},
                               {"message", "waiting to start"},
                               {"startedAt", format_time(now())}});
  Value result = Value::object();
  const Value& sync = status["sync"];
  for (const char* field : {"revision", "revisions"}) {
    if (!sync[field].is_null()) result.set(field, sync[field]);
  }
  for (const char* field : {"source", "sources"}) {
    if (!sync["comparedTo"][field].is_null()) result.set(field, sync["comparedTo"][field]);
  }
  state.set("syncResult", std::move(result));
  status.set("operationState", std::move(state));
  const bool is_automatic = wanted["initiatedBy"]["automated"].boolean();
  run.event("Normal", "OperationStarted",
            fmt::format("Initiated {} sync to '{}'", is_automatic ? "automated" : "manual",
                        rendered->revisions.empty() ? "" : rendered->revisions.front()));
}

// A failed sync that is to be tried again, after a while.
bool ApplicationController::Refresh::retries(const Progress& progress, const Retry& retry) {
  if (progress.phase != Progress::Phase::Failed) return false;
  Value& state = status.edit("operationState");
  const std::int64_t count = state["retryCount"].integer();
  if (retry.limit >= 0 && count >= retry.limit) return false;
  const TimePoint at = now() + retry.delay(count);
  state.set("retryCount", count + 1);
  state.set("finishedAt", format_time(now()));
  state.edit("syncResult").erase("resources");
  state.set("message", fmt::format("{}. Retrying attempt #{} at {}.", progress.message, count + 1,
                                   format_time(at)));
  return true;
}

void ApplicationController::Refresh::end(Progress progress) {
  Value& state = status.edit("operationState");
  state.set("phase", progress_name(progress.phase));
  state.set("finishedAt", format_time(now()));
  const bool has_succeeded = progress.phase == Progress::Phase::Succeeded;
  const Value& sync = state["operation"]["sync"];
  const bool is_whole = sync["resources"].empty() && !sync["dryRun"].boolean();
  if (has_succeeded && is_whole)
    status.set("history", history_with(status["history"], app, state, now()));
  run.event(has_succeeded ? "Normal" : "Warning", "OperationCompleted",
            fmt::format("Sync operation to {} {}: {}",
                        rendered->revisions.empty() ? "" : rendered->revisions.front(),
                        has_succeeded ? "succeeded" : "failed", progress.message));
}

Result<Next> ApplicationController::Refresh::work_on_operation() {
  const Value wanted = operation();
  if (wanted.is_null() || !wanted["sync"].is_object())
    return heals_in > Duration(0) ? Next::in(heals_in) : Next::done();
  if (!is_running(status["operationState"])) {
    begin(wanted);
    // Their names are this operation's.
    if (std::ranges::any_of(rendered->objects, is_nameless_hook)) TRY(compare());
  }
  const Value state = status["operationState"];
  const Retry retry = Retry::of(wanted["retry"]);
  if (state["retryCount"].integer() > 0 && state["syncResult"]["resources"].is_null()) {
    const auto failed_at = parse_time(state["finishedAt"].text());
    const TimePoint next_try =
        failed_at.value_or(now()) + retry.delay(state["retryCount"].integer() - 1);
    if (now() < next_try) return Next::in(next_try - now());
  }
  const SyncRequest request = SyncRequest::of(wanted, app);
  Progress progress;
  for (const Value& item : state["syncResult"]["resources"].items())
    progress.results.push_back(TaskResult::of(item));

  for (int turn = 0; turn < kTurnsMax; ++turn) {
    Sync sync(run.context(), *cluster, app, request, comparison, progress.results);
    progress = sync.advance(std::move(progress));
    Value list = Value::array();
    for (const TaskResult& result : progress.results) list.push_back(result.to_value());
    Value& operation_state = status.edit("operationState");
    operation_state.set("message", progress.message);
    operation_state.edit("syncResult").set("resources", std::move(list));
    if (progress.phase != Progress::Phase::Running) {
      if (!retries(progress, retry)) {
        end(progress);
        TRY(compare());
        if (progress.phase == Progress::Phase::Failed &&
            wanted["initiatedBy"]["automated"].boolean())
          note_failed_attempt();
        return Next::done();
      }
      return Next::in(retry.delay(status["operationState"]["retryCount"].integer() - 1));
    }
    if (sync.writes() == 0) return Next::in(kSyncPoll);
    TRY(compare());
  }
  return Next::in(kSyncPoll);
}

void ApplicationController::Refresh::fill_status() {
  const bool is_compared = rendered != nullptr;
  const bool is_broken = std::ranges::any_of(notices, [](const Notice& notice) {
    return notice.type == "InvalidSpecError" || notice.type == "ComparisonError";
  });
  if (!is_compared || (is_broken && comparison.resources.empty())) {
    Value sync = status["sync"].is_object() ? status["sync"] : Value::object();
    sync.set("status", "Unknown");
    status.set("sync", std::move(sync));
  }
  const HealthCode health =
      !is_compared && comparison.resources.empty() ? HealthCode::Unknown : comparison.health.code;
  status.set("health", health_status(before["health"], health, now()));
  status.set("summary", summary_status(comparison));
  Value conditions = conditions_status(before["conditions"], notices, now());
  if (conditions.is_null()) {
    status.erase("conditions");
  } else {
    status.set("conditions", std::move(conditions));
  }
  if (is_compared && !rendered->source_types.empty()) {
    if (app.has_many_sources) {
      Value types = Value::array();
      for (const std::string& type : rendered->source_types) types.push_back(type);
      status.set("sourceTypes", std::move(types));
    } else {
      status.set("sourceType", rendered->source_types.front());
    }
  }
  status.set("controllerNamespace", app.ns);

  std::set<object::Key> objects;
  for (const ResourceState& state : comparison.resources) {
    if (is_local() && !state.store_key.resource.empty()) objects.insert(state.store_key);
  }
  controller.watched_->set(run.key(), app.project, std::move(objects));
  if (is_compared)
    controller.comparisons_->set(run.key(),
                                 comparison_document(comparison, app.ignore_differences));
  controller.report(run.key(), status["sync"]["status"].text(), status["health"]["status"].text(),
                    notices.size());
}

Result<> ApplicationController::Refresh::write_status() {
  if (!(status == before)) {
    status.set("reconciledAt", format_time(now()));
    Value patch = status;
    for (const auto& member : before.members()) {
      if (!status.contains(member.key())) patch.set(member.key(), Value());
    }
    TRY(run.cluster().patch(run.context(), run.key(), cluster::PatchType::Merge,
                            Value::object({{"status", std::move(patch)}}), kManager, "status"));
  }
  // Only now: what was asked for is in the status, whatever happens next.
  Value clean = Value::object();
  const bool is_over = !is_running(status["operationState"]);
  if (!run.document()["operation"].is_null() && is_over) clean.set("operation", Value());
  if (!run.document()["metadata"]["annotations"][kRefreshAnnotation].empty()) {
    clean.set("metadata",
              Value::object({{"annotations", Value::object({{kRefreshAnnotation, Value()}})}}));
  }
  if (clean.empty()) return {};
  TRY(run.cluster().patch(run.context(), run.key(), cluster::PatchType::Merge, clean, kManager));
  return {};
}

}  // namespace gp::gitops
