#pragma once
// kubectl's JSONPath: `{.items[*].metadata.name}`, `{range .items[*]}{.metadata.name}{"\n"}{end}`.
//
// Fields (also ['quoted'] and with \. for a dot), indexes and slices with negative numbers,
// wildcards, recursive descent `..`, unions, filters `[?(@.a == "b")]` with == != < <= > >=, and
// text around them. A parsed expression is immutable and may be used by many threads.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/value.hpp"

namespace gp::jsonpath {

struct Node;

struct Limits {
  std::size_t results_max = 1'000'000;  // values found at any step
  std::size_t output_bytes_max = 64U << 20U;
};

class JsonPath {
 public:
  // As `kubectl -o jsonpath=`: a template with expressions in braces.
  static Result<JsonPath> parse(std::string_view text);
  // As printer columns and custom-columns write it: `.spec.size`, `spec.size` or `{.spec.size}`.
  static Result<JsonPath> parse_relaxed(std::string_view text);

  // A missing field is an error unless allowed, when it finds nothing.
  JsonPath& allow_missing(bool allow = true) {
    allow_missing_ = allow;
    return *this;
  }

  // What all expressions of the template find, in order.
  Result<std::vector<Value>> find(const Value& root) const;
  // The text that the template makes: found values separated by spaces, strings bare, others as
  // JSON.
  Result<std::string> print(const Value& root) const;

  const std::string& text() const { return text_; }

 private:
  std::string text_;
  std::shared_ptr<const Node> root_;
  Limits limits_;
  bool allow_missing_ = false;
};

// As Go names the types that JSON decodes to: "map[string]interface {}".
std::string_view go_type_name(const Value& value);

}  // namespace gp::jsonpath
