// default, empty, coalesce, all, any, ternary, fail.

#include "engine/sprig/registry.hpp"
#include "engine/sprig/values.hpp"

namespace gp::sprig {
namespace {

// nil as what interface {} gives back.
Val untyped_nil() {
  return Val::nil();
}

// The first further argument, unless there is none or it is empty.
Val default_value(Arguments arguments) {
  if (arguments.size() < 2 || is_empty(arguments[1])) return arguments[0];
  return arguments[1];
}

Val coalesce(Arguments arguments) {
  for (const Val& value : arguments)
    if (!is_empty(value)) return value;
  return untyped_nil();
}

Val all(Arguments arguments) {
  for (const Val& value : arguments)
    if (is_empty(value)) return Val::boolean(false);
  return Val::boolean(true);
}

Val any(Arguments arguments) {
  for (const Val& value : arguments)
    if (!is_empty(value)) return Val::boolean(true);
  return Val::boolean(false);
}

}  // namespace

void add_defaults(Registry& registry) {
  const auto* anything = &types::kInterface;
  registry.add_variadic({"default"}, {anything, anything}, default_value);
  registry.add({"empty"}, {anything},
               [](Arguments arguments) { return Val::boolean(is_empty(arguments[0])); });
  registry.add_variadic({"coalesce"}, {anything}, coalesce);
  registry.add_variadic({"all"}, {anything}, all);
  registry.add_variadic({"any"}, {anything}, any);
  registry.add({"ternary"}, {anything, anything, &types::kBool},
               [](Arguments arguments) { return arguments[arguments[2].boolean() ? 0 : 1]; });
  registry.add({"fail"}, {&types::kString}, [](Arguments arguments) -> Result<Val> {
    return fail(invalid_argument("{}", arguments[0].text()));
  });
  registry.add({"hello"}, {}, [](Arguments) { return Val::string("Hello!"); });
}

}  // namespace gp::sprig
