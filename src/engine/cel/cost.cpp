// Static cost estimates: an expression that could cost too much is refused when it is declared, not
// when it is too late.

#include <limits>

#include "engine/cel/cel.hpp"

namespace gp::cel {
namespace {

constexpr std::uint64_t kMax = std::numeric_limits<std::uint64_t>::max();

std::uint64_t plus(std::uint64_t a, std::uint64_t b) {
  std::uint64_t out = 0;
  return __builtin_add_overflow(a, b, &out) ? kMax : out;
}
std::uint64_t times(std::uint64_t a, std::uint64_t b) {
  std::uint64_t out = 0;
  return __builtin_mul_overflow(a, b, &out) ? kMax : out;
}

void add(CostRange& into, const CostRange& more) {
  into.min = plus(into.min, more.min);
  into.max = plus(into.max, more.max);
}

class Estimator {
 public:
  explicit Estimator(std::size_t size_max) : size_max_(size_max) {}

  CostRange cost(const Expr& expr) const {
    CostRange total{1, 1};
    if (expr.operand) add(total, cost(*expr.operand));
    if (expr.kind == Expr::Kind::Comprehension) {
      add(total, loop(*expr.comprehension));
      return total;
    }
    if (expr.kind == Expr::Kind::Call && is_branching(expr.name)) {
      add(total, branches(expr));
      return total;
    }
    for (const ExprPtr& argument : expr.arguments) add(total, cost(*argument));
    if (expr.kind == Expr::Kind::Call) total.max = plus(total.max, reading(expr));
    return total;
  }

 private:
  static bool is_branching(std::string_view name) {
    return name == op::kAnd || name == op::kOr || name == op::kConditional;
  }

  // The first argument always runs; of the others at least none (&&, ||) or the cheaper one (?:).
  CostRange branches(const Expr& expr) const {
    CostRange total = cost(*expr.arguments[0]);
    if (expr.name != op::kConditional) {
      total.max = plus(total.max, cost(*expr.arguments[1]).max);
      return total;
    }
    const CostRange yes = cost(*expr.arguments[1]);
    const CostRange no = cost(*expr.arguments[2]);
    add(total, {std::min(yes.min, no.min), std::max(yes.max, no.max)});
    return total;
  }

  CostRange loop(const Comprehension& loop) const {
    CostRange total = cost(*loop.range);
    add(total, cost(*loop.initial));
    add(total, cost(*loop.result));
    const std::uint64_t once = plus(cost(*loop.condition).max, cost(*loop.step).max);
    total.max = plus(total.max, times(once, items_of(*loop.range)));
    return total;
  }

  std::uint64_t items_of(const Expr& range) const {
    if (range.type && range.type->kind == Type::Kind::Object) return range.type->fields.size();
    return size_of(range);
  }

  // Characters, items or entries that the value may have at most.
  std::uint64_t size_of(const Expr& expr) const {
    if (expr.kind == Expr::Kind::Literal) return expr.literal.text.size();
    if (expr.kind == Expr::Kind::Call && expr.name == op::kAdd) {
      return plus(size_of(*expr.arguments[0]), size_of(*expr.arguments[1]));
    }
    if (expr.kind == Expr::Kind::Comprehension) return size_of(*expr.comprehension->range);
    if (expr.type == nullptr || expr.type->size_max == 0) return size_max_;
    return expr.type->size_max;
  }

  static bool has_size(const Expr& expr) {
    if (!expr.type) return true;
    switch (expr.type->kind) {
      case Type::Kind::String:
      case Type::Kind::Bytes:
      case Type::Kind::List:
      case Type::Kind::Map:
      case Type::Kind::Dyn: return true;
      default: return false;
    }
  }

  // Functions that read their arguments to the end cost a unit for ten characters, or one for each
  // item.
  std::uint64_t reading(const Expr& expr) const {
    const Function* function = find_function(expr.name);
    if (function == nullptr) return 0;
    const bool is_comparison = expr.name == op::kEqual || expr.name == op::kNotEqual ||
                               expr.name == op::kIn || expr.name == op::kAdd;
    if (!function->reads_whole_text && !is_comparison) return 0;
    std::uint64_t units = 0;
    const auto count = [&](const Expr& argument) {
      if (!has_size(argument)) return;
      const bool is_text = argument.type && (argument.type->kind == Type::Kind::String ||
                                             argument.type->kind == Type::Kind::Bytes);
      units = plus(units, is_text ? size_of(argument) / 10 + 1 : size_of(argument));
    };
    if (expr.operand) count(*expr.operand);
    for (const ExprPtr& argument : expr.arguments) count(*argument);
    return units;
  }

  std::size_t size_max_;
};

}  // namespace

CostRange Program::estimated_cost(std::size_t size_max) const {
  return Estimator(size_max).cost(*root_);
}

}  // namespace gp::cel
