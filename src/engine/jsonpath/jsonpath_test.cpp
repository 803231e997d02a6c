#include "engine/jsonpath/jsonpath.hpp"

#include <doctest/doctest.h>

#include "base/json.hpp"
#include "base/text_cases.hpp"

using gp::Value;
using gp::jsonpath::JsonPath;

namespace {

constexpr const char* kPods = R"({"kind":"List","items":[
  {"kind":"Pod","metadata":{"name":"a","labels":{"app.kubernetes.io/name":"web","tier":"front"}},
   "spec":{"replicas":1,"weight":0.5},"status":{"ready":true,"conditions":[{"type":"Ready","status":"True"},{"type":"Init","status":"False"}]}},
  {"kind":"Pod","metadata":{"name":"b","labels":{"tier":"back"}},
   "spec":{"replicas":3,"weight":12345678.5},"status":{"ready":false,"conditions":[{"type":"Ready","status":"False"}]}},
  {"kind":"Node","metadata":{"name":"c"},"spec":{"replicas":null}}]})";

}  // namespace

TEST_CASE("jsonpath: testdata/jsonpath.txt") {
  const auto run = [](const gp::TextCase& test) -> std::string {
    const std::string& mode = test.field("mode");
    auto path = mode == "relaxed" ? JsonPath::parse_relaxed(test.field("path"))
                                  : JsonPath::parse(test.field("path"));
    if (!path) return "error: " + path.error().message;
    path->allow_missing(mode != "strict");
    const auto& data = test.field("data");
    const auto printed = path->print(gp::parse_json(data.empty() ? kPods : data).value());
    return printed ? *printed : "error: " + printed.error().message;
  };
  for (const auto& failure :
       gp::run_text_cases(GP_SOURCE_DIR "/src/engine/jsonpath/testdata/jsonpath.txt", run)) {
    FAIL_CHECK(failure);
  }
}

TEST_CASE("jsonpath: finds values themselves, shared with the document") {
  const Value pods = gp::parse_json(kPods).value();
  const auto found = JsonPath::parse("{.items[0].metadata}").value().find(pods);

  REQUIRE(found);
  REQUIRE(found->size() == 1);
  CHECK(found->front().same_as(pods["items"].at(0)["metadata"]));
}

TEST_CASE("jsonpath: repeated descent does not grow without end") {
  Value wide = Value::array();
  for (int i = 0; i < 1000; ++i) wide.push_back(Value::array({i, Value::array({i})}));
  std::string text = "{";
  for (int i = 0; i < 200; ++i) text += "..";
  const auto path = JsonPath::parse(text + "}");

  REQUIRE(path);
  Value deep = wide;
  for (int i = 0; i < 100; ++i) deep = Value::array({deep, i});
  CHECK(path->find(deep).error().code == gp::Code::TooLarge);
}

TEST_CASE("jsonpath: nesting of expressions is limited") {
  std::string text = "{.a";
  for (int i = 0; i < 100; ++i) text += "[?(@";
  for (int i = 0; i < 100; ++i) text += ")]";
  CHECK_FALSE(JsonPath::parse(text + "}"));

  std::string ranges;
  for (int i = 0; i < 100; ++i) ranges += "{range .a}";
  CHECK(JsonPath::parse(ranges).error().code == gp::Code::TooLarge);
}
