// goldenpath diff APPLICATION: what a sync would change, object by object.

#include "app/commands/application.hpp"
#include "app/commands/portal_client.hpp"
#include "app/terminal.hpp"
#include "base/encoding.hpp"
#include "base/text.hpp"
#include "base/yaml.hpp"
#include "engine/diff/lines.hpp"

namespace gp::app {
namespace {

std::string heading(const Value& state) {
  const std::string group = state["group"].empty() ? "" : state["group"].string() + "/";
  const std::string ns = state["namespace"].empty() ? "" : state["namespace"].string() + "/";
  return fmt::format("{}{} {}{}", group, state["kind"].text(), ns, state["name"].text());
}

std::string text_of(const Value& object) {
  return object.is_null() ? std::string() : to_yaml(object);
}

void print_coloured(Terminal& terminal, std::string_view text) {
  for (const std::string_view line : split(text, '\n')) {
    const char first = line.empty() ? ' ' : line.front();
    const std::string shown = first == '+'   ? terminal.green(line)
                              : first == '-' ? terminal.red(line)
                              : first == '@' ? terminal.cyan(line)
                                             : std::string(line);
    terminal.print(shown + "\n");
  }
}

std::string what_happens(const Value& state) {
  if (state["requiresPruning"].boolean()) return "pruned, if that is allowed";
  if (state["live"].is_null()) return "created";
  return "changed";
}

Result<int> diff(const DiffCommand& options) {
  const ApplicationName app = ApplicationName::parse(options.name);
  const Value document = TRY(get_from_portal(
      options.connection, fmt::format("/api/gitops/applications/{}/{}", percent_encode(app.ns),
                                      percent_encode(app.name))));
  Terminal terminal(stdout);
  std::size_t count = 0;
  for (const Value& state : document["resources"].items()) {
    if (state["status"].text() == "Synced" || state["hook"].boolean()) continue;
    ++count;
    terminal.print(fmt::format("{}  {}\n", terminal.bold(heading(state)), what_happens(state)));
    if (!state["problem"].empty()) terminal.print(terminal.red(state["problem"].text()) + "\n");
    const Value nothing;
    const Value& after = state["requiresPruning"].boolean() ? nothing : state["expected"];
    print_coloured(terminal,
                   diff::unified(text_of(state["live"]), text_of(after), "live", "source"));
  }
  if (count == 0)
    terminal.print(fmt::format("no differences: {} objects\n", document["resources"].size()));
  return count == 0 ? kFine : kFindings;
}

}  // namespace

int run_diff(const DiffCommand& options) {
  const auto code = diff(options);
  return code ? *code : report(code.error());
}

}  // namespace gp::app
