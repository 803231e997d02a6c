#pragma once
// What the parser and the selector share. Private to this folder.

#include <string>
#include <string_view>
#include <vector>

#include "engine/selector/selector.hpp"

namespace gp::selector {

// apimachinery's NewRequirement: validates key, number of values and each value.
Result<Requirement> make_requirement(std::string key, Operator op, std::vector<std::string> values);

// What is wrong with a key, as a field error at `path`; empty if nothing.
std::string label_key_problem(std::string_view key, std::string_view path);

Result<std::vector<Requirement>> parse_requirements(std::string_view text);

}  // namespace gp::selector
