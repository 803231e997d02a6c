#include "engine/sprig/sprig.hpp"

#include "engine/sprig/registry.hpp"

namespace gp::sprig {

void Registry::put(Names names, Parameters parameters, bool variadic, const tmpl::Native& call) {
  for (const std::string_view name : names)
    table_[std::string(name)] = tmpl::Function{{parameters, variadic}, call};
}

void add_functions(tmpl::FunctionTable& table, const Environment& environment) {
  Registry registry(table, environment);
  add_defaults(registry);
  add_strings(registry);
  add_string_shapes(registry);
  add_string_lists(registry);
  add_math(registry);
  add_float_math(registry);
  add_lists(registry);
  add_dicts(registry);
  add_reflection(registry);
  add_encoding(registry);
  add_json(registry);
  add_regex(registry);
  add_semver(registry);
  add_dates(registry);
  add_paths(registry);
  add_urls(registry);
  add_random(registry);
  add_crypto(registry);
  add_passwords(registry);
  add_certificates(registry);
}

}  // namespace gp::sprig
