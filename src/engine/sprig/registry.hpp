#pragma once
// How the files of this module add their functions, and what nearly all of them use.

#include <initializer_list>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/sprig/sprig.hpp"

namespace gp::sprig {

using tmpl::Execution;
using tmpl::Kind;
using tmpl::Map;
using tmpl::Val;
namespace types = tmpl::types;
using Arguments = std::span<const Val>;
using Parameters = std::vector<const tmpl::Type*>;
using Names = std::initializer_list<std::string_view>;

class Registry {
 public:
  Registry(tmpl::FunctionTable& table, const Environment& environment)
      : environment(environment), table_(table) {}

  // One function under each of the names. `call` takes the arguments, and the execution before them
  // if it wants it; it returns a Val or a Result<Val>.
  template <typename Call>
  void add(Names names, Parameters parameters, Call call) {
    put(names, std::move(parameters), false, wrap(std::move(call)));
  }
  // The last parameter's type is that of any number of further arguments.
  template <typename Call>
  void add_variadic(Names names, Parameters parameters, Call call) {
    put(names, std::move(parameters), true, wrap(std::move(call)));
  }

  const Environment environment;

 private:
  template <typename Call>
  static tmpl::Native wrap(Call call) {
    if constexpr (std::is_invocable_v<Call, Execution&, Arguments>) {
      return tmpl::Native(std::move(call));
    } else {
      return [call = std::move(call)](Execution&, Arguments arguments) -> Result<Val> {
        return call(arguments);
      };
    }
  }
  void put(Names names, Parameters parameters, bool variadic, const tmpl::Native& call);

  tmpl::FunctionTable& table_;
};

// One for each file of functions.
void add_defaults(Registry& registry);
void add_strings(Registry& registry);
void add_string_lists(Registry& registry);
void add_string_shapes(Registry& registry);
void add_random(Registry& registry);
void add_math(Registry& registry);
void add_float_math(Registry& registry);
void add_lists(Registry& registry);
void add_dicts(Registry& registry);
void add_reflection(Registry& registry);
void add_encoding(Registry& registry);
void add_json(Registry& registry);
void add_dates(Registry& registry);
void add_regex(Registry& registry);
void add_semver(Registry& registry);
void add_paths(Registry& registry);
void add_urls(Registry& registry);
void add_crypto(Registry& registry);
void add_passwords(Registry& registry);
void add_certificates(Registry& registry);

}  // namespace gp::sprig
