#include "app/version.hpp"

#include <iostream>

#include "app/commands/commands.hpp"
#include "base/json.hpp"
#include "base/yaml.hpp"

namespace gp::app {

int run_version(const std::string& output) {
  const Value facts = Value::object(
      {{"version", kVersion}, {"kubernetes", kKubernetesVersion}, {"compiler", __VERSION__}});
  if (output == "json") {
    std::cout << to_json(facts, {.indent = 2}) << "\n";
  } else if (output == "yaml") {
    std::cout << to_yaml(facts);
  } else {
    std::cout << fmt::format("goldenpath {} (speaks Kubernetes {})\n", kVersion,
                             kKubernetesVersion);
  }
  return kFine;
}

}  // namespace gp::app
