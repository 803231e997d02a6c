#pragma once
// A parsed JSONPath template. Private to this folder.

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/value.hpp"

namespace gp::jsonpath {

struct Step;
using Steps = std::vector<Step>;

struct Step {
  enum class Type { Field, Quoted, Wildcard, Recursive, Slice, Union, Filter, Literal };

  Type type = Type::Field;
  std::string
      name;       // Field; Quoted: the whole text; Filter: the operator, "exists" if there is none
  Value literal;  // Literal

  // Slice. A single index is a slice of one.
  std::optional<int> begin;
  std::optional<int> end;
  std::optional<int> step;
  bool is_index = false;

  // Union: the alternatives. Filter: left and right. Quoted: the text read as a path.
  std::vector<Steps> lists;
};

struct Segment {
  enum class Type { Text, Expression, Range };

  Type type = Type::Text;
  std::string text;
  Steps steps;                // Expression; Range: what it goes over
  std::vector<Segment> body;  // Range
};

struct Node {
  std::vector<Segment> segments;
};

Result<Node> parse_template(std::string_view text);

}  // namespace gp::jsonpath
