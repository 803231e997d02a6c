#include "base/yaml.hpp"

#include <doctest/doctest.h>

#include "base/json.hpp"
#include "base/text_cases.hpp"

using gp::Value;

namespace {

std::string as_json_lines(const gp::TextCase& test) {
  gp::YamlOptions options;
  options.go_yaml_v3 = test.field("mode") == "v3";
  options.refuse_duplicate_keys = test.field("mode") == "strict";
  const auto documents = gp::parse_yaml_stream(test.field("yaml"), options);
  if (!documents) return "error: " + documents.error().message;
  std::string out;
  for (const auto& document : *documents) {
    out += gp::to_json(document.value, {.sort_members = false, .escape_html = false}) + "\n";
  }
  return out;
}

}  // namespace

TEST_CASE("yaml: reading (testdata/yaml_read.txt)") {
  for (const auto& failure :
       gp::run_text_cases(GP_SOURCE_DIR "/src/base/testdata/yaml_read.txt", as_json_lines)) {
    FAIL_CHECK(failure);
  }
}

TEST_CASE("yaml: writing (testdata/yaml_write.txt), and what is written reads back") {
  const auto write = [](const gp::TextCase& test) {
    const Value value = gp::parse_json(test.field("json")).value();
    const std::string yaml = gp::to_yaml(value);
    const auto back = gp::parse_yaml(yaml);
    CHECK_MESSAGE((back && *back == value), test.name);
    return yaml;
  };
  for (const auto& failure :
       gp::run_text_cases(GP_SOURCE_DIR "/src/base/testdata/yaml_write.txt", write)) {
    FAIL_CHECK(failure);
  }
}

TEST_CASE("yaml: strings of every sort survive writing and reading") {
  for (const char* text : {"",
                           " ",
                           "a ",
                           " a",
                           "a\n",
                           "a\n\n",
                           "\n",
                           "\n\n",
                           "\na",
                           " a\nb",
                           "a\n b\n",
                           "a \nb",
                           "\ta\n",
                           "a: b",
                           "a #b",
                           "#a",
                           "- a",
                           "-",
                           "-a",
                           "?",
                           "? a",
                           ":",
                           ":a",
                           "a:",
                           "'",
                           "\"",
                           "yes",
                           "No",
                           "~",
                           "null",
                           "1",
                           "0x1F",
                           "1_000",
                           "1:30",
                           "1e3",
                           ".5",
                           ".inf",
                           "<<",
                           "=",
                           "2001-01-01",
                           "@a",
                           "`a",
                           "%a",
                           "!a",
                           "&a",
                           "*a",
                           "|",
                           ">",
                           "[a",
                           "]",
                           "{",
                           "}",
                           ",",
                           "a,b",
                           "---",
                           "--- a",
                           "...",
                           "\r",
                           "a\r\nb",
                           "\x01",
                           "\x7f",
                           "\u00e9",
                           "\u2028",
                           "\ufeff",
                           "\u0085",
                           "a\tb",
                           "a\\b",
                           "\x1b[0m",
                           "line one\n  indented\n\nlast",
                           "trailing space \n",
                           "# not a comment\nx"}) {
    const Value value =
        Value::object({{text, text}, {"list", Value::array({text, Value::array({text})})}});
    const std::string yaml = gp::to_yaml(value);
    const auto back = gp::parse_yaml(yaml);
    CAPTURE(yaml);
    REQUIRE(back);
    CHECK(*back == value);
  }
}

TEST_CASE("yaml: an alias bomb is stopped at the limit on nodes") {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 10; ++i) {
    bomb += fmt::format(
        "a{0}: &a{0} [*a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}]\n", i,
        i - 1);
  }
  const auto value = gp::parse_yaml(bomb);

  REQUIRE_FALSE(value);
  CHECK(value.error().code == gp::Code::TooLarge);
  CHECK(value.error().message ==
        "line 7: YAML has more than 4000000 nodes after its aliases are expanded");
}

TEST_CASE("yaml: depth is limited, also through aliases") {
  const std::string deep = std::string(300, '[') + std::string(300, ']');
  CHECK(gp::parse_yaml(deep).error().message == "line 1: YAML is nested deeper than 256 levels");

  std::string aliases = "a0: &a0 [x]\n";
  for (int i = 1; i < 300; ++i) aliases += fmt::format("a{0}: &a{0} [*a{1}]\n", i, i - 1);
  CHECK(gp::parse_yaml(aliases).error().code == gp::Code::TooLarge);
}

TEST_CASE("yaml: size and number of documents are limited") {
  gp::YamlOptions options;
  options.limits.bytes_max = 4;
  CHECK(gp::parse_yaml("abcdef", options).error().code == gp::Code::TooLarge);
  options.limits = {.documents_max = 2};
  CHECK(gp::parse_yaml_stream("--- a\n--- b\n--- c\n", options).error().message ==
        "line 4: more than 2 documents in one text");
}

TEST_CASE("yaml: a single document is asked for and two are refused") {
  CHECK(gp::parse_yaml("# nothing\n")->is_null());
  CHECK(gp::parse_yaml("a: 1\n---\n# nothing\n")->size() == 1);
  CHECK(gp::parse_yaml("a: 1\n---\nb: 1\n").error().message ==
        "line 3: expected one YAML document, found another");
}

TEST_CASE("yaml: line tables know keys, items and the nearest ancestor of what is missing") {
  const auto documents = gp::parse_yaml_with_lines(
      "# comment\nmetadata:\n  name: x\n  tags:\n  - a\n  - b: 1\n---\nspec:\n  owner: y\n");

  REQUIRE(documents);
  REQUIRE(documents->size() == 2);
  const auto& [first, lines] = (*documents)[0];
  CHECK(first.line == 2);
  CHECK(lines.line_of("metadata") == 2);
  CHECK(lines.line_of("metadata.name") == 3);
  CHECK(lines.line_of("metadata.tags.1.b") == 6);
  CHECK(lines.line_of("metadata.tags[1].b") == 6);
  CHECK(lines.line_of("metadata.namespace") == 2);
  CHECK(lines.line_of("spec") == 2);
  CHECK((*documents)[1].second.line_of("spec.owner") == 9);
}
