// Static cost estimates: an expression that could cost too much is refused when it is declared, not
// when it is too late. The prices are those of cel-go's checker/cost.go, so that what the real
// server accepts is accepted here.

#include <limits>

#include "engine/cel/cel.hpp"

namespace gp::cel {
namespace {

constexpr std::uint64_t kMax = std::numeric_limits<std::uint64_t>::max();
constexpr CostRange kOne{1, 1};
constexpr CostRange kListCreation{10, 10};
constexpr CostRange kMapCreation{30, 30};
constexpr CostRange kStructCreation{40, 40};

std::uint64_t plus(std::uint64_t a, std::uint64_t b) {
  std::uint64_t out = 0;
  return __builtin_add_overflow(a, b, &out) ? kMax : out;
}
std::uint64_t times(std::uint64_t a, std::uint64_t b) {
  std::uint64_t out = 0;
  return __builtin_mul_overflow(a, b, &out) ? kMax : out;
}
std::uint64_t part(std::uint64_t whole, std::uint64_t divisor) {
  return whole / divisor + (whole % divisor == 0 ? 0 : 1);
}

CostRange operator+(CostRange a, CostRange b) {
  return {plus(a.min, b.min), plus(a.max, b.max)};
}
CostRange operator*(CostRange a, CostRange b) {
  return {times(a.min, b.min), times(a.max, b.max)};
}
// A tenth of a text, a quarter of an expression.
CostRange operator/(CostRange a, std::uint64_t divisor) {
  return {part(a.min, divisor), part(a.max, divisor)};
}
CostRange either(CostRange a, CostRange b) {
  return {std::min(a.min, b.min), std::max(a.max, b.max)};
}

bool is_comparison(std::string_view name) {
  return name == op::kEqual || name == op::kNotEqual || name == op::kLess ||
         name == op::kLessEqual || name == op::kGreater || name == op::kGreaterEqual;
}

class Estimator {
 public:
  explicit Estimator(std::size_t size_max) : size_max_(size_max) {}

  CostRange cost(const Expr& expr) const {
    switch (expr.kind) {
      case Expr::Kind::Literal: return {};
      case Expr::Kind::Ident: return kOne;
      case Expr::Kind::Select: return cost(*expr.operand) + kOne;
      case Expr::Kind::Call: return call(expr);
      case Expr::Kind::List: return arguments(expr) + kListCreation;
      case Expr::Kind::Map: return arguments(expr) + kMapCreation;
      case Expr::Kind::Struct: return arguments(expr) + kStructCreation;
      case Expr::Kind::Comprehension: return loop(*expr.comprehension);
    }
    return {};
  }

 private:
  CostRange arguments(const Expr& expr) const {
    CostRange total;
    if (expr.operand) total = total + cost(*expr.operand);
    for (const ExprPtr& argument : expr.arguments) total = total + cost(*argument);
    return total;
  }

  CostRange call(const Expr& expr) const {
    const auto& given = expr.arguments;
    if (expr.name == op::kAnd || expr.name == op::kOr) {  // the second side may not run
      const CostRange first = cost(*given[0]);
      return {first.min, plus(first.max, cost(*given[1]).max)};
    }
    if (expr.name == op::kConditional) {
      return cost(*given[0]) + either(cost(*given[1]), cost(*given[2]));
    }
    return arguments(expr) + own(expr);
  }

  // What a function costs beside its arguments.
  CostRange own(const Expr& expr) const {
    const std::string_view name = expr.name;
    const auto& given = expr.arguments;
    if (is_comparison(name)) {
      const std::uint64_t least = std::min(size(*given[0]).max, size(*given[1]).max);
      return CostRange{least > 0 ? 1U : 0U, least} / 10;
    }
    if (name == op::kIn) return is_map(*given[1]) ? kOne : size(*given[1]);
    if (name == op::kAdd) {
      return is_text(expr) ? (size(*given[0]) + size(*given[1])) / 10 : kOne;
    }
    if (name == "startsWith" || name == "endsWith") return size(*given[0]) / 10;
    if (name == "contains" && expr.operand) {
      return (size(*expr.operand) / 10) * (size(*given[0]) / 10);
    }
    if (name == "matches" || name == "find" || name == "findAll") return search(expr);
    if (name.starts_with("sets.") && given.size() == 2) return size(*given[0]) * size(*given[1]);
    const Function* function = find_function(name);
    if (function == nullptr || !function->reads_whole_text) return kOne;
    CostRange total;
    if (expr.operand) total = total + reading(*expr.operand);
    for (const ExprPtr& argument : given) total = total + reading(*argument);
    return total;
  }

  // The text's length times the expression's: RE2 takes linear time. A part of an expression has
  // about four characters.
  CostRange search(const Expr& expr) const {
    const Expr& text = expr.operand ? *expr.operand : *expr.arguments[0];
    const Expr& pattern = expr.operand ? *expr.arguments[0] : *expr.arguments[1];
    return ((size(text) + kOne) / 10) * (size(pattern) / 4);
  }

  // A tenth of a text, every item of a list; nothing for a number.
  CostRange reading(const Expr& expr) const {
    if (is_text(expr)) return size(expr) / 10;
    return is_list(expr) ? size(expr) : CostRange{};
  }

  CostRange loop(const Comprehension& loop) const {
    const CostRange once = cost(*loop.condition) + cost(*loop.step);
    return cost(*loop.range) + cost(*loop.initial) + cost(*loop.result) + size(*loop.range) * once;
  }

  static bool is_of(const Expr& expr, Type::Kind kind) {
    return expr.type && expr.type->kind == kind;
  }
  static bool is_text(const Expr& expr) {
    return is_of(expr, Type::Kind::String) || is_of(expr, Type::Kind::Bytes);
  }
  static bool is_list(const Expr& expr) { return is_of(expr, Type::Kind::List); }
  static bool is_map(const Expr& expr) {
    return is_of(expr, Type::Kind::Map) || is_of(expr, Type::Kind::Object);
  }

  // Characters, items or entries that the value has at least and at most; 1 of what has no size.
  CostRange size(const Expr& expr) const {
    if (expr.kind == Expr::Kind::Literal && is_text(expr)) {
      const std::uint64_t length = count_code_points(expr.literal.text);
      return {length, length};
    }
    if (expr.kind == Expr::Kind::List) {
      return {0, expr.arguments.size()};
    }
    if (expr.kind == Expr::Kind::Call && (is_text(expr) || is_list(expr))) {
      if (expr.name == op::kAdd) return size(*expr.arguments[0]) + size(*expr.arguments[1]);
      if (expr.name == op::kConditional) {
        return either(size(*expr.arguments[1]), size(*expr.arguments[2]));
      }
      if (expr.name == "@optional_values") return {0, 1};
      // What is made of one text is about as long (lowerAscii, trim, substring, split …).
      if (expr.operand && expr.name != "format" && expr.name != "join" && expr.name != "replace" &&
          (is_text(*expr.operand) || is_list(*expr.operand))) {
        return {0, size(*expr.operand).max};
      }
    }
    if (expr.kind == Expr::Kind::Comprehension) {
      const CostRange range = size(*expr.comprehension->range);
      return is_list(expr) ? CostRange{0, range.max} : kOne;
    }
    return size_of_type(expr.type);
  }

  CostRange size_of_type(const TypePtr& type) const {
    if (!type) return {0, size_max_};
    switch (type->kind) {
      case Type::Kind::Object: return {type->fields.size(), type->fields.size()};
      case Type::Kind::Dyn:
      case Type::Kind::String:
      case Type::Kind::Bytes:
      case Type::Kind::List:
      case Type::Kind::Map: return {0, type->size_max == 0 ? size_max_ : type->size_max};
      case Type::Kind::Optional: return size_of_type(type->element);
      default: return kOne;
    }
  }

  std::size_t size_max_;
};

}  // namespace

CostRange Program::estimated_cost(std::size_t size_max) const {
  return Estimator(size_max).cost(*root_);
}

}  // namespace gp::cel
