#pragma once
// The functions that expressions may call: their overloads, for the checker, and their code, for
// the evaluator.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/cel/val.hpp"

namespace gp::cel {

// What evaluation may spend. One unit is about one step; text costs one for each ten characters.
struct Budget {
  std::uint64_t remaining = 10'000'000;
  bool spend(std::uint64_t units) {
    const bool is_enough = units <= remaining;
    remaining -= is_enough ? units : remaining;
    return is_enough;
  }
};

using Arguments = std::span<const Val>;  // the receiver first
using Implementation = Val (*)(Arguments);

struct Overload {
  bool is_method = false;
  std::vector<TypePtr> parameters;  // the receiver first
  TypePtr result;
};

struct Function {
  std::string_view name;
  std::vector<Overload> overloads;
  Implementation call = nullptr;  // null: the evaluator itself (&&, ||, ?:, …)
  bool reads_whole_text = false;  // costs its first argument's length
};

// nullptr when there is none. Names of namespaces are part of the name: "optional.of".
const Function* find_function(std::string_view name);

// A row of a library's table: signatures are "string.(string)bool" for methods and "(string)int"
// for functions.
struct FunctionRow {
  std::string_view name;
  std::initializer_list<std::string_view> signatures;
  Implementation call;
  bool reads_whole_text = false;
};
using Library = std::span<const FunctionRow>;

Library core_library();        // operators, conversions, size, in, …
Library string_library();      // contains, startsWith, replace, format, …
Library list_library();        // sum, min, indexOf, sets.*, …
Library time_library();        // timestamp and duration accessors
Library kubernetes_library();  // quantity, url, ip, cidr, regex find, optional
Library format_library();      // format.dns1123Label().validate(name)
Library authorizer_library();  // authorizer.group('').resource('pods').check('get').allowed()

Val no_such_overload(std::string_view function, Arguments arguments);

}  // namespace gp::cel
