#include <algorithm>

#include "engine/cel/cel.hpp"

namespace gp::cel {
namespace {

using Kind = Type::Kind;
using Bindings = std::map<std::string, TypePtr>;

TypePtr dyn() {
  return Type::simple(Kind::Dyn);
}
bool is_open(const Type& type) {
  return type.kind == Kind::Dyn || type.kind == Kind::Error;
}

TypePtr substitute(const TypePtr& type, const Bindings& bindings) {
  switch (type->kind) {
    case Kind::Param: {
      const auto bound = bindings.find(type->name);
      return bound == bindings.end() ? dyn() : bound->second;
    }
    case Kind::List: return Type::list(substitute(type->element, bindings), type->size_max);
    case Kind::Map:
      return Type::map(substitute(type->key, bindings), substitute(type->element, bindings),
                       type->size_max);
    case Kind::Optional: return Type::optional(substitute(type->element, bindings));
    default: return type;
  }
}

// Whether a value of type `given` may stand where `wanted` is asked; binds the parameters of
// `wanted`.
bool assign(const TypePtr& wanted, const TypePtr& given, Bindings& bindings) {
  if (wanted->kind == Kind::Param) {
    const auto bound = bindings.find(wanted->name);
    if (bound == bindings.end() || is_open(*bound->second)) {
      bindings[wanted->name] = given;
      return true;
    }
    // [] and {} have open parts: the more exact of the two types is kept.
    Bindings none;
    if (assign(bound->second, given, none)) return true;
    if (!assign(given, bound->second, none)) return false;
    bound->second = given;
    return true;
  }
  if (is_open(*wanted) || is_open(*given)) return true;
  // Objects may be null where a wrapper is meant; Kubernetes' schemas have no such types.
  if (wanted->kind == Kind::Map && given->kind == Kind::Object) {
    return assign(wanted->key, Type::simple(Kind::String), bindings) &&
           assign(wanted->element, dyn(), bindings);
  }
  if (wanted->kind != given->kind) return false;
  switch (wanted->kind) {
    case Kind::List:
    case Kind::Optional: return assign(wanted->element, given->element, bindings);
    case Kind::Map:
      return assign(wanted->key, given->key, bindings) &&
             assign(wanted->element, given->element, bindings);
    case Kind::Object:
    case Kind::Opaque: return wanted->name == given->name;
    default: return true;
  }
}

bool same(const TypePtr& a, const TypePtr& b) {
  Bindings none;
  return assign(a, b, none) && assign(b, a, none);
}

class Checker {
 public:
  Checker(std::string_view source, const Environment& environment) : source_(source) {
    for (const Variable& variable : environment) scope_.emplace_back(variable.name, variable.type);
  }

  TypePtr check(Expr& expr) {
    expr.type = infer(expr);
    return expr.type;
  }
  std::vector<std::string> take_issues() { return std::move(issues_); }

 private:
  TypePtr issue(const Expr& where, std::string_view message) {
    if (issues_.size() < 20) issues_.push_back(format_issue(source_, where.offset, message));
    return Type::simple(Kind::Error);
  }

  const TypePtr* lookup(std::string_view name) const {
    for (auto it = scope_.rbegin(); it != scope_.rend(); ++it) {
      if (it->first == name) return &it->second;
    }
    return nullptr;
  }

  TypePtr infer(Expr& expr) {
    switch (expr.kind) {
      case Expr::Kind::Literal: return literal(expr);
      case Expr::Kind::Ident: return ident(expr);
      case Expr::Kind::Select: return select(expr);
      case Expr::Kind::Call: return call(expr);
      case Expr::Kind::List: return list(expr);
      case Expr::Kind::Map: return map(expr);
      case Expr::Kind::Struct: return structure(expr);
      case Expr::Kind::Comprehension: return comprehension(expr);
    }
    return dyn();
  }

  static TypePtr literal(const Expr& expr) {
    switch (expr.literal.kind) {
      case Literal::Kind::Null: return Type::simple(Kind::Null);
      case Literal::Kind::Bool: return Type::simple(Kind::Bool);
      case Literal::Kind::Int: return Type::simple(Kind::Int);
      case Literal::Kind::Uint: return Type::simple(Kind::Uint);
      case Literal::Kind::Double: return Type::simple(Kind::Double);
      case Literal::Kind::String: return Type::simple(Kind::String);
      case Literal::Kind::Bytes: return Type::simple(Kind::Bytes);
    }
    return dyn();
  }

  TypePtr ident(const Expr& expr) {
    if (const TypePtr* type = lookup(expr.name)) return *type;
    for (const std::string_view name :
         {"bool", "int", "uint", "double", "string", "bytes", "list", "map", "null_type", "type"}) {
      if (expr.name == name) return Type::simple(Kind::TypeType);
    }
    return issue(expr, fmt::format("undeclared reference to '{}' (in container '')", expr.name));
  }

  TypePtr select(Expr& expr) {
    // "authorizer.requestResource" is a variable of its own where it is declared.
    if (const std::string name = qualified_name(expr); !name.empty()) {
      if (const TypePtr* declared = lookup(name)) {
        expr.operand.reset();
        if (expr.is_test) {  // what is declared is there
          expr.kind = Expr::Kind::Literal;
          expr.literal.kind = Literal::Kind::Bool;
          expr.literal.boolean = true;
          return Type::simple(Kind::Bool);
        }
        expr.kind = Expr::Kind::Ident;
        expr.name = name;
        return *declared;
      }
    }
    const TypePtr operand = check(*expr.operand);
    TypePtr field = field_type(expr, operand);
    return expr.is_test && field->kind != Kind::Error ? Type::simple(Kind::Bool) : field;
  }

  TypePtr field_type(const Expr& expr, const TypePtr& operand) {
    switch (operand->kind) {
      case Kind::Dyn:
      case Kind::Error: return operand;
      case Kind::Map: return operand->element;
      case Kind::Object:
        if (const Type::Field* field = operand->field(expr.name)) return field->type;
        return issue(expr, fmt::format("undefined field '{}'", expr.name));
      case Kind::Optional: {
        const TypePtr inner = field_type(expr, operand->element);
        return inner->kind == Kind::Error ? inner : Type::optional(inner);
      }
      default:
        return issue(
            expr, fmt::format("type '{}' does not support field selection", operand->to_string()));
    }
  }

  // "optional" in "optional.of(x)" is the name of a library, unless there is such a variable.
  static std::string qualified_name(const Expr& expr) {
    if (expr.kind == Expr::Kind::Ident) return expr.name;
    if (expr.kind != Expr::Kind::Select || expr.is_test) return {};
    const std::string prefix = qualified_name(*expr.operand);
    return prefix.empty() ? prefix : prefix + "." + expr.name;
  }

  TypePtr call(Expr& expr) {
    if (expr.operand) {
      const std::string library = qualified_name(*expr.operand);
      const bool is_variable =
          !library.empty() && lookup(library.substr(0, library.find('.'))) != nullptr;
      if (!library.empty() && !is_variable && find_function(library + "." + expr.name) != nullptr) {
        expr.name = library + "." + expr.name;
        expr.operand.reset();
      }
    }
    std::vector<TypePtr> types;
    if (expr.operand) types.push_back(check(*expr.operand));
    for (const ExprPtr& argument : expr.arguments) types.push_back(check(*argument));

    if (expr.name == op::kOptSelect) return optional_select(expr, types[0]);
    if (expr.name == op::kIndex && types[0]->kind == Kind::Object) return object_index(expr, types);
    // An optional value passes its being optional on.
    if (expr.name == op::kIndex && types[0]->kind == Kind::Optional) expr.name = op::kOptIndex;
    const Function* function = find_function(expr.name);
    if (function == nullptr) {
      return issue(expr, fmt::format("undeclared reference to '{}' (in container '')", expr.name));
    }
    return resolve(expr, *function, types);
  }

  TypePtr optional_select(const Expr& expr, const TypePtr& operand) {
    Expr select;
    select.name = expr.arguments[1]->literal.text;
    select.offset = expr.offset;
    const TypePtr inner =
        field_type(select, operand->kind == Kind::Optional ? operand->element : operand);
    return inner->kind == Kind::Error ? inner : Type::optional(inner);
  }

  TypePtr object_index(const Expr& expr, const std::vector<TypePtr>& types) {
    return issue(expr, fmt::format("found no matching overload for '_[_]' applied to '({}, {})'",
                                   types[0]->to_string(), types[1]->to_string()));
  }

  TypePtr resolve(const Expr& expr, const Function& function, const std::vector<TypePtr>& types) {
    TypePtr result;
    for (const Overload& overload : function.overloads) {
      if (overload.is_method != (expr.operand != nullptr) ||
          overload.parameters.size() != types.size())
        continue;
      Bindings bindings;
      bool fits = true;
      for (std::size_t i = 0; i < types.size() && fits; ++i)
        fits = assign(overload.parameters[i], types[i], bindings);
      if (!fits) continue;
      TypePtr candidate = substitute(overload.result, bindings);
      if (!result) {
        result = std::move(candidate);
      } else if (!same(result, candidate)) {
        result = dyn();  // decided when it runs
      }
    }
    if (result) return result;
    const bool has_error = std::any_of(
        types.begin(), types.end(), [](const TypePtr& type) { return type->kind == Kind::Error; });
    if (has_error) return Type::simple(Kind::Error);

    std::string shown;
    for (std::size_t i = expr.operand ? 1 : 0; i < types.size(); ++i) {
      shown += (shown.empty() ? "" : ", ") + types[i]->to_string();
    }
    shown = "(" + shown + ")";
    if (expr.operand) shown = types[0]->to_string() + "." + shown;
    return issue(
        expr, fmt::format("found no matching overload for '{}' applied to '{}'", expr.name, shown));
  }

  // The type that all items share, or dyn.
  static TypePtr join(const TypePtr& a, const TypePtr& b) {
    if (!a) return b;
    if (same(a, b)) return is_open(*a) ? b : a;
    return dyn();
  }

  TypePtr list(Expr& expr) {
    TypePtr element;
    for (std::size_t i = 0; i < expr.arguments.size(); ++i) {
      TypePtr type = check(*expr.arguments[i]);
      if (expr.is_optional[i] && type->kind == Kind::Optional) type = type->element;
      element = join(element, type);
    }
    return Type::list(element ? element : dyn(), expr.arguments.size());
  }

  TypePtr map(Expr& expr) {
    TypePtr key;
    TypePtr value;
    for (std::size_t i = 0; i + 1 < expr.arguments.size(); i += 2) {
      key = join(key, check(*expr.arguments[i]));
      TypePtr type = check(*expr.arguments[i + 1]);
      if (expr.is_optional[i / 2] && type->kind == Kind::Optional) type = type->element;
      value = join(value, type);
    }
    return Type::map(key ? key : dyn(), value ? value : dyn(), expr.arguments.size() / 2);
  }

  TypePtr structure(Expr& expr) {
    for (std::size_t i = 1; i < expr.arguments.size(); i += 2) check(*expr.arguments[i]);
    // Object{…} of mutating policies is dynamic; other names are unknown here.
    if (expr.name == "Object" || expr.name.starts_with("Object.")) return dyn();
    return issue(expr, fmt::format("undeclared reference to '{}' (in container '')", expr.name));
  }

  TypePtr comprehension(Expr& expr) {
    Comprehension& loop = *expr.comprehension;
    const TypePtr range = check(*loop.range);
    TypePtr first = dyn();
    TypePtr second = dyn();
    if (range->kind == Kind::List) {
      first = loop.item2.empty() ? range->element : Type::simple(Kind::Int);
      second = range->element;
    } else if (range->kind == Kind::Map) {
      first = range->key;
      second = range->element;
    } else if (range->kind == Kind::Object) {
      first = Type::simple(Kind::String);
    } else if (!is_open(*range)) {
      return issue(*loop.range, fmt::format("expression of type '{}' cannot be range of a "
                                            "comprehension (must be list, map, or dynamic)",
                                            range->to_string()));
    }
    const TypePtr initial = check(*loop.initial);
    scope_.emplace_back(loop.item, first);
    if (!loop.item2.empty()) scope_.emplace_back(loop.item2, second);
    scope_.emplace_back(loop.accumulator, initial);
    check(*loop.condition);
    const TypePtr step = check(*loop.step);
    // map() starts from [] and learns its element's type from the step.
    if (initial->kind == Kind::List || initial->kind == Kind::Optional) scope_.back().second = step;
    const TypePtr result = check(*loop.result);
    scope_.resize(scope_.size() - (loop.item2.empty() ? 2 : 3));
    return result;
  }

  std::string_view source_;
  std::vector<std::pair<std::string, TypePtr>> scope_;
  std::vector<std::string> issues_;
};

}  // namespace

std::vector<std::string> check(std::string_view source, Expr& root,
                               const Environment& environment) {
  Checker checker(source, environment);
  checker.check(root);
  return checker.take_issues();
}

}  // namespace gp::cel
