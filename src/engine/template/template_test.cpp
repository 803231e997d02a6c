#include "engine/template/template.hpp"

#include <doctest/doctest.h>

#include "base/json.hpp"

namespace gp::tmpl {
namespace {

// The functions a test needs beside the built-in ones.
const FunctionTable& functions() {
  using Arguments = std::span<const Val>;
  static const FunctionTable table = [] {
    FunctionTable made;
    made["list"] = {{{&types::kInterface}, true}, [](Execution&, Arguments items) -> Result<Val> {
                      return Val::list({items.begin(), items.end()});
                    }};
    made["upper"] = {{{&types::kString}, false}, [](Execution&, Arguments items) -> Result<Val> {
                       std::string text(items[0].text());
                       for (char& c : text)
                         if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
                       return Val::string(std::move(text));
                     }};
    made["include"] = {{{&types::kString, &types::kInterface}, false},
                       [](Execution& execution, Arguments items) -> Result<Val> {
                         std::string text = TRY(execution.render(items[0].text(), items[1]));
                         return Val::string(std::move(text));
                       }};
    made["set"] = {{{&types::kMap, &types::kString, &types::kInterface}, false},
                   [](Execution&, Arguments items) -> Result<Val> {
                     items[0].map().set(items[1].text(), items[2]);
                     return items[0];
                   }};
    return made;
  }();
  return table;
}

// What the template prints for a JSON document, or the error's text.
std::string render(std::string text, std::string_view json = "{}", const Limits& limits = {}) {
  TemplateSet set(&functions());
  if (auto parsed = set.parse("t", std::move(text)); !parsed) return parsed.error().message;
  auto document = parse_json(json);
  REQUIRE(document);
  auto out = set.execute("t", Val::from_value(*document), limits);
  return out ? *out : out.error().message;
}

}  // namespace

TEST_CASE("trim markers take white space on their side only") {
  CHECK(render("a  {{- 1 -}}  b") == "a1b");
  CHECK(render("a {{ 1 -}}\n b") == "a 1b");
  CHECK(render("a {{- /* said */ -}} b") == "ab");
  CHECK(render("{{-1}}") == "-1");
}

TEST_CASE("numbers of documents are floats and those of templates integers") {
  CHECK(render("{{ .n }} {{ 1000000 }}", R"({"n": 1000000})") == "1e+06 1000000");
  CHECK(render("{{ printf \"%T %T\" .n 1 }}", R"({"n": 1})") == "float64 int");
  CHECK(render("{{ 0x1F }} {{ 0b11 }} {{ 017 }} {{ 1_000 }} {{ 'a' }} {{ 2i }}") ==
        "31 3 15 1000 97 (0+2i)");
}

TEST_CASE("a missing key is no value, and its fields are an error") {
  CHECK(render("{{ .a }}") == "<no value>");
  CHECK(render("{{ print .a }}") == "<nil>");
  CHECK(render("{{ (.a).b }}|") == "<no value>|");
  CHECK(render("{{ .a.b }}") ==
        "template: t:1:5: executing \"t\" at <.a.b>: nil pointer evaluating interface {}.b");
}

TEST_CASE("fields of what has none name the type that is known") {
  CHECK(render("{{ .s.x }}", R"({"s": "text"})")
            .ends_with("can't evaluate field x in type interface {}"));
  CHECK(render("{{ with .s }}{{ .x }}{{ end }}", R"({"s": "text"})")
            .ends_with("can't evaluate field x in type string"));
}

TEST_CASE("maps are ranged over in the order of their keys and lists with their index") {
  CHECK(render("{{ range $k, $v := . }}{{ $k }}={{ $v }} {{ end }}", R"({"b": 2, "a": 1})") ==
        "a=1 b=2 ");
  CHECK(render("{{ range $i, $e := .l }}{{ $i }}{{ $e }}{{ end }}", R"({"l": ["x", "y"]})") ==
        "0x1y");
  CHECK(render("{{ range .l }}{{ . }}{{ else }}none{{ end }}") == "none");
}

TEST_CASE("break leaves a loop, continue an iteration, and outer variables can be assigned") {
  CHECK(render("{{ range .l }}{{ if eq . 2.0 }}{{ continue }}{{ end }}"
               "{{ if eq . 4.0 }}{{ break }}{{ end }}{{ . }}{{ end }}",
               R"({"l": [1, 2, 3, 4, 5]})") == "13");
  CHECK(render("{{ $sum := \"\" }}{{ range .l }}{{ $sum = print $sum . }}{{ end }}{{ $sum }}",
               R"({"l": ["a", "b"]})") == "ab");
  CHECK(render("{{ break }}") == "template: t:1: {{break}} outside {{range}}");
}

TEST_CASE("and and or stop at the first answer and return an operand") {
  CHECK(render("{{ or .a \"x\" (index .missing 1) }}") == "x");
  CHECK(render("{{ and 0 (index .missing 1) }}") == "0");
  CHECK(render("{{ not .a }} {{ and 1 2 }}") == "true 2");
}

TEST_CASE("comparing a float with an integer is an error") {
  CHECK(render("{{ eq .n 5 }}", R"({"n": 5})") ==
        "template: t:1:3: executing \"t\" at <eq .n 5>: error calling eq: incompatible types for "
        "comparison");
  CHECK(render("{{ eq .n 5.0 }} {{ lt 1 2 }} {{ ge \"b\" \"a\" }} {{ eq 1 2 3 1 }}",
               R"({"n": 5})") == "true true true true");
}

TEST_CASE("arguments are checked against the parameters of a function") {
  CHECK(render("{{ upper 5 }}").ends_with("at <5>: expected string; found 5"));
  CHECK(render("{{ upper .n }}", R"({"n": 1})")
            .ends_with("wrong type for value; expected string; got float64"));
  CHECK(render("{{ upper .n }}")
            .ends_with("wrong type for value; expected string; got interface {}"));
  CHECK(render("{{ .n | upper }}").ends_with("invalid value; expected string"));
  CHECK(render("{{ upper }}").ends_with("wrong number of args for upper: want 1 got 0"));
  CHECK(render("{{ \"a\" \"b\" }}").ends_with("can't give argument to non-function \"a\""));
}

TEST_CASE("templates are defined once, blank definitions give way, and see no outer variables") {
  CHECK(render("{{ define \"x\" }}<{{ . }}>{{ end }}{{ template \"x\" \"d\" }}") == "<d>");
  CHECK(render("{{ block \"x\" 1 }}{{ . }}{{ end }}") == "1");
  CHECK(render("{{ define \"x\" }}a{{ end }}{{ define \"x\" }}b{{ end }}") ==
        "template: t:1: template: multiple definition of template \"x\"");
  CHECK(render("{{ define \"x\" }} {{ end }}{{ define \"x\" }}b{{ end }}"
               "{{ template \"x\" }}") == "b");
  CHECK(render("{{ $v := 1 }}{{ define \"x\" }}{{ $v }}{{ end }}") ==
        "template: t:1: undefined variable \"$v\"");
  CHECK(render("{{ template \"none\" }}").ends_with("template \"none\" not defined"));
}

TEST_CASE("a nested failure is told at every call on the way") {
  CHECK(render("{{ define \"x\" }}\n{{ .a.b }}{{ end }}{{ include \"x\" . }}") ==
        "template: t:2:22: executing \"t\" at <include \"x\" .>: error calling include: template: "
        "t:2:5: executing \"x\" at <.a.b>: nil pointer evaluating interface {}.b");
}

TEST_CASE("maps are shared: what is set is seen by all who hold the map") {
  CHECK(render("{{ $m := .m }}{{ $ignored := set $m \"k\" 1 }}{{ .m.k }}", R"({"m": {}})") == "1");
}

TEST_CASE("what does not parse says where and which token") {
  CHECK(render("{{ if }}x{{ end }}") == "template: t:1: missing value for if");
  CHECK(render("\n{{ nosuch }}") == "template: t:2: function \"nosuch\" not defined");
  CHECK(render("{{ (1 }}") == "template: t:1: unclosed left paren");
  CHECK(render("{{ if .a }}") == "template: t:1: unexpected EOF");
  CHECK(render("{{ 1 | 2 }}") == "template: t:1: non executable command in pipeline stage 2");
  CHECK(render("{{ \"a }}") == "template: t:1: unterminated quoted string");
  CHECK(render("{{ .a\n") == "template: t:2: unclosed action started at t:1");
}

TEST_CASE("endless recursion, endless work and endless output end in an error") {
  CHECK(render("{{ define \"x\" }}{{ template \"x\" . }}{{ end }}{{ template \"x\" . }}")
            .find("exceeded maximum template depth") != std::string::npos);
  Limits few;
  few.steps = 20;
  CHECK(render("{{ range .l }}{{ . }}{{ end }}", "{\"l\": [1,2,3,4,5,6,7,8,9,10,11,12]}", few)
            .find("more than 20 steps") != std::string::npos);
  Limits small;
  small.output_bytes = 10;
  CHECK(render("0123456789abc{{ 1 }}", "{}", small).find("larger than 10 bytes") !=
        std::string::npos);
  std::string deep;
  for (int i = 0; i < 1000; ++i) deep += "{{ if 1 }}";
  CHECK(render(deep).find("nested more than") != std::string::npos);
}

TEST_CASE("what a limit ends is told apart from a mistake, also when an include ran into it") {
  TemplateSet set(&functions());
  REQUIRE(set.parse("t", "{{ define \"x\" }}0123456789{{ 1 }}{{ end }}{{ include \"x\" . }}"));
  Limits small;
  small.output_bytes = 5;
  CHECK(set.execute("t", Val(), small).error().code == Code::TooLarge);
  Limits few;
  few.steps = 1;
  CHECK(set.execute("t", Val(), few).error().code == Code::ResourceExhausted);
}

TEST_CASE("a text may replace what an earlier one of the set defined, but not by nothing") {
  TemplateSet set;
  REQUIRE(set.parse("a", "{{ define \"x\" }}first{{ end }}"));
  REQUIRE(set.parse("b", "{{ define \"x\" }}second{{ end }}"));
  REQUIRE(set.parse("c", "{{ define \"x\" }} {{ end }}"));
  CHECK(set.execute("x", Val()).value() == "second");
  CHECK(set.execute("y", Val()).error().message ==
        "template: no template \"y\" associated with template \"gotpl\"");
}

}  // namespace gp::tmpl
