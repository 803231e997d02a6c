#include "engine/cel/macros.hpp"

namespace gp::cel {
namespace {

constexpr std::string_view kAccumulator = "__result__";  // "@result" in cel-go's newest form

ExprPtr accumulator(std::size_t offset) {
  return make_ident(std::string(kAccumulator), offset);
}

ExprPtr make_list(std::size_t offset) {
  auto list = std::make_unique<Expr>();
  list->kind = Expr::Kind::List;
  list->offset = offset;
  return list;
}

ExprPtr list_of(ExprPtr item) {
  auto list = make_list(item->offset);
  list->arguments.push_back(std::move(item));
  list->is_optional.push_back(false);
  return list;
}

struct Loop {
  ExprPtr range;
  std::string item, item2;
  std::size_t offset;
};

ExprPtr fold(Loop loop, ExprPtr initial, ExprPtr condition, ExprPtr step, ExprPtr result) {
  auto out = std::make_unique<Expr>();
  out->kind = Expr::Kind::Comprehension;
  out->offset = loop.offset;
  out->comprehension = std::make_unique<Comprehension>();
  Comprehension& fold = *out->comprehension;
  fold.item = std::move(loop.item);
  fold.item2 = std::move(loop.item2);
  fold.range = std::move(loop.range);
  fold.accumulator = std::string(kAccumulator);
  fold.initial = std::move(initial);
  fold.condition = std::move(condition);
  fold.step = std::move(step);
  fold.result = std::move(result);
  return out;
}

// Stops as soon as the accumulator is decided; errors in single items do not stop it.
ExprPtr fold_all(Loop loop, ExprPtr predicate, bool is_all) {
  const std::size_t at = loop.offset;
  ExprPtr going = is_all ? accumulator(at) : make_call(op::kNot, at, accumulator(at));
  ExprPtr condition = make_call(op::kNotStrictlyFalse, at, std::move(going));
  ExprPtr step = make_call(is_all ? op::kAnd : op::kOr, at, accumulator(at), std::move(predicate));
  return fold(std::move(loop), make_bool(is_all, at), std::move(condition), std::move(step),
              accumulator(at));
}

ExprPtr fold_exists_one(Loop loop, ExprPtr predicate) {
  const std::size_t at = loop.offset;
  ExprPtr counted = make_call(op::kAdd, at, accumulator(at), make_int(1, at));
  ExprPtr step =
      make_call(op::kConditional, at, std::move(predicate), std::move(counted), accumulator(at));
  ExprPtr result = make_call(op::kEqual, at, accumulator(at), make_int(1, at));
  return fold(std::move(loop), make_int(0, at), make_bool(true, at), std::move(step),
              std::move(result));
}

// Appends `item` for each element that `predicate` (or nothing) lets through.
ExprPtr fold_list(Loop loop, ExprPtr predicate, ExprPtr item) {
  const std::size_t at = loop.offset;
  ExprPtr step = make_call(op::kAdd, at, accumulator(at), list_of(std::move(item)));
  if (predicate)
    step = make_call(op::kConditional, at, std::move(predicate), std::move(step), accumulator(at));
  return fold(std::move(loop), make_list(at), make_bool(true, at), std::move(step),
              accumulator(at));
}

Error macro_error(std::string_view source, const Expr& where, std::string_view message) {
  return invalid_argument("{}", format_issue(source, where.offset, message));
}

Result<std::string> variable(std::string_view source, const Expr& expr) {
  if (expr.kind != Expr::Kind::Ident)
    return fail(macro_error(source, expr, "argument must be a simple name"));
  if (expr.name == kAccumulator) {
    return fail(macro_error(source, expr, "iteration variable overwrites accumulator variable"));
  }
  return expr.name;
}

Result<ExprPtr> expand_has(std::string_view source, std::vector<ExprPtr>& arguments) {
  if (arguments[0]->kind != Expr::Kind::Select || arguments[0]->is_test) {
    return fail(macro_error(source, *arguments[0], "invalid argument to has() macro"));
  }
  arguments[0]->is_test = true;
  return std::move(arguments[0]);
}

// `x.optMap(v, e)`: when x has a value, e with v bound to it, as an optional; optFlatMap: e is one
// already.
ExprPtr expand_opt_map(ExprPtr receiver, std::string name, ExprPtr mapped, bool is_flat,
                       std::size_t at) {
  // A comprehension over the optional's zero or one values keeps the variable's scope without a
  // special form.
  ExprPtr wrapped = is_flat ? std::move(mapped) : make_call("optional.of", at, std::move(mapped));
  Loop loop{make_call("@optional_values", at, std::move(receiver)), std::move(name), "", at};
  auto none = std::make_unique<Expr>();
  none->kind = Expr::Kind::Call;
  none->name = "optional.none";
  none->offset = at;
  return fold(std::move(loop), std::move(none), make_bool(true, at), std::move(wrapped),
              accumulator(at));
}

}  // namespace

ExprPtr make_ident(std::string name, std::size_t offset) {
  auto expr = std::make_unique<Expr>();
  expr->kind = Expr::Kind::Ident;
  expr->name = std::move(name);
  expr->offset = offset;
  return expr;
}

ExprPtr make_bool(bool value, std::size_t offset) {
  auto expr = std::make_unique<Expr>();
  expr->offset = offset;
  expr->literal.kind = Literal::Kind::Bool;
  expr->literal.boolean = value;
  return expr;
}

ExprPtr make_int(std::int64_t value, std::size_t offset) {
  auto expr = std::make_unique<Expr>();
  expr->offset = offset;
  expr->literal.kind = Literal::Kind::Int;
  expr->literal.integer = value;
  return expr;
}

ExprPtr make_call(std::string_view function, std::size_t offset, ExprPtr a, ExprPtr b, ExprPtr c) {
  auto expr = std::make_unique<Expr>();
  expr->kind = Expr::Kind::Call;
  expr->name = std::string(function);
  expr->offset = offset;
  for (ExprPtr* argument : {&a, &b, &c}) {
    if (*argument) expr->arguments.push_back(std::move(*argument));
  }
  return expr;
}

Result<ExprPtr> expand_macro(std::string_view source, std::string_view function, ExprPtr& receiver,
                             std::vector<ExprPtr>& arguments, std::size_t offset) {
  const std::size_t count = arguments.size();
  if (!receiver) {
    if (function == "has" && count == 1) return expand_has(source, arguments);
    return ExprPtr();
  }

  if ((function == "optMap" || function == "optFlatMap") && count == 2) {
    std::string name = TRY(variable(source, *arguments[0]));
    return expand_opt_map(std::move(receiver), std::move(name), std::move(arguments[1]),
                          function == "optFlatMap", offset);
  }

  const bool is_predicate = function == "all" || function == "exists" || function == "exists_one" ||
                            function == "existsOne";
  const bool is_macro = (is_predicate && (count == 2 || count == 3)) ||
                        (function == "map" && (count == 2 || count == 3)) ||
                        (function == "filter" && count == 2) ||
                        (function == "transformList" && (count == 3 || count == 4));
  if (!is_macro) return ExprPtr();

  std::string first = TRY(variable(source, *arguments[0]));
  Loop loop{nullptr, std::move(first), "", offset};
  const bool has_two = (is_predicate && count == 3) || function == "transformList";
  if (has_two) {
    loop.item2 = TRY(variable(source, *arguments[1]));
    if (loop.item2 == loop.item)
      return fail(macro_error(source, *arguments[1], "duplicate variable name"));
  }
  loop.range = std::move(receiver);

  ExprPtr last = std::move(arguments.back());
  if (function == "all" || function == "exists")
    return fold_all(std::move(loop), std::move(last), function == "all");
  if (is_predicate) return fold_exists_one(std::move(loop), std::move(last));
  if (function == "filter") {
    ExprPtr item = make_ident(loop.item, offset);
    return fold_list(std::move(loop), std::move(last), std::move(item));
  }
  const std::size_t bound = has_two ? 2 : 1;
  ExprPtr predicate = count == bound + 2 ? std::move(arguments[bound]) : nullptr;
  return fold_list(std::move(loop), std::move(predicate), std::move(last));
}

}  // namespace gp::cel
