#include <filesystem>
#include <iostream>

#include "adapter/files/files.hpp"
#include "adapter/http_client/http_client.hpp"
#include "app/commands/commands.hpp"
#include "app/data_dir.hpp"
#include "app/terminal.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "base/yaml.hpp"

namespace gp::app {
namespace {

constexpr std::size_t kSmallBytesMax = 64U << 10U;

Result<Value> fetch_status(const StatusOptions& options) {
  const std::string dir = choose_data_dir(options.connection.data);
  const auto addresses = files::read_file(dir + "/addresses.json", kSmallBytesMax);
  const auto token = files::read_file(dir + "/portal-token", kSmallBytesMax);
  if (!addresses || !token) {
    return fail(
        unavailable("no platform runs from {}", dir)
            .with_hint("start one with `goldenpath up`, or name its data folder with --data"));
  }
  const Value where = TRY(parse_json(*addresses));

  http::Client client;
  http::ClientRequest request;
  request.url = where["portal"].string() + "/api/portal/status";
  request.headers.emplace_back("Authorization", fmt::format("Bearer {}", trimmed(*token)));
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
