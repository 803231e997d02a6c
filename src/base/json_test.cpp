#include "base/json.hpp"

#include <doctest/doctest.h>

using gp::parse_json;
using gp::to_json;
using gp::Value;

namespace {

std::string round_trip(std::string_view text) {
  const auto value = parse_json(text);
  return value ? to_json(*value, {.sort_members = false}) : "error: " + value.error().message;
}

}  // namespace

TEST_CASE("json: documents come back as they were written") {
  for (const char* text : {"null", "true", "[]", "{}", "-1", "\"\"", "[1,[2,[3]],{\"a\":{}}]",
                           "{\"b\":1,\"a\":[null,false,\"x\"]}", "\"a text beyond fourteen bytes\"",
                           "9223372036854775807", "-9223372036854775808", "18446744073709551615"}) {
    CHECK(round_trip(text) == text);
  }
}

TEST_CASE("json: numbers are written as Go writes them") {
  CHECK(round_trip("1.0") == "1");
  CHECK(round_trip("1.50") == "1.5");
  CHECK(round_trip("0.000001") == "0.000001");
  CHECK(round_trip("0.0000001") == "1e-7");
  CHECK(round_trip("1e20") == "100000000000000000000");
  CHECK(round_trip("1e21") == "1e+21");
  CHECK(round_trip("123456789012345678901") == "123456789012345680000");
  CHECK(round_trip("18446744073709551616") == "18446744073709552000");
  CHECK(round_trip("-1.5e-9") == "-1.5e-9");
  CHECK(round_trip("1e-400") == "0");
  CHECK(round_trip("0.1") == "0.1");
  CHECK(round_trip("[123.456,2.2250738585072014e-308]") == "[123.456,2.2250738585072014e-308]");
}

TEST_CASE("json: a fraction of zero keeps the number a Double") {
  CHECK(parse_json("1.0")->kind() == Value::Kind::Double);
  CHECK(parse_json("1")->kind() == Value::Kind::Int);
}

TEST_CASE("json: doubles are read to the last bit") {
  CHECK(parse_json("0.3")->number() == 0.3);
  CHECK(parse_json("3.1415926535897932")->number() == 3.1415926535897932);
  CHECK(parse_json("[6929495644600919.5]")->at(0).number() == 6929495644600919.5);
}

TEST_CASE("json: strings are escaped as Go does by default") {
  CHECK(to_json(Value("<a & b>")) == R"("\u003ca \u0026 b\u003e")");
  CHECK(to_json(Value("<a & b>"), {.escape_html = false}) == R"("<a & b>")");
  CHECK(to_json(Value("\"\\\n\r\t\b\f\x01")) == R"("\"\\\n\r\t\b\f\u0001")");
  CHECK(to_json(Value("h\u00e9 \u2028 \U0001f600")) == "\"h\u00e9 \\u2028 \U0001f600\"");
  CHECK(to_json(Value("bad \xff byte")) == "\"bad \\ufffd byte\"");
}

TEST_CASE("json: escapes are read") {
  CHECK(parse_json(R"("\u0041\ud83d\ude00\/\"")")->text() == "A\U0001f600/\"");
}

TEST_CASE("json: members are sorted and indented when asked") {
  const Value value = Value::object({{"b", Value::array({1, 2})}, {"a", Value::object()}});

  CHECK(to_json(value) == R"({"a":{},"b":[1,2]})");
  CHECK(to_json(value, {.indent = 2}) == "{\n  \"a\": {},\n  \"b\": [\n    1,\n    2\n  ]\n}");
}

TEST_CASE("json: errors name line, column and byte") {
  CHECK(round_trip("{\n  \"a\": }") ==
        "error: line 2, column 8 (byte 9): unexpected \"}\" in JSON");
  CHECK(round_trip("[1, 2") == "error: line 1, column 6 (byte 5): unexpected end of JSON");
  CHECK(round_trip("") == "error: line 1, column 1 (byte 0): unexpected end of JSON");
  CHECK(round_trip("{} x") ==
        "error: line 1, column 4 (byte 3): unexpected \"x\" after the JSON document");
  CHECK(round_trip("1e400") == "error: line 1, column 6 (byte 5): number does not fit a double");
  CHECK(round_trip("[1e400]").contains("number does not fit a double"));
}

TEST_CASE("json: what RFC 8259 forbids is refused") {
  for (const char* text :
       {"[1,]", "{\"a\":1,}", "{a:1}", "'a'", "01", "+1", ".5", "1.", "NaN", "[1 2]", "\"\t\"",
        "\"\\x\"", "\"\\ud800\"", "\"\xff\"", "// c\n1", "nul", "\"open"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_json(text).has_value());
  }
}

TEST_CASE("json: depth and size are limited") {
  const std::string deep = std::string(600, '[') + std::string(600, ']');

  CHECK(parse_json(deep).error().code == gp::Code::TooLarge);
  CHECK(parse_json(deep, {.depth_max = 1000}).has_value());
  CHECK(parse_json("[1,2,3]", {.bytes_max = 3}).error().message ==
        "JSON of 7 bytes is over the limit of 3");
}

TEST_CASE("json: of duplicate members the last wins, and strict reading lists them by path") {
  std::vector<std::string> duplicates;
  const auto value = gp::parse_json_strict(
      R"({"a":1,"metadata":{"labels":{"x":1,"x":2}},"list":[0,{"b":1,"b":2}],"a":3})", duplicates);

  REQUIRE(value);
  CHECK((*value)["a"].integer() == 3);
  CHECK((*value)["metadata"]["labels"]["x"].integer() == 2);
  CHECK(duplicates == std::vector<std::string>{"metadata.labels.x", "list[1].b", "a"});
}

TEST_CASE("json: objects of many members are found by name and keep their order") {
  std::string text = "{";
  for (int i = 0; i < 100; ++i)
    text += fmt::format("{}\"member-{}\":{}", i == 0 ? "" : ",", 99 - i, i);
  text += "}";
  const auto value = parse_json(text);

  REQUIRE(value);
  CHECK((*value)["member-0"].integer() == 99);
  CHECK(value->members()[0].key() == "member-99");
  CHECK(to_json(*value, {.sort_members = false}) == text);
}
