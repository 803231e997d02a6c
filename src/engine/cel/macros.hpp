#pragma once
// Macros: calls that the parser rewrites (language definition, "Macros"; two-variable and optional
// extensions).

#include "engine/cel/ast.hpp"

namespace gp::cel {

// Null when `function` with this receiver and arguments is no macro; the arguments are consumed
// when it is one. `receiver` is null for `has(…)`.
Result<ExprPtr> expand_macro(std::string_view source, std::string_view function, ExprPtr& receiver,
                             std::vector<ExprPtr>& arguments, std::size_t offset);

ExprPtr make_ident(std::string name, std::size_t offset);
ExprPtr make_bool(bool value, std::size_t offset);
ExprPtr make_int(std::int64_t value, std::size_t offset);
ExprPtr make_call(std::string_view function, std::size_t offset, ExprPtr a, ExprPtr b = nullptr,
                  ExprPtr c = nullptr);

}  // namespace gp::cel
