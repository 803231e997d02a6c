#include <iostream>

#include "app/commands/commands.hpp"
#include "app/commands/portal_client.hpp"
#include "app/terminal.hpp"
#include "base/json.hpp"
#include "base/yaml.hpp"

namespace gp::app {
namespace {

void print_table(const Value& status) {
  Terminal terminal(stdout);
  std::vector<std::vector<std::string>> rows = {{"PART", "STATE", "COUNT", "PROBLEMS", "SUMMARY"}};
  for (const Value& part : status["parts"].items()) {
    std::string summary = part["address"].string();
    for (const char* field : {"summary", "hint"}) {
      if (part[field].empty()) continue;
      summary += (summary.empty() ? "" : "  ") + part[field].string();
    }
    rows.push_back({part["name"].string(), part["state"].string(), to_json(part["count"]),
                    to_json(part["problems"]), std::move(summary)});
  }
  terminal.print(format_table(rows));
}

}  // namespace

int run_status(const StatusOptions& options) {
  const auto status = get_from_portal(options.connection, "/api/portal/status");
  if (!status) return report(status.error());
  if (options.output == "json") {
    std::cout << to_json(*status, {.indent = 2}) << "\n";
  } else if (options.output == "yaml") {
    std::cout << to_yaml(*status);
  } else {
    print_table(*status);
  }
  for (const Value& part : (*status)["parts"].items()) {
    const std::string_view state = part["state"].text();
    if (state == "failed" || state == "degraded") return kFindings;
  }
  return kFine;
}

}  // namespace gp::app
