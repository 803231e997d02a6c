#pragma once
// The Common Expression Language (github.com/google/cel-spec) with Kubernetes' libraries: compile
// once against the types of its variables, evaluate many times within a budget.
//
// Used by CustomResourceDefinition validations (x-kubernetes-validations) and admission policies.
// Errors of compilation are worded as cel-go words them: `ERROR: <input>:1:5: undefined field
// 'nope'` with the line and a caret below. A program is immutable and may be evaluated by several
// threads at once.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "engine/cel/ast.hpp"
#include "engine/cel/functions.hpp"
#include "engine/cel/val.hpp"

namespace gp::cel {

struct Variable {
  std::string name;
  TypePtr type;
};
using Environment = std::vector<Variable>;

// Values of an evaluation's variables.
using Activation = std::vector<std::pair<std::string_view, Val>>;

// How much an evaluation may cost, in Budget's units, whatever the input (saturating).
struct CostRange {
  std::uint64_t min = 0;
  std::uint64_t max = 0;
};

class Program {
 public:
  // Parses and checks. InvalidArgument holds every issue, one after another.
  static Result<Program> compile(std::string_view text, const Environment& environment,
                                 const ParseLimits& limits = {});

  const Type& result_type() const { return *root_->type; }
  // Names of the environment that the expression mentions; each once, sorted.
  std::vector<std::string> variables() const;
  // Static estimate: sizes that the types bound are used, unknown ones count as `size_max`.
  CostRange estimated_cost(std::size_t size_max) const;

  // The value, or Kind::Error with what went wrong: "no such key: x", "operation cancelled: actual
  // cost limit exceeded".
  Val evaluate(const Activation& activation, Budget& budget) const;

 private:
  std::shared_ptr<const Expr> root_;
};

// Checks `root` against the environment and notes each node's type; returns the issues (see
// format_issue), or nothing.
std::vector<std::string> check(std::string_view source, Expr& root, const Environment& environment);

// The type that a structural schema (OpenAPI v3) gives to `self`. Where the schema bounds no size,
// it is what a request of 3 MiB can hold, as the real server counts.
TypePtr type_of_schema(const Value& schema, std::string_view name = "object");
// The type of a whole resource: apiVersion, kind, metadata.name and metadata.generateName besides.
TypePtr type_of_resource(const Value& schema, std::string_view name = "object");
// How many of a value of this schema a list (or map) without bounds can hold in one request.
std::uint64_t items_of_request(const Value& schema, bool is_map);
// How often a value of this schema can stand in one request, whatever it stands in.
std::uint64_t occurrences_in_request(const Value& schema);

inline constexpr std::size_t kRequestBytesMax = 3U << 20U;

// Field names as expressions write them: "__if__" for reserved words, "__dot__", "__dash__",
// "__slash__" for characters.
std::string escape_field(std::string_view name);

}  // namespace gp::cel
