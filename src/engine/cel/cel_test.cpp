#include "engine/cel/cel.hpp"

#include <doctest/doctest.h>

#include "base/json.hpp"
#include "base/text_cases.hpp"
#include "base/yaml.hpp"

using namespace gp;

namespace {

// `schema` types the variable self (dynamic without one), `self` and `old` are its values.
std::string run_case(const TextCase& test) {
  cel::Environment environment = {{"self", cel::Type::simple(cel::Type::Kind::Dyn)}};
  if (test.has("schema")) {
    const auto schema = parse_yaml(test.field("schema"));
    if (!schema) return "bad schema: " + schema.error().message;
    environment[0].type = cel::type_of_schema(*schema);
  }
  environment.push_back({"oldSelf", environment[0].type});
  const auto program = cel::Program::compile(test.field("rule"), environment);
  if (!program) return program.error().message;

  const auto self = parse_yaml(test.field("self"));
  const auto old = parse_yaml(test.field("old"));
  if (!self || !old) return "bad value";
  cel::Budget budget;
  if (test.has("budget")) budget.remaining = std::stoull(test.field("budget"));
  const cel::Val out = program->evaluate({{"self", cel::Val::json(*self, environment[0].type)},
                                          {"oldSelf", cel::Val::json(*old, environment[0].type)}},
                                         budget);
  if (out.is_error()) return "error: " + std::string(out.text());
  return to_json(out.to_json(), {.escape_html = false});
}

void check_file(const std::string& name) {
  const auto failures =
      run_text_cases(std::string(GP_SOURCE_DIR "/src/engine/cel/testdata/") + name, run_case);
  for (const std::string& failure : failures) FAIL_CHECK(failure);
}

}  // namespace

TEST_CASE("cel: expressions evaluate as the language definition says") {
  check_file("language.txt");
}
TEST_CASE("cel: the libraries of Kubernetes are there") {
  check_file("libraries.txt");
}
TEST_CASE("cel: what cannot compile says where and why") {
  check_file("errors.txt");
}

TEST_CASE("cel: an unbounded nested loop costs more than a bounded one") {
  const auto estimate = [](const char* schema_text) {
    const auto schema = parse_yaml(schema_text);
    const auto program = cel::Program::compile("self.all(x, self.exists(y, y == x))",
                                               {{"self", cel::type_of_schema(*schema)}});
    REQUIRE(program);
    return program->estimated_cost(100'000).max;
  };

  const auto unbounded = estimate("{type: array, items: {type: string}}");
  const auto bounded =
      estimate("{type: array, maxItems: 10, items: {type: string, maxLength: 20}}");

  CHECK(unbounded > 1'000'000'000);
  CHECK(bounded < 10'000);
}

TEST_CASE("cel: a program runs on several threads at once") {
  const auto program = cel::Program::compile("self.filter(x, x > 1).map(x, x * 2)",
                                             {{"self", cel::Type::simple(cel::Type::Kind::Dyn)}});
  REQUIRE(program);
  const auto self = parse_json("[1,2,3]");
  std::vector<std::thread> threads;
  std::atomic<int> right = 0;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      cel::Budget budget;
      const cel::Val out = program->evaluate({{"self", cel::Val::json(*self, nullptr)}}, budget);
      if (to_json(out.to_json()) == "[4,6]") ++right;
    });
  }
  for (std::thread& thread : threads) thread.join();

  CHECK(right == 4);
}

TEST_CASE("cel: the variables of an expression are neither its own nor names of types") {
  const auto program =
      cel::Program::compile("type(self) == string || [1].all(x, x > 0)",
                            {{"self", cel::Type::simple(cel::Type::Kind::Dyn)},
                             {"oldSelf", cel::Type::simple(cel::Type::Kind::Dyn)}});
  REQUIRE(program);
  CHECK(program->variables() == std::vector<std::string>{"self"});
}
