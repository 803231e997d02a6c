#include "platform/object/rules_builtin.hpp"

#include <array>

namespace gp::object {
namespace {

struct Entry {
  std::string_view group;
  std::string_view kind;
  Rule rule;
};

constexpr std::array kRules = {
    Entry{"", "ConfigMap", check_config_map},
    Entry{"", "Secret", check_secret},
    Entry{"", "Event", check_event},
};

}  // namespace

Rule rule_of(std::string_view group, std::string_view kind) {
  for (const Entry& entry : kRules) {
    if (entry.group == group && entry.kind == kind) return entry.rule;
  }
  return nullptr;
}

}  // namespace gp::object
