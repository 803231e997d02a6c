#include "engine/patch/patch.hpp"

#include <doctest/doctest.h>

#include "base/ids.hpp"
#include "base/json.hpp"
#include "base/text_cases.hpp"
#include "engine/patch/pointer.hpp"

using gp::Value;
using gp::patch::Pointer;

namespace {

std::string show(const gp::Result<Value>& result) {
  if (!result) return "error: " + result.error().message;
  return gp::to_json(*result, {.sort_members = false});
}

Value json(const std::string& text) {
  return gp::parse_json(text).value();
}

void run_file(const char* file, const std::function<std::string(const gp::TextCase&)>& run) {
  const std::string folder = GP_SOURCE_DIR "/src/engine/patch/testdata/";
  for (const auto& failure : gp::run_text_cases(folder + file, run)) FAIL_CHECK(failure);
}

// A small random document; nulls only where `with_null`.
Value random_document(gp::Random& random, int depth, bool with_null) {
  const auto choice = random.below(depth == 0 ? 3 : 6);
  if (choice == 0) return Value(static_cast<int>(random.below(5)));
  if (choice == 1) return with_null ? Value() : Value("x");
  if (choice == 2) return Value(std::string(random.below(30), 'a'));
  Value value = choice == 3 ? Value::array() : Value::object();
  for (auto n = random.below(4); n > 0; --n) {
    if (choice == 3) {
      value.push_back(random_document(random, depth - 1, with_null));
    } else {
      value.set(fmt::format("k{}", random.below(5)), random_document(random, depth - 1, with_null));
    }
  }
  return value;
}

}  // namespace

TEST_CASE("json patch: testdata/json_patch.txt") {
  run_file("json_patch.txt", [](const gp::TextCase& test) {
    return show(gp::patch::apply_json_patch(json(test.field("target")), json(test.field("patch"))));
  });
}

TEST_CASE("merge patch: testdata/merge_patch.txt") {
  run_file("merge_patch.txt", [](const gp::TextCase& test) {
    return show(
        gp::patch::apply_merge_patch(json(test.field("target")), json(test.field("patch"))));
  });
}

TEST_CASE(
    "merge patch: made from two documents (testdata/make_merge_patch.txt), it leads from one to "
    "the other") {
  run_file("make_merge_patch.txt", [](const gp::TextCase& test) {
    const Value from = json(test.field("from"));
    const Value to = json(test.field("to"));
    const Value patch = gp::patch::make_merge_patch(from, to);
    CHECK_MESSAGE(gp::patch::apply_merge_patch(from, patch) == to, test.name);
    return show(patch);
  });
}

TEST_CASE(
    "merge patch: one made from any two documents without nulls leads from one to the other") {
  gp::SeededRandom random(42);
  for (int i = 0; i < 2000; ++i) {
    Value from = Value::object(
        {{"a", random_document(random, 3, false)}, {"b", random_document(random, 3, false)}});
    Value to = Value::object(
        {{"a", random_document(random, 3, false)}, {"c", random_document(random, 3, false)}});
    const Value patch = gp::patch::make_merge_patch(from, to);

    CHECK(gp::patch::apply_merge_patch(from, patch) == to);
    CHECK(gp::patch::make_merge_patch(to, to) == Value::object());
  }
}

TEST_CASE("json patch: the target is untouched when an operation fails") {
  const Value target = json(R"({"a":{"b":1}})");
  const Value copy = target;

  CHECK_FALSE(gp::patch::apply_json_patch(
      target, json(R"([{"op":"add","path":"/a/c","value":1},{"op":"remove","path":"/x"}])")));
  CHECK(target == copy);
}

TEST_CASE("json patch: the number of operations is limited") {
  Value operations = Value::array();
  for (int i = 0; i < 10'001; ++i)
    operations.push_back(json(R"({"op":"test","path":"/a","value":null})"));

  CHECK(gp::patch::apply_json_patch(Value::object(), operations).error().message ==
        "JSON patch has 10001 operations, at most 10000 are allowed");
}

TEST_CASE("json patch: a document that copies itself into itself does not grow without end") {
  Value operations = Value::array();
  for (int i = 0; i < 64; ++i)
    operations.push_back(json(fmt::format(R"({{"op":"copy","from":"/a","path":"/a/k{}"}})", i)));
  const auto result =
      gp::patch::apply_json_patch(json(R"({"a":{"text":"0123456789"}})"), operations);

  REQUIRE_FALSE(result);
  CHECK(result.error().code == gp::Code::TooLarge);
  CHECK(result.error().message.ends_with("the patch copies more than 16777216 bytes"));
}

TEST_CASE("json patch: the depth of the result is limited") {
  Value operations = Value::array();
  std::string path = "/a";
  for (int i = 0; i < 600; ++i) {
    operations.push_back(
        Value::object({{"op", "add"}, {"path", path}, {"value", Value::object()}}));
    path += "/a";
  }
  CHECK(gp::patch::apply_json_patch(Value::object(), operations).error().code ==
        gp::Code::TooLarge);
}

TEST_CASE("pointer: RFC 6901's examples") {
  const Value document = json(
      R"({"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8})");
  const auto at = [&](std::string_view text) {
    const Pointer pointer = Pointer::parse(text).value();
    CHECK(pointer.to_string() == text);
    const Value* found = gp::patch::find(document, pointer);
    return found == nullptr ? "nothing" : gp::to_json(*found, {.sort_members = false});
  };

  CHECK(at("/foo") == R"(["bar","baz"])");
  CHECK(at("/foo/0") == R"("bar")");
  CHECK(at("/") == "0");
  CHECK(at("/a~1b") == "1");
  CHECK(at("/c%d") == "2");
  CHECK(at("/i\\j") == "5");
  CHECK(at("/k\"l") == "6");
  CHECK(at("/ ") == "7");
  CHECK(at("/m~0n") == "8");
  CHECK(at("") == gp::to_json(document, {.sort_members = false}));
  for (const char* none : {"/foo/2", "/foo/-", "/foo/01", "/foo/x", "/foo/0/x", "/nothing/at/all"})
    CHECK(at(none) == "nothing");
}

TEST_CASE("pointer: what is malformed is refused") {
  CHECK(Pointer::parse("foo").error().message == "JSON pointer \"foo\" does not begin with \"/\"");
  for (const char* bad : {"/~", "/~2", "/a~", "a/b"}) CHECK_FALSE(Pointer::parse(bad));
}
