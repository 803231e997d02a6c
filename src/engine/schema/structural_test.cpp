#include "engine/schema/structural.hpp"

#include <doctest/doctest.h>

#include "base/json.hpp"
#include "base/text_cases.hpp"
#include "base/yaml.hpp"

using gp::Value;
using gp::schema::StructuralSchema;

namespace {

std::string run_case(const gp::TextCase& test) {
  const auto schema = StructuralSchema::compile(gp::parse_yaml(test.field("schema")).value());
  if (!schema) return "error: " + schema.error().message;
  const Value value = gp::parse_yaml(test.field("value")).value();
  const std::string& action = test.field("do");
  if (action == "default") return gp::to_yaml(schema->with_defaults(value));
  if (action == "prune") {
    std::vector<std::string> removed;
    std::string out = gp::to_yaml(schema->pruned(value, &removed));
    for (const auto& path : removed) out += "removed " + path + "\n";
    return out;
  }
  std::string out;
  for (const auto& problem : schema->validate(value)) {
    out += fmt::format("{} {}\n", problem.reason(), problem.to_string());
  }
  return out.empty() ? "valid" : out;
}

Value yaml(const char* text) {
  return gp::parse_yaml(text).value();
}

}  // namespace

TEST_CASE("structural schema: testdata/structural.txt") {
  for (const auto& failure :
       gp::run_text_cases(GP_SOURCE_DIR "/src/engine/schema/testdata/structural.txt", run_case)) {
    FAIL_CHECK(failure);
  }
}

TEST_CASE("structural schema: what needs no change stays the same document") {
  const auto schema =
      StructuralSchema::compile(yaml("{type: object, properties: {spec: {type: object, properties: "
                                     "{a: {type: integer, default: 1}}}}}"));
  const Value value = yaml("{spec: {a: 2}}");

  REQUIRE(schema);
  CHECK(schema->with_defaults(value).same_as(value));
  CHECK(schema->pruned(value).same_as(value));
}

TEST_CASE("structural schema: problems are named below the path that the caller gives") {
  const auto schema =
      StructuralSchema::compile(yaml("{type: object, properties: {a: {type: integer}}}"));
  REQUIRE(schema);
  const auto problems = schema->validate(yaml("{a: x}"), "spec");

  REQUIRE(problems.size() == 1);
  CHECK(problems[0].to_string() ==
        R"(spec.a: Invalid value: "string": spec.a in body must be of type integer: "string")");
}

TEST_CASE("structural schema: the number of problems and of steps is limited") {
  const Value schema = yaml("{type: array, items: {type: integer}}");
  Value words = Value::array();
  for (int i = 0; i < 1000; ++i) words.push_back("x");

  CHECK(StructuralSchema::compile(schema).value().validate(words).size() == 100);
  const auto problems = StructuralSchema::compile(schema, {.steps_max = 10})
                            .value()
                            .validate(Value::array({1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}));
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].message == "validation takes too many steps");
}

TEST_CASE("structural schema: depth and size of a schema are limited") {
  Value deep = yaml("{type: object}");
  for (int i = 0; i < 300; ++i) deep = Value::object({{"type", "array"}, {"items", deep}});

  CHECK(StructuralSchema::compile(deep).error().message ==
        "schema is nested deeper than 256 levels");
  CHECK(StructuralSchema::compile(yaml("{items: {items: {}}}"), {.nodes_max = 2}).error().code ==
        gp::Code::TooLarge);
}
