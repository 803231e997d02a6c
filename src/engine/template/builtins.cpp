// The functions that every template has.

#include <vector>

#include "engine/template/compare.hpp"
#include "engine/template/escape.hpp"
#include "engine/template/print.hpp"
#include "engine/template/template.hpp"
#include "engine/template/walk.hpp"

namespace gp::tmpl {
namespace {

using Arguments = std::span<const Val>;

Result<Val> length(Execution&, Arguments arguments) {
  const Val& value = arguments[0];
  if (!value.valid())
    return fail(invalid_argument("reflect: call of reflect.Value.Type on zero Value"));
  if (value.kind() == Kind::String || value.kind() == Kind::Slice || value.kind() == Kind::Map)
    return Val::integer(static_cast<std::int64_t>(value.size()));
  return fail(invalid_argument("len of type {}", value.type()->name));
}

Result<Val> element(const Val& item, const Val& index) {
  if (!index.valid()) return fail(invalid_argument("cannot index slice/array with nil"));
  if (!index.type()->is_integer()) {
    return fail(invalid_argument("cannot index slice/array with type {}", index.type()->name));
  }
  const std::int64_t at = index.integer();
  const auto size = static_cast<std::int64_t>(item.size());
  if (at < 0 || at > size) return fail(invalid_argument("index out of range: {}", at));
  if (at == size) {
    return fail(
        invalid_argument("reflect: {} index out of range", item.is_string() ? "string" : "slice"));
  }
  return item.at(static_cast<std::size_t>(at));
}

Result<Val> member(const Val& item, const Val& index) {
  if (!index.valid()) return fail(invalid_argument("value is nil; should be of type string"));
  if (!index.is_string()) {
    return fail(invalid_argument("value has type {}; should be string", index.type()->name));
  }
  const Val* found = item.is_map() ? item.map().find(index.text()) : nullptr;
  if (found) return *found;
  return Val::zero(*item.type()->element);
}

Result<Val> index(Execution&, Arguments arguments) {
  Val item = arguments[0];
  if (!item.valid()) return fail(invalid_argument("index of untyped nil"));
  for (const Val& at : arguments.subspan(1)) {
    if (item.is(types::kInterface)) return fail(invalid_argument("index of nil pointer"));
    switch (item.kind()) {
      case Kind::Slice:
      case Kind::String: item = TRY(element(item, at)); break;
      case Kind::Map: item = TRY(member(item, at)); break;
      default: return fail(invalid_argument("can't index item of type {}", item.type()->name));
    }
  }
  return item;
}

Result<Val> slice(Execution&, Arguments arguments) {
  const Val& item = arguments[0];
  if (!item.valid()) return fail(invalid_argument("slice of untyped nil"));
  if (arguments.size() > 4)
    return fail(invalid_argument("too many slice indexes: {}", arguments.size() - 1));
  if (item.kind() != Kind::String && item.kind() != Kind::Slice)
    return fail(invalid_argument("can't slice item of type {}", item.type()->name));
  if (item.is_string() && arguments.size() == 4)
    return fail(invalid_argument("cannot 3-index slice a string"));
  std::size_t bounds[3] = {0, item.size(), item.size()};
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const Val& at = arguments[i];
    if (!at.valid()) return fail(invalid_argument("cannot index slice/array with nil"));
    if (!at.type()->is_integer())
      return fail(invalid_argument("cannot index slice/array with type {}", at.type()->name));
    if (at.integer() < 0 || at.integer() > static_cast<std::int64_t>(item.size()))
      return fail(invalid_argument("index out of range: {}", at.integer()));
    bounds[i - 1] = static_cast<std::size_t>(at.integer());
  }
  if (bounds[0] > bounds[1])
    return fail(invalid_argument("invalid slice index: {} > {}", bounds[0], bounds[1]));
  if (bounds[1] > bounds[2])
    return fail(invalid_argument("invalid slice index: {} > {}", bounds[1], bounds[2]));
  if (item.is_string() || item.is_bytes()) {
    return Val::string(std::string(item.text().substr(bounds[0], bounds[1] - bounds[0])),
                       *item.type());
  }
  const auto first = item.items().begin();
  return Val::list({first + static_cast<std::ptrdiff_t>(bounds[0]),
                    first + static_cast<std::ptrdiff_t>(bounds[1])},
                   *item.type());
}

// What html, js and urlquery escape: one string as it is, anything else as print writes it.
std::string printed(Arguments arguments) {
  if (arguments.size() == 1 && arguments[0].is_string()) return std::string(arguments[0].text());
  std::vector<Val> printable(arguments.begin(), arguments.end());
  for (Val& value : printable)
    if (value.is(types::kInterface)) value = Val::string("<no value>");
  return sprint(printable);
}

Function make(std::vector<const Type*> parameters, bool variadic, Native call) {
  return Function{{std::move(parameters), variadic}, std::move(call)};
}

Function escaper(std::string (*escape)(std::string_view)) {
  return make({&types::kInterface}, true, [escape](Execution&, Arguments arguments) -> Result<Val> {
    return Val::string(escape(printed(arguments)));
  });
}

Function printer(std::string (*print)(Arguments)) {
  return make({&types::kInterface}, true, [print](Execution&, Arguments arguments) -> Result<Val> {
    return Val::string(print(arguments));
  });
}

Function comparison(Result<bool> (*compare)(const Val&, const Val&)) {
  return make({&types::kReflect, &types::kReflect}, false,
              [compare](Execution&, Arguments arguments) -> Result<Val> {
                const bool truth = TRY(compare(arguments[0], arguments[1]));
                return Val::boolean(truth);
              });
}

Result<bool> not_equal(const Val& a, const Val& b) {
  const bool equal = TRY(equals_any(a, std::span(&b, 1)));
  return !equal;
}

Result<bool> less_or_equal(const Val& a, const Val& b) {
  const bool less = TRY(less_than(a, b));
  if (less) return true;
  return equals_any(a, std::span(&b, 1));
}

Result<bool> greater(const Val& a, const Val& b) {
  const bool not_greater = TRY(less_or_equal(a, b));
  return !not_greater;
}
Result<bool> greater_or_equal(const Val& a, const Val& b) {
  const bool less = TRY(less_than(a, b));
  return !less;
}

FunctionTable make_table() {
  const Type* any = &types::kReflect;
  FunctionTable table;
  // The evaluator itself does these three: it sees the nodes of their arguments.
  table["and"] = table["or"] = table["call"] = make({any, any}, true, nullptr);
  table["not"] = make({any}, false, [](Execution&, Arguments arguments) -> Result<Val> {
    return Val::boolean(!is_true(arguments[0]));
  });
  table["len"] = make({any}, false, length);
  table["index"] = make({any, any}, true, index);
  table["slice"] = make({any, any}, true, slice);
  table["html"] = escaper(escape_html);
  table["js"] = escaper(escape_js);
  table["urlquery"] = escaper(escape_query);
  table["print"] = printer(sprint);
  table["println"] = printer(sprintln);
  table["printf"] =
      make({&types::kString, &types::kInterface}, true,
           [](Execution&, Arguments arguments) -> Result<Val> {
             return Val::string(print_format(arguments[0].text(), arguments.subspan(1)));
           });
  table["eq"] = make({any, any}, true, [](Execution&, Arguments arguments) -> Result<Val> {
    const bool equal = TRY(equals_any(arguments[0], arguments.subspan(1)));
    return Val::boolean(equal);
  });
  table["ne"] = comparison(not_equal);
  table["lt"] = comparison(less_than);
  table["le"] = comparison(less_or_equal);
  table["gt"] = comparison(greater);
  table["ge"] = comparison(greater_or_equal);
  return table;
}

}  // namespace

const FunctionTable& builtin_functions() {
  static const FunctionTable table = make_table();
  return table;
}

}  // namespace gp::tmpl
