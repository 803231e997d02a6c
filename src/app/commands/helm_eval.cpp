// `goldenpath helm eval`: cases as JSON lines on standard input, results as JSON lines.

#include <iostream>

#include "app/commands/commands.hpp"
#include "app/commands/helm_command.hpp"
#include "base/deep_stack.hpp"
#include "base/json.hpp"
#include "engine/helm/eval.hpp"
#include "engine/helm/render.hpp"

namespace gp::app {

int run_helm_eval() {
  std::ios::sync_with_stdio(false);
  int code = kFine;
  on_deep_stack([&code] {
    std::string line;
    for (int number = 1; std::getline(std::cin, line); ++number) {
      if (line.empty()) continue;
      auto spec = parse_json(line, {.bytes_max = std::size_t{64} << 20});
      if (!spec || !spec->is_object()) {
        code = report(invalid_argument("standard input:{}: {}", number,
                                       spec ? "a case is an object" : spec.error().message));
        return;
      }
      std::cout << to_json(helm::evaluate_case(*spec, helm::deep_stack_limits()),
                           {.sort_members = false, .escape_html = false})
                << '\n'
                << std::flush;
    }
  });
  return code;
}

}  // namespace gp::app
