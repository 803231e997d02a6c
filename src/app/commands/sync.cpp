// goldenpath sync | history | rollback: Argo CD Applications from the command line.

#include <iostream>

#include "app/commands/application.hpp"
#include "app/terminal.hpp"
#include "base/json.hpp"
#include "base/yaml.hpp"

namespace gp::app {
namespace {

Value initiated_here() {
  return Value::object({{"username", "goldenpath"}});
}

Result<int> sync(const SyncCommand& options) {
  ApiClient client = TRY(connect(options.connection));
  Value sync = Value::object({{"prune", options.prune}, {"dryRun", options.dry_run}});
  for (const std::string& resource : options.resources) {
    // GROUP:KIND:NAME, as Argo CD's --resource
    const std::size_t first = resource.find(':');
    const std::size_t last = resource.rfind(':');
    if (first == std::string::npos || first == last) {
      return fail(invalid_argument("\"{}\" is not GROUP:KIND:NAME", resource)
                      .with_hint("core has an empty group: `--resource :ConfigMap:settings`"));
    }
    sync.edit("resources")
        .push_back(Value::object({{"group", resource.substr(0, first)},
                                  {"kind", resource.substr(first + 1, last - first - 1)},
                                  {"name", resource.substr(last + 1)}}));
  }
  const Value operation = Value::object({{"initiatedBy", initiated_here()}, {"sync", sync}});
  return operate(client, ApplicationName::parse(options.name), operation, !options.no_wait,
                 std::chrono::seconds(options.timeout_seconds));
}

Result<int> history(const HistoryCommand& options) {
  ApiClient client = TRY(connect(options.connection));
  const Value document = TRY(client.get(ApplicationName::parse(options.name).path()));
  const Value& list = document["status"]["history"];
  if (options.output == "json") {
    std::cout << to_json(list, {.escape_html = false, .indent = 2}) << "\n";
    return kFine;
  }
  if (options.output == "yaml") {
    std::cout << to_yaml(list);
    return kFine;
  }
  if (list.empty()) {
    std::cerr << fmt::format("application \"{}\" was never synced\n", options.name);
    return kFine;
  }
  std::vector<std::vector<std::string>> rows = {{"ID", "DEPLOYED", "REVISION", "BY"}};
  for (const Value& entry : list.items()) {
    std::string revision = entry["revision"].string();
    for (const Value& one : entry["revisions"].items())
      revision += (revision.empty() ? "" : ",") + one.string();
    const Value& by = entry["initiatedBy"];
    rows.push_back({to_json(entry["id"]), entry["deployedAt"].string(), std::move(revision),
                    by["automated"].boolean() ? "automated" : by["username"].string("-")});
  }
  std::cout << format_table(rows);
  return kFine;
}

Result<int> rollback(const RollbackCommand& options) {
  ApiClient client = TRY(connect(options.connection));
  const ApplicationName app = ApplicationName::parse(options.name);
  const Value document = TRY(client.get(app.path()));
  const Value& automated = document["spec"]["syncPolicy"]["automated"];
  if (automated.is_object() && automated["enabled"].boolean(true)) {
    return fail(failed_precondition("rollback cannot be performed when auto-sync is enabled")
                    .with_hint("take spec.syncPolicy.automated away first"));
  }
  const Value& list = document["status"]["history"];
  const Value* wanted = nullptr;
  for (const Value& entry : list.items()) {
    if (entry["id"].integer(-1) == options.id) wanted = &entry;
  }
  const bool is_previous = options.id < 0;  // none was named
  if (is_previous && list.size() >= 2) wanted = &list.at(list.size() - 2);
  if (wanted == nullptr) {
    return fail(not_found("application \"{}\" has no deployment {}", app.name,
                          is_previous ? "before the present one" : std::to_string(options.id))
                    .with_hint("`goldenpath history` lists them"));
  }
  Value sync = Value::object({{"prune", options.prune}});
  for (const char* field : {"revision", "revisions", "source", "sources"}) {
    if (!(*wanted)[field].is_null()) sync.set(field, (*wanted)[field]);
  }
  const Value operation = Value::object({{"initiatedBy", initiated_here()}, {"sync", sync}});
  return operate(client, app, operation, true, std::chrono::seconds(options.timeout_seconds));
}

}  // namespace

int run_sync(const SyncCommand& options) {
  const auto code = sync(options);
  return code ? *code : report(code.error());
}

int run_history(const HistoryCommand& options) {
  const auto code = history(options);
  return code ? *code : report(code.error());
}

int run_rollback(const RollbackCommand& options) {
  const auto code = rollback(options);
  return code ? *code : report(code.error());
}

}  // namespace gp::app
