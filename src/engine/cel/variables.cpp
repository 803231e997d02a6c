// Which variables an expression needs, so that only those are computed.

#include <algorithm>
#include <set>

#include "engine/cel/cel.hpp"

namespace gp::cel {
namespace {

void collect(const Expr& expr, std::vector<std::string_view>& own, std::set<std::string>& out) {
  if (expr.kind == Expr::Kind::Ident) {
    if (expr.type && expr.type->kind == Type::Kind::TypeType)
      return;  // "string" is a name of CEL's
    if (std::find(own.begin(), own.end(), expr.name) == own.end()) out.insert(expr.name);
    return;
  }
  if (expr.operand) collect(*expr.operand, own, out);
  for (const ExprPtr& argument : expr.arguments) {
    if (argument) collect(*argument, own, out);
  }
  if (!expr.comprehension) return;
  const Comprehension& loop = *expr.comprehension;
  collect(*loop.range, own, out);
  collect(*loop.initial, own, out);
  const std::size_t before = own.size();
  own.insert(own.end(), {loop.item, loop.item2, loop.accumulator});
  for (const ExprPtr* part : {&loop.condition, &loop.step, &loop.result}) collect(**part, own, out);
  own.resize(before);
}

}  // namespace

std::vector<std::string> Program::variables() const {
  std::vector<std::string_view> own;
  std::set<std::string> found;
  collect(*root_, own, found);
  return {found.begin(), found.end()};
}

}  // namespace gp::cel
