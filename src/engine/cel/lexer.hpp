#pragma once
// Tokens of CEL (language definition, "Syntax"). Private to this engine.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "engine/cel/ast.hpp"

namespace gp::cel {

struct Token {
  enum class Kind { End, Ident, Quoted /* `a-b` */, Literal, Symbol };
  Kind kind = Kind::End;
  std::string text;  // identifier, or the symbol: "&&", ".?", "[?"
  Literal literal;
  std::size_t offset = 0;  // in code points
};

Result<std::vector<Token>> tokenize(std::string_view source, const ParseLimits& limits);

}  // namespace gp::cel
