#include "engine/helm/fixture.hpp"
#include "engine/helm/strvals.hpp"
#include "engine/sprig/json_text.hpp"

namespace gp::helm {
namespace {

std::string set(std::string_view text, SetKind kind = SetKind::Typed,
                std::string_view before = "{}") {
  Val values = *parse_values(before, "values.yaml");
  const auto done = apply_set(
      values, text, kind,
      [](const std::string& name) -> Result<std::string> { return "content of " + name; });
  return done ? *sprig::json_text(values) : "error: " + done.error().message;
}

std::string seen(TestChart& chart) {
  return chart.render("{{ toJson .Values }}");
}

}  // namespace

TEST_CASE("helm: --set makes numbers, booleans, lists and maps") {
  CHECK(set("a=1,b=true,c=null,d=1.5,e=007") == R"({"a":1,"b":true,"c":null,"d":"1.5","e":"007"})");
  CHECK(set("a.b.c=x,a.b.d={1,y}") == R"({"a":{"b":{"c":"x","d":[1,"y"]}}})");
  CHECK(set("a[1].n=x") == R"({"a":[null,{"n":"x"}]})");
  CHECK(set("k\\.io/x=a\\,b") == R"({"k.io/x":"a,b"})");
}

TEST_CASE("helm: --set says what it could not read") {
  CHECK(set("a") == "error: key \"a\" has no value");
  CHECK(set("a={x") == "error: list must terminate with '}'");
  CHECK(set("a[x]=1") == "error: error parsing index: strconv.Atoi: parsing \"x\": invalid syntax");
  CHECK(set("a.b=1", SetKind::Typed, "a: text") ==
        "error: unable to parse key: interface conversion: interface {} is string, not "
        "map[string]interface {}");
  CHECK(set("a[99999]=1").starts_with("error: index of 99999 is greater"));
}

TEST_CASE("helm: the other kinds of --set") {
  CHECK(set("a=1", SetKind::String) == R"({"a":"1"})");
  CHECK(set("a={\"x\":[1,2]},b=2", SetKind::Json) == R"({"a":{"x":[1,2]},"b":2})");
  CHECK(set("a=name", SetKind::File) == R"({"a":"content of name"})");
  CHECK(set("a=b,c={d}", SetKind::Literal) == R"({"a":"b,c={d}"})");
}

TEST_CASE("helm: a null of the user deletes a default") {
  TestChart chart;
  chart.with("values.yaml", "a: {x: 1, z: 2}\nb: 3\n");
  chart.user = "a: {x: null}\nb: null\n";

  CHECK(seen(chart) == R"({"a":{"z":2}})");
}

TEST_CASE("helm: globals reach dependencies, and the parent's win") {
  TestChart chart;
  chart.with("values.yaml", "global: {g: ours}\ndb: {size: 5}\n")
      .with("charts/db/Chart.yaml", "apiVersion: v2\nname: db\nversion: 1.0.0\n")
      .with("charts/db/values.yaml", "global: {g: theirs, h: 1}\nsize: 1\nname: db\n");

  CHECK(seen(chart) ==
        R"({"db":{"global":{"g":"ours","h":1},"name":"db","size":5},"global":{"g":"ours"}})");
}

TEST_CASE("helm: conditions and tags switch dependencies off, aliases rename them") {
  TestChart chart;
  chart.files[0].data +=
      "dependencies:\n"
      "- {name: db, version: '*', condition: db.enabled}\n"
      "- {name: db, version: '*', alias: cache, tags: [caching]}\n";
  chart.with("charts/db/Chart.yaml", "apiVersion: v2\nname: db\nversion: 1.0.0\n")
      .with("charts/db/templates/cm.yaml", "name: {{ .Chart.Name }}");

  CHECK(chart.rendered()->rendered.size() == 2);
  chart.user = "db: {enabled: false}\n";
  CHECK(chart.rendered()->rendered.contains("web/charts/cache/templates/cm.yaml"));
  CHECK(chart.rendered()->rendered.size() == 1);
  chart.user = "db: {enabled: false}\ntags: {caching: false}\n";
  CHECK(chart.rendered()->rendered.empty());
}

TEST_CASE("helm: values of a dependency are imported under those of the chart") {
  TestChart chart;
  chart.files[0].data +=
      "dependencies:\n- {name: db, version: '*', import-values: [data, {child: conf, parent: "
      "c}]}\n";
  chart.with("values.yaml", "port: 1\n")
      .with("charts/db/Chart.yaml", "apiVersion: v2\nname: db\nversion: 1.0.0\n")
      .with("charts/db/values.yaml", "exports: {data: {port: 2, host: h}}\nconf: {z: 1}\n");

  CHECK(chart.render("{{ .Values.port }} {{ .Values.host }} {{ .Values.c.z }}") == "1 h 1");
}

TEST_CASE("helm: a value where a dependency's table should be is refused") {
  TestChart chart;
  chart.with("charts/db/Chart.yaml", "apiVersion: v2\nname: db\nversion: 1.0.0\n");
  chart.user = "db: text\n";

  CHECK(chart.render("") == "error: type mismatch on db: %!t(string=text)");
}

TEST_CASE("helm: values that break a schema are told by chart and field") {
  TestChart chart;
  chart.with("values.schema.json",
             R"({"properties":{"port":{"type":"integer"}},"required":["name"]})");
  chart.user = "port: x\n";

  const std::string text = chart.render("");

  CHECK(text.contains("following chart(s):\nweb:\n"));
  CHECK(text.contains("- (root): name is required\n"));
  CHECK(text.contains("- port: Invalid type. Expected: integer, given: string\n"));
  chart.options.skip_schema = true;
  CHECK(chart.render("fine") == "fine");
}

}  // namespace gp::helm
