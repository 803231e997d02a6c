#include "feature/gitops/status.hpp"

#include <algorithm>
#include <set>

namespace gp::gitops {
namespace {

void collect_images(const Value& node, std::set<std::string>& images) {
  for (const char* list : {"containers", "initContainers", "ephemeralContainers"}) {
    for (const Value& container : node[list].items()) {
      if (container["image"].is_string()) images.insert(container["image"].string());
    }
  }
  for (const char* inner : {"spec", "template", "jobTemplate"}) {
    if (node[inner].is_object()) collect_images(node[inner], images);
  }
}

void set_sources(Value& value, const Application& app) {
  if (!app.has_many_sources) {
    value.set("source", app.sources.front().value);
    return;
  }
  Value list = Value::array();
  for (const Source& source : app.sources) list.push_back(source.value);
  value.set("sources", std::move(list));
}

void set_revisions(Value& value, const Application& app,
                   const std::vector<std::string>& revisions) {
  if (!app.has_many_sources) {
    value.set("revision", revisions.empty() ? std::string() : revisions.front());
    return;
  }
  Value list = Value::array();
  for (const std::string& revision : revisions) list.push_back(revision);
  value.set("revisions", std::move(list));
}

}  // namespace

Value resources_status(const Comparison& comparison) {
  Value list = Value::array();
  for (const ResourceState& state : comparison.resources) {
    if (state.is_hook && state.live.is_null()) continue;
    Value item = Value::object(
        {{"version", state.version}, {"kind", state.key.kind}, {"name", state.key.name}});
    if (!state.key.group.empty()) item.set("group", state.key.group);
    if (!state.key.ns.empty()) item.set("namespace", state.key.ns);
    if (!state.is_hook) {
      const bool is_unknown = !state.problem.empty();
      item.set("status", is_unknown ? "Unknown" : state.is_synced ? "Synced" : "OutOfSync");
    } else {
      item.set("hook", true);
    }
    if (state.health) {
      Value health = Value::object({{"status", health_name(state.health->code)}});
      if (!state.health->message.empty()) health.set("message", state.health->message);
      item.set("health", std::move(health));
    }
    if (state.requires_pruning) item.set("requiresPruning", true);
    if (state.wave != 0) item.set("syncWave", state.wave);
    list.push_back(std::move(item));
  }
  return list;
}

Value sync_status(const Application& app, std::string_view status,
                  const std::vector<std::string>& revisions) {
  Value value = Value::object({{"status", status}});
  set_revisions(value, app, revisions);
  Value compared = Value::object({{"destination", app.destination.value}});
  set_sources(compared, app);
  if (app.ignore_differences.is_array()) compared.set("ignoreDifferences", app.ignore_differences);
  value.set("comparedTo", std::move(compared));
  return value;
}

Value summary_status(const Comparison& comparison) {
  std::set<std::string> images, urls;
  for (const ResourceState& state : comparison.resources) {
    if (!state.live.is_null()) collect_images(state.live, images);
    if (state.key.kind != "Ingress") continue;
    for (const Value& rule : state.live["spec"]["rules"].items()) {
      const bool is_secure = !state.live["spec"]["tls"].empty();
      if (!rule["host"].empty())
        urls.insert(fmt::format("{}://{}", is_secure ? "https" : "http", rule["host"].text()));
    }
  }
  Value summary = Value::object();
  for (const std::string& image : images) summary.edit("images").push_back(image);
  for (const std::string& url : urls) summary.edit("externalURLs").push_back(url);
  return summary;
}

Value conditions_status(const Value& before, const std::vector<Notice>& notices, TimePoint now) {
  Value list = Value::array();
  for (const Notice& notice : notices) {
    const auto is_same = [&](const Value& old) {
      return old["type"].text() == notice.type && old["message"].text() == notice.message;
    };
    const auto old = std::ranges::find_if(before.items(), is_same);
    const bool is_known = old != before.items().end();
    list.push_back(Value::object({{"type", notice.type},
                                  {"message", notice.message},
                                  {"lastTransitionTime", is_known ? (*old)["lastTransitionTime"]
                                                                  : Value(format_time(now))}}));
  }
  return list.empty() ? Value() : list;
}

Value health_status(const Value& before, HealthCode code, TimePoint now) {
  const bool is_same = before["status"].text() == health_name(code);
  return Value::object({{"status", health_name(code)},
                        {"lastTransitionTime", is_same && !before["lastTransitionTime"].empty()
                                                   ? before["lastTransitionTime"]
                                                   : Value(format_time(now))}});
}

Value history_with(const Value& history, const Application& app, const Value& operation_state,
                   TimePoint now) {
  Value list = history.is_array() ? history : Value::array();
  const std::int64_t id = list.empty() ? 0 : list.at(list.size() - 1)["id"].integer() + 1;
  const Value& result = operation_state["syncResult"];
  Value entry = Value::object({{"id", id},
                               {"deployedAt", format_time(now)},
                               {"deployStartedAt", operation_state["startedAt"]}});
  for (const char* field : {"revision", "revisions", "source", "sources"}) {
    if (!result[field].is_null()) entry.set(field, result[field]);
  }
  const Value& by = operation_state["operation"]["initiatedBy"];
  if (!by.is_null()) entry.set("initiatedBy", by);
  list.push_back(std::move(entry));
  const auto limit = static_cast<std::size_t>(std::max<std::int64_t>(1, app.history_limit));
  while (list.size() > limit) list.erase_at(0);
  return list;
}

std::vector<Owned> owned_of(const Value& status) {
  std::vector<Owned> owned;
  const auto add = [&](const Value& item) {
    owned.push_back({{item["group"].string(), item["kind"].string(), item["namespace"].string(),
                      item["name"].string()},
                     item["version"].string()});
  };
  for (const Value& item : status["resources"].items()) {
    if (!item["hook"].boolean()) add(item);
  }
  // What a sync has written may not have been compared yet.
  for (const Value& item : status["operationState"]["syncResult"]["resources"].items()) {
    if (item["hookType"].empty() && item["status"].text() == "Synced") add(item);
  }
  return owned;
}

}  // namespace gp::gitops
