#include "feature/gitops/operation.hpp"

namespace gp::gitops {

std::string_view progress_name(Progress::Phase phase) {
  switch (phase) {
    case Progress::Phase::Running: return "Running";
    case Progress::Phase::Succeeded: return "Succeeded";
    case Progress::Phase::Failed: return "Failed";
    case Progress::Phase::Error: return "Error";
  }
  return {};
}

SyncRequest SyncRequest::of(const Value& operation, const Application& app) {
  const Value& sync = operation["sync"];
  SyncRequest request;
  request.prune = sync["prune"].boolean();
  request.dry_run = sync["dryRun"].boolean();
  request.skips_hooks = sync["syncStrategy"]["apply"].is_object();
  request.resources = sync["resources"];
  request.options =
      sync["syncOptions"].is_array() ? SyncOptions::of_list(sync["syncOptions"]) : app.options;
  return request;
}

TaskResult TaskResult::of(const Value& value) {
  TaskResult result;
  result.key = {value["group"].string(), value["kind"].string(), value["namespace"].string(),
                value["name"].string()};
  result.version = value["version"].string();
  result.sync_phase = value["syncPhase"].string();
  result.hook_type = value["hookType"].string();
  result.status = value["status"].string();
  result.hook_phase = value["hookPhase"].string();
  result.message = value["message"].string();
  return result;
}

Value TaskResult::to_value() const {
  Value value = Value::object({{"group", key.group},
                               {"version", version},
                               {"kind", key.kind},
                               {"namespace", key.ns},
                               {"name", key.name},
                               {"syncPhase", sync_phase}});
  if (!status.empty()) value.set("status", status);
  if (!hook_type.empty()) value.set("hookType", hook_type);
  if (!hook_phase.empty()) value.set("hookPhase", hook_phase);
  if (!message.empty()) value.set("message", message);
  return value;
}

}  // namespace gp::gitops
