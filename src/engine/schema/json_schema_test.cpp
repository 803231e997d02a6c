#include "engine/schema/json_schema.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/json.hpp"
#include "base/text_cases.hpp"
#include "base/yaml.hpp"
#include "engine/schema/uri.hpp"

using gp::Value;
using gp::schema::JsonSchema;

namespace {

namespace fs = std::filesystem;

std::string run_case(const gp::TextCase& test) {
  gp::schema::JsonSchemaOptions options;
  options.all_errors = test.field("errors") != "first";
  const auto schema = JsonSchema::compile(gp::parse_yaml(test.field("schema")).value(), options);
  if (!schema) return "error: " + schema.error().message;
  std::string out;
  for (const auto& error : schema->validate(gp::parse_yaml(test.field("value")).value())) {
    out += fmt::format("{} {} [{}] {}\n", error.instance_path.empty() ? "/" : error.instance_path,
                       error.message, error.schema_path,
                       gp::to_json(error.params, {.escape_html = false}));
  }
  return out.empty() ? "valid" : out;
}

Value read_json(const fs::path& path) {
  std::ifstream in(path);
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  return gp::parse_json(text).value();
}

const fs::path kSuite = "/usr/share/json-schema-test-suite";

gp::schema::JsonSchemaOptions suite_options() {
  gp::schema::JsonSchemaOptions options;
  for (const char* name :
       {"integer.json", "name.json", "subSchemas.json", "folder/folderInteger.json"}) {
    options.documents.emplace_back(fmt::format("http://localhost:1234/{}", name),
                                   read_json(kSuite / "remotes" / name));
  }
  return options;
}

struct Count {
  int passed = 0;
  int failed = 0;
};

// Runs one file of the suite; failures are named.
Count run_suite_file(const fs::path& file) {
  Count count;
  const Value groups = read_json(file);
  for (const Value& group : groups.items()) {
    const std::string group_name = group["description"].string();
    const auto schema = JsonSchema::compile(group["schema"], suite_options());
    for (const Value& test : group["tests"].items()) {
      const std::string name = fmt::format("{}: {}: {}", file.filename().string(), group_name,
                                           test["description"].text());
      const bool valid = schema && schema->validate(test["data"]).empty();
      const bool ok = schema && valid == test["valid"].boolean();
      ++(ok ? count.passed : count.failed);
      if (!ok) FAIL_CHECK(name << (schema ? "" : " " + schema.error().message));
    }
  }
  return count;
}

Count run_suite_folder(const fs::path& folder, const std::set<std::string>& left_out) {
  Count total;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (!entry.is_regular_file() || left_out.contains(entry.path().filename())) continue;
    const Count count = run_suite_file(entry.path());
    total.passed += count.passed;
    total.failed += count.failed;
  }
  return total;
}

bool has_suite() {
  if (fs::exists(kSuite)) return true;
  MESSAGE("skipped: the package json-schema-test-suite is not installed");
  return false;
}

}  // namespace

TEST_CASE("json schema: Ajv's errors (testdata/ajv.txt)") {
  for (const auto& failure :
       gp::run_text_cases(GP_SOURCE_DIR "/src/engine/schema/testdata/ajv.txt", run_case)) {
    FAIL_CHECK(failure);
  }
}

TEST_CASE("json schema: the published suite for draft 7, required part") {
  if (!has_suite()) return;
  const Count count = run_suite_folder(kSuite / "tests/draft7", {});
  MESSAGE("draft7, required: " << count.passed << " of " << count.passed + count.failed
                               << " passed");
  CHECK(count.passed > 400);
}

TEST_CASE("json schema: the published suite for draft 7, formats") {
  if (!has_suite()) return;
  // Left out: idn-hostname needs IDNA's tables and is not judged at all here.
  const Count count =
      run_suite_folder(kSuite / "tests/draft7/optional/format", {"idn-hostname.json"});
  MESSAGE("draft7, formats: " << count.passed << " of " << count.passed + count.failed
                              << " passed");
}

TEST_CASE("json schema: the published suite for draft 7, optional part") {
  if (!has_suite()) return;
  // Left out: content.json (contentEncoding is an annotation to us, as to Ajv) and
  // ecmascript-regex.json (patterns are RE2's).
  const Count count =
      run_suite_folder(kSuite / "tests/draft7/optional", {"content.json", "ecmascript-regex.json"});
  MESSAGE("draft7, optional: " << count.passed << " of " << count.passed + count.failed
                               << " passed");
}

TEST_CASE("json schema: a schema that refers to itself without end is stopped") {
  const auto schema = JsonSchema::compile(
      gp::parse_json(
          R"({"$ref":"#/definitions/a","definitions":{"a":{"allOf":[{"$ref":"#/definitions/a"}]}}})")
          .value());

  REQUIRE(schema);
  const auto errors = schema->validate(Value(1));
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].keyword == "limit");
}

TEST_CASE("json schema: one that doubles its work at every level is stopped") {
  std::string text = R"({"definitions":{"d0":{"type":"integer"})";
  for (int i = 1; i < 60; ++i)
    text += fmt::format(
        R"(,"d{0}":{{"allOf":[{{"$ref":"#/definitions/d{1}"}},{{"$ref":"#/definitions/d{1}"}}]}})",
        i, i - 1);
  text += R"(},"$ref":"#/definitions/d59"})";
  const auto schema = JsonSchema::compile(gp::parse_json(text).value(), {.steps_max = 100'000});

  REQUIRE(schema);
  CHECK(schema->validate(Value(1)).at(0).message == "validation takes too many steps");
}

TEST_CASE("json schema: an error is told as Ajv's JSON") {
  const auto schema =
      JsonSchema::compile(gp::parse_json(R"({"required":["owner"]})").value()).value();

  CHECK(
      gp::to_json(schema.validate(Value::object())[0].to_value(),
                  {.sort_members = false, .escape_html = false}) ==
      R"({"instancePath":"","schemaPath":"#/required","keyword":"required","params":{"missingProperty":"owner"},"message":"must have required property 'owner'"})");
}

TEST_CASE("uri: RFC 3986 section 5.4") {
  const char* const base = "http://a/b/c/d;p?q";
  const std::pair<const char*, const char*> table[] = {{"g:h", "g:h"},
                                                       {"g", "http://a/b/c/g"},
                                                       {"./g", "http://a/b/c/g"},
                                                       {"g/", "http://a/b/c/g/"},
                                                       {"/g", "http://a/g"},
                                                       {"//g", "http://g"},
                                                       {"?y", "http://a/b/c/d;p?y"},
                                                       {"g?y", "http://a/b/c/g?y"},
                                                       {"#s", "http://a/b/c/d;p?q#s"},
                                                       {"g#s", "http://a/b/c/g#s"},
                                                       {";x", "http://a/b/c/;x"},
                                                       {"", "http://a/b/c/d;p?q"},
                                                       {".", "http://a/b/c/"},
                                                       {"./", "http://a/b/c/"},
                                                       {"..", "http://a/b/"},
                                                       {"../", "http://a/b/"},
                                                       {"../g", "http://a/b/g"},
                                                       {"../..", "http://a/"},
                                                       {"../../g", "http://a/g"},
                                                       {"../../../g", "http://a/g"},
                                                       {"/./g", "http://a/g"},
                                                       {"g.", "http://a/b/c/g."},
                                                       {"./../g", "http://a/b/g"},
                                                       {"g/./h", "http://a/b/c/g/h"},
                                                       {"g/../h", "http://a/b/c/h"}};
  for (const auto& [reference, resolved] : table)
    CHECK(gp::schema::resolve_uri(base, reference) == resolved);
}
