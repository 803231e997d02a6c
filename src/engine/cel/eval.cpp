#include "engine/cel/cel.hpp"

namespace gp::cel {
namespace {

using Kind = Val::Kind;

constexpr std::string_view kOverBudget = "operation cancelled: actual cost limit exceeded";
constexpr std::size_t kCharactersPerUnit = 10;

class Evaluator {
 public:
  Evaluator(const Activation& activation, Budget& budget) : budget_(budget) {
    for (const auto& [name, value] : activation) scope_.emplace_back(name, value);
  }

  Val run(const Expr& expr) {
    if (!budget_.spend(1)) return over_budget();
    switch (expr.kind) {
      case Expr::Kind::Literal: return literal(expr.literal);
      case Expr::Kind::Ident: return ident(expr);
      case Expr::Kind::Select: return select(expr);
      case Expr::Kind::Call: return call(expr);
      case Expr::Kind::List: return list(expr);
      case Expr::Kind::Map: return map(expr);
      case Expr::Kind::Struct: return structure(expr);
      case Expr::Kind::Comprehension: return comprehension(*expr.comprehension);
    }
    return {};
  }

  bool is_over_budget() const { return is_over_budget_; }

 private:
  Val over_budget() {
    is_over_budget_ = true;
    return Val::error(std::string(kOverBudget));
  }

  static Val literal(const Literal& literal) {
    switch (literal.kind) {
      case Literal::Kind::Null: return Val::null();
      case Literal::Kind::Bool: return Val::boolean(literal.boolean);
      case Literal::Kind::Int: return Val::integer(literal.integer);
      case Literal::Kind::Uint: return Val::unsigned_integer(literal.unsigned_integer);
      case Literal::Kind::Double: return Val::number(literal.number);
      case Literal::Kind::String: return Val::string(literal.text);
      case Literal::Kind::Bytes: return Val::bytes(literal.text);
    }
    return {};
  }

  Val ident(const Expr& expr) const {
    for (auto it = scope_.rbegin(); it != scope_.rend(); ++it) {
      if (it->first == expr.name) return it->second;
    }
    if (expr.type && expr.type->kind == Type::Kind::TypeType) return Val::type(expr.name);
    return Val::error("no such attribute: " + expr.name);
  }

  Val select(const Expr& expr) {
    const Val operand = run(*expr.operand);
    if (operand.is_error()) return operand;
    if (operand.is(Kind::Optional)) {
      if (expr.is_test) {
        Val ignored;
        const Val* inner = operand.optional_value();
        return Val::boolean(inner != nullptr && inner->is(Kind::Map) &&
                            inner->find(Val::string(expr.name), ignored));
      }
      return optional_field(operand, expr.name);
    }
    Val out;
    const bool is_found = operand.is(Kind::Map) &&
                          operand.find(Val::string(unescaped(*expr.operand, expr.name)), out);
    if (expr.is_test) return Val::boolean(is_found);
    if (is_found) return out;
    return operand.is(Kind::Map) ? Val::error("no such key: " + expr.name)
                                 : no_such_overload("_._", std::span(&operand, 1));
  }

  // Names in objects with a schema are written escaped ("__dash__"); the document has them plain.
  static std::string unescaped(const Expr& operand, const std::string& name) {
    if (!operand.type || operand.type->kind != Type::Kind::Object || !name.starts_with("__")) {
      if (name.find("__") == std::string::npos) return name;
    }
    std::string out;
    static constexpr std::pair<std::string_view, std::string_view> kEscapes[] = {
        {"__underscores__", "__"}, {"__dot__", "."}, {"__dash__", "-"}, {"__slash__", "/"}};
    for (std::size_t i = 0; i < name.size();) {
      bool is_escape = false;
      for (const auto& [escape, plain] : kEscapes) {
        if (!std::string_view(name).substr(i).starts_with(escape)) continue;
        out += plain;
        i += escape.size();
        is_escape = true;
        break;
      }
      if (!is_escape) out += name[i++];
    }
    if (out.size() > 4 && out.starts_with("__") && out.ends_with("__"))
      return out.substr(2, out.size() - 4);
    return out;
  }

  static Val optional_field(const Val& operand, const std::string& name) {
    const Val* inner = operand.is(Kind::Optional) ? operand.optional_value() : &operand;
    Val out;
    if (inner == nullptr || !inner->is(Kind::Map) || !inner->find(Val::string(name), out))
      return Val::optional_none();
    return Val::optional_of(std::move(out));
  }

  static Val optional_index(const Val& operand, const Val& index) {
    const Val* inner = operand.is(Kind::Optional) ? operand.optional_value() : &operand;
    if (inner == nullptr) return Val::optional_none();
    const Val pair[] = {*inner, index};
    Val out = find_function(op::kIndex)->call(pair);
    return out.is_error() ? Val::optional_none() : Val::optional_of(std::move(out));
  }

  // One side may fail when the other decides.
  Val logical(const Expr& expr, bool deciding) {
    const Val left = run(*expr.arguments[0]);
    if (left.is(Kind::Bool) && left.as_bool() == deciding) return left;
    const Val right = run(*expr.arguments[1]);
    if (right.is(Kind::Bool) && right.as_bool() == deciding) return right;
    if (left.is_error()) return left;
    if (right.is_error()) return right;
    if (left.is(Kind::Bool) && right.is(Kind::Bool)) return Val::boolean(!deciding);
    const Val both[] = {left, right};
    return no_such_overload(expr.name, both);
  }

  Val conditional(const Expr& expr) {
    const Val condition = run(*expr.arguments[0]);
    if (condition.is_error()) return condition;
    if (!condition.is(Kind::Bool)) return no_such_overload(expr.name, std::span(&condition, 1));
    return run(*expr.arguments[condition.as_bool() ? 1 : 2]);
  }

  Val call(const Expr& expr) {
    if (expr.name == op::kAnd) return logical(expr, false);
    if (expr.name == op::kOr) return logical(expr, true);
    if (expr.name == op::kConditional) return conditional(expr);
    if (expr.name == op::kNotStrictlyFalse) {
      const Val value = run(*expr.arguments[0]);
      return Val::boolean(!is_over_budget_ && (!value.is(Kind::Bool) || value.as_bool()));
    }

    ValList arguments;
    arguments.reserve(expr.arguments.size() + 1);
    if (expr.operand) arguments.push_back(run(*expr.operand));
    for (const ExprPtr& argument : expr.arguments) arguments.push_back(run(*argument));
    for (const Val& argument : arguments) {
      if (argument.is_error()) return argument;
    }
    if (expr.name == op::kOptSelect)
      return optional_field(arguments[0], std::string(arguments[1].text()));
    if (expr.name == op::kOptIndex) return optional_index(arguments[0], arguments[1]);

    const Function* function = find_function(expr.name);
    if (function == nullptr || function->call == nullptr)
      return Val::error("no such function: " + expr.name);
    if (!budget_.spend(price(*function, arguments))) return over_budget();
    if (!fits(*function, arguments, expr.operand != nullptr))
      return no_such_overload(expr.name, arguments);
    return function->call(arguments);
  }

  static std::uint64_t price(const Function& function, const ValList& arguments) {
    if (arguments.empty()) return 0;
    const bool is_comparison = function.name == op::kEqual || function.name == op::kNotEqual ||
                               function.name == op::kIn || function.name == op::kAdd;
    if (!function.reads_whole_text && !is_comparison) return 0;
    std::uint64_t units = 0;
    for (const Val& argument : arguments) {
      const bool is_text = argument.is(Kind::String) || argument.is(Kind::Bytes);
      units += is_text ? argument.text().size() / kCharactersPerUnit : argument.size();
    }
    return units;
  }

  // Dynamic values reach functions unchecked: each argument must be what some overload wants.
  static bool fits(const Function& function, const ValList& arguments, bool is_method) {
    for (const Overload& overload : function.overloads) {
      if (overload.is_method != is_method || overload.parameters.size() != arguments.size())
        continue;
      bool all = true;
      for (std::size_t i = 0; i < arguments.size() && all; ++i)
        all = is_kind(*overload.parameters[i], arguments[i]);
      if (all) return true;
    }
    return false;
  }

  static bool is_kind(const Type& type, const Val& value) {
    switch (type.kind) {
      case Type::Kind::Null: return value.is(Kind::Null);
      case Type::Kind::Bool: return value.is(Kind::Bool);
      case Type::Kind::Int: return value.is(Kind::Int);
      case Type::Kind::Uint: return value.is(Kind::Uint);
      case Type::Kind::Double: return value.is(Kind::Double);
      case Type::Kind::String: return value.is(Kind::String);
      case Type::Kind::Bytes: return value.is(Kind::Bytes);
      case Type::Kind::Timestamp: return value.is(Kind::Timestamp);
      case Type::Kind::Duration: return value.is(Kind::Duration);
      case Type::Kind::List: return value.is(Kind::List);
      case Type::Kind::Map: return value.is(Kind::Map);
      case Type::Kind::TypeType: return value.is(Kind::Type);
      case Type::Kind::Optional: return value.is(Kind::Optional);
      case Type::Kind::Opaque:
        return value.is(Kind::Opaque) && value.as_opaque()->type == type.name;
      default: return true;
    }
  }

  Val list(const Expr& expr) {
    ValList items;
    items.reserve(expr.arguments.size());
    for (std::size_t i = 0; i < expr.arguments.size(); ++i) {
      Val item = run(*expr.arguments[i]);
      if (item.is_error()) return item;
      if (expr.is_optional[i] && item.is(Kind::Optional)) {
        if (item.optional_value() != nullptr) items.push_back(*item.optional_value());
        continue;
      }
      items.push_back(std::move(item));
    }
    return Val::list(std::move(items));
  }

  Val map(const Expr& expr) {
    ValMap entries;
    for (std::size_t i = 0; i + 1 < expr.arguments.size(); i += 2) {
      Val key = run(*expr.arguments[i]);
      Val value = run(*expr.arguments[i + 1]);
      if (key.is_error()) return key;
      if (value.is_error()) return value;
      if (expr.is_optional[i / 2] && value.is(Kind::Optional)) {
        if (value.optional_value() == nullptr) continue;
        value = Val(*value.optional_value());
      }
      for (const auto& [present, ignored] : entries) {
        if (present.equals(key)) return Val::error("duplicate key in map literal");
      }
      if (!budget_.spend(entries.size() / kCharactersPerUnit)) return over_budget();
      entries.emplace_back(std::move(key), std::move(value));
    }
    return Val::map(std::move(entries));
  }

  Val structure(const Expr& expr) {
    ValMap entries;
    for (std::size_t i = 0; i + 1 < expr.arguments.size(); i += 2) {
      Val value = run(*expr.arguments[i + 1]);
      if (value.is_error()) return value;
      entries.emplace_back(Val::string(expr.arguments[i]->name), std::move(value));
    }
    return Val::map(std::move(entries));
  }

  Val comprehension(const Comprehension& loop) {
    const Val range = run(*loop.range);
    if (range.is_error()) return range;
    if (!range.is(Kind::List) && !range.is(Kind::Map))
      return no_such_overload("comprehension", std::span(&range, 1));

    const std::size_t base = scope_.size();
    const bool has_two = !loop.item2.empty();
    scope_.emplace_back(loop.item, Val());
    if (has_two) scope_.emplace_back(loop.item2, Val());
    scope_.emplace_back(loop.accumulator, run(*loop.initial));
    const std::size_t accumulator = scope_.size() - 1;
    for (std::size_t i = 0; i < range.size(); ++i) {
      const Val going = run(*loop.condition);
      if (is_over_budget_ || (going.is(Kind::Bool) && !going.as_bool())) break;
      scope_[base].second = has_two && range.is(Kind::List)
                                ? Val::integer(static_cast<std::int64_t>(i))
                                : range.at(i);
      if (has_two) scope_[base + 1].second = range.is(Kind::List) ? range.at(i) : range.value_at(i);
      Val next = run(*loop.step);
      scope_[accumulator].second = std::move(next);
    }
    Val result = is_over_budget_ ? Val::error(std::string(kOverBudget)) : run(*loop.result);
    scope_.resize(base);
    return result;
  }

  Budget& budget_;
  bool is_over_budget_ = false;
  std::vector<std::pair<std::string_view, Val>> scope_;
};

}  // namespace

Result<Program> Program::compile(std::string_view text, const Environment& environment,
                                 const ParseLimits& limits) {
  ExprPtr root = TRY(parse(text, limits));
  const std::vector<std::string> issues = check(text, *root, environment);
  if (!issues.empty()) return fail(invalid_argument("{}", fmt::join(issues, "\n")));
  Program program;
  program.root_ = std::move(root);
  return program;
}

Val Program::evaluate(const Activation& activation, Budget& budget) const {
  Evaluator evaluator(activation, budget);
  Val result = evaluator.run(*root_);
  // An absorbed error must not hide that the expression was cut short.
  return evaluator.is_over_budget() ? Val::error(std::string(kOverBudget)) : result;
}

}  // namespace gp::cel
