#include "app/commands/application.hpp"

#include <iostream>
#include <set>

#include "app/terminal.hpp"
#include "base/encoding.hpp"

namespace gp::app {
namespace {

constexpr auto kLook = std::chrono::milliseconds(200);
constexpr std::string_view kApi = "/apis/argoproj.io/v1alpha1/namespaces/";

// What an operation has done, each object once.
class Watch {
 public:
  explicit Watch(Terminal& terminal) : terminal_(terminal) {}

  void show(const Value& state) {
    for (const Value& item : state["syncResult"]["resources"].items()) {
      const std::string phase = item["hookPhase"].string();
      const std::string line =
          fmt::format("{:<9} {:<24} {:<32} {}", item["syncPhase"].text(), item["kind"].text(),
                      item["name"].text(), item["message"].text());
      if (!shown_.insert(line).second) continue;
      const bool is_bad =
          item["status"].text() == "SyncFailed" || phase == "Failed" || phase == "Error";
      terminal_.print((is_bad ? terminal_.red(line) : line) + "\n");
    }
  }

 private:
  Terminal& terminal_;
  std::set<std::string> shown_;
};

}  // namespace

ApplicationName ApplicationName::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return {"argocd", std::string(text)};
  return {std::string(text.substr(0, slash)), std::string(text.substr(slash + 1))};
}

std::string ApplicationName::path() const {
  return fmt::format("{}{}/applications/{}", kApi, percent_encode(ns), percent_encode(name));
}

Result<int> operate(ApiClient& client, const ApplicationName& app, const Value& operation,
                    bool waits, Duration timeout) {
  const Value before = TRY(client.get(app.path()));
  if (before["status"]["operationState"]["phase"].text() == "Running") {
    return fail(failed_precondition("another operation is already in progress: {}",
                                    before["status"]["operationState"]["message"].text())
                    .with_hint("wait for it, or look at it with `goldenpath history`"));
  }
  const std::string started_before = before["status"]["operationState"]["startedAt"].string();
  TRY(client.send("PATCH", app.path(), Value::object({{"operation", operation}}),
                  "application/merge-patch+json"));
  if (!waits) {
    std::cout << fmt::format("application \"{}\": sync asked for\n", app.name);
    return kFine;
  }
  Terminal terminal(stdout);
  Watch watch(terminal);
  const Context until(system_clock(), timeout);
  for (;;) {
    const Value document = TRY(client.get(app.path()));
    const Value& state = document["status"]["operationState"];
    const bool is_ours = document["operation"].is_null() ||
                         state["startedAt"].string() != started_before ||
                         state["phase"].text() == "Running";
    if (is_ours) watch.show(state);
    const bool is_over = document["operation"].is_null() && state["phase"].text() != "Running";
    if (is_over) {
      const bool is_fine = state["phase"].text() == "Succeeded";
      const std::string word =
          is_fine ? terminal.green("Succeeded") : terminal.red(state["phase"].string());
      terminal.print(fmt::format("\n{}  {}\n", word, state["message"].text()));
      terminal.print(fmt::format("sync {}, health {}\n",
                                 document["status"]["sync"]["status"].text(),
                                 document["status"]["health"]["status"].text()));
      return is_fine ? kFine : kFindings;
    }
    if (!cluster::wait_for(until, kLook)) {
      return fail(deadline_exceeded("application \"{}\": {}", app.name, state["message"].text())
                      .with_hint("it goes on; give it longer with --timeout"));
    }
  }
}

}  // namespace gp::app
