#pragma once
// A number literal as a node: everything it can be (1 is an int, a uint and a float).

#include <string_view>

#include "base/result.hpp"
#include "engine/template/lexer.hpp"
#include "engine/template/node.hpp"

namespace gp::tmpl {

Result<void> read_number(const Token& token, Node& node);

}  // namespace gp::tmpl
