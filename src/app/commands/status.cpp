#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "adapter/http_client/http_client.hpp"
#include "app/commands/commands.hpp"
#include "app/data_dir.hpp"
#include "app/terminal.hpp"
#include "base/json.hpp"
#include "base/yaml.hpp"

namespace gp::app {
namespace {

Result<std::string> read_small(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return fail(unavailable("{} does not exist", path));
  return std::string((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
}

Result<Value> fetch_status(const StatusOptions& options) {
  const std::string dir = choose_data_dir(options.connection.data);
  const auto addresses = read_small(dir + "/addresses.json");
  const auto token = read_small(dir + "/portal-token");
  if (!addresses || !token) {
    return fail(
        unavailable("no platform runs from {}", dir)
            .with_hint("start one with `goldenpath up`, or name its data folder with --data"));
  }
  const Value where = TRY(parse_json(*addresses));
  std::string trimmed = *token;
  while (trimmed.ends_with('\n')) trimmed.pop_back();

  http::Client client;
  http::ClientRequest request;
  request.url = where["portal"].string() + "/api/portal/status";
  request.headers.emplace_back("Authorization", "Bearer " + trimmed);
  auto answer = client.send(Context(system_clock(), std::chrono::seconds(10)), request);
  if (!answer) {
    Error error = std::move(answer).error();
    error.code = Code::Unavailable;
    return fail(std::move(error).with_hint(
        "it seems to have stopped: start it again with `goldenpath up`"));
  }
  if (answer->status != 200) {
    return fail(unavailable("{} answered {}", request.url, answer->status)
                    .with_hint("another program may be listening there now"));
  }
  return parse_json(answer->body);
}

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
  const auto status = fetch_status(options);
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
