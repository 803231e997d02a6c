#pragma once
// The syntax tree of a CEL expression. Macros (has, all, exists, …) are expanded by the parser into
// comprehensions.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "engine/cel/type.hpp"

namespace gp::cel {

struct Literal {
  enum class Kind { Null, Bool, Int, Uint, Double, String, Bytes };
  Kind kind = Kind::Null;
  bool boolean = false;
  std::int64_t integer = 0;
  std::uint64_t unsigned_integer = 0;
  double number = 0;
  std::string text;  // String and Bytes
};

struct Expr;
using ExprPtr = std::unique_ptr<Expr>;

// A loop over `range`: for each item (and key), `accumulator` becomes `step` while `condition`
// holds; then `result`.
struct Comprehension {
  std::string item;   // first variable: item of a list, key of a map (or index, with a second one)
  std::string item2;  // second variable, or empty
  ExprPtr range;
  std::string accumulator;  // "__result__"
  ExprPtr initial;
  ExprPtr condition;
  ExprPtr step;
  ExprPtr result;
};

struct Expr {
  enum class Kind { Literal, Ident, Select, Call, List, Map, Struct, Comprehension };

  Kind kind = Kind::Literal;
  std::size_t offset = 0;  // in the source, in code points, where messages point

  Literal literal;
  std::string name;      // Ident, Select's field, Call's function, Struct's type
  ExprPtr operand;       // Select's operand, Call's receiver (or null)
  bool is_test = false;  // Select: has(a.b)
  std::vector<ExprPtr>
      arguments;  // Call arguments; List items; Map and Struct: key, value, key, value …
  std::vector<bool> is_optional;  // List items and Map entries written with "?"
  std::unique_ptr<Comprehension> comprehension;

  // Filled by the checker.
  TypePtr type;
};

struct ParseLimits {
  std::size_t bytes_max = 100'000;
  std::size_t depth_max = 250;
  std::size_t nodes_max = 50'000;
};

// Errors read as cel-go prints them: `ERROR: <input>:1:5: Syntax error: …` with the line and a
// caret below it.
Result<ExprPtr> parse(std::string_view text, const ParseLimits& limits = {});

// One message in that form; offsets count code points.
std::string format_issue(std::string_view source, std::size_t offset, std::string_view message);

// Operators as functions are named: "_+_", "!_", "_[_]", "_?_:_", "@in" …
namespace op {
inline constexpr std::string_view kAnd = "_&&_", kOr = "_||_", kNot = "!_", kNegate = "-_",
                                  kConditional = "_?_:_", kEqual = "_==_", kNotEqual = "_!=_",
                                  kLess = "_<_", kLessEqual = "_<=_", kGreater = "_>_",
                                  kGreaterEqual = "_>=_", kAdd = "_+_", kSubtract = "_-_",
                                  kMultiply = "_*_", kDivide = "_/_", kModulo = "_%_",
                                  kIndex = "_[_]", kIn = "@in",
                                  kNotStrictlyFalse = "@not_strictly_false", kOptIndex = "_[?_]",
                                  kOptSelect = "_?._";
}  // namespace op

}  // namespace gp::cel
