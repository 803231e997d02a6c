#pragma once
// The rules of built-in kinds, one function a kind. Private to this folder; rule_of() finds them by
// name.

#include "platform/object/rules.hpp"

namespace gp::object {

// rules_core.cpp
void check_config_map(const Value& object, const Value* before, Report& report);
void check_secret(const Value& object, const Value* before, Report& report);
void check_event(const Value& object, const Value* before, Report& report);

}  // namespace gp::object
