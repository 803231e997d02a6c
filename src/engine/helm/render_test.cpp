#include "engine/helm/fixture.hpp"

namespace gp::helm {

TEST_CASE("helm: a chart's own helper beats that of its dependency") {
  TestChart chart;
  chart.with("charts/db/Chart.yaml", "apiVersion: v2\nname: db\nversion: 1.0.0\n")
      .with("charts/db/templates/_helpers.tpl", "{{ define \"name\" }}theirs{{ end }}")
      .with("templates/_helpers.tpl", "{{ define \"name\" }}ours{{ end }}");

  CHECK(chart.render("{{ include \"name\" . }}") == "ours");
}

TEST_CASE("helm: a missing value is empty, and so is its literal name") {
  TestChart chart;

  CHECK(chart.render("[{{ .Values.nothing }}<no value>]") == "[]");
  CHECK(chart.render("{{ tpl \"<no value>{{ 1 }}\" . }}") == "1");
}

TEST_CASE("helm: what tpl defines is known inside its text only") {
  TestChart chart;

  CHECK(chart.render(R"({{ tpl `{{ define "a" }}A{{ end }}{{ include "a" . }}` . }})") == "A");
  CHECK(chart.render(R"({{ tpl `{{ define "a" }}A{{ end }}` . }}{{ include "a" . }})")
            .ends_with("no template \"a\" associated with template \"gotpl\""));
}

TEST_CASE("helm: a text without actions inside a tpl does not run the text around it") {
  TestChart chart;
  chart.user = "inner: '{{/* nothing */}} '\n";

  CHECK(chart.render("{{ tpl \"<{{ tpl .Values.inner . }}>\" . }}") == "< >");
}

TEST_CASE("helm: required and fail say where they were called, and only their own words") {
  TestChart chart;
  chart.with("templates/_h.tpl",
             "{{ define \"h\" }}{{ required \"set host\" .Values.host }}{{ end }}");

  CHECK(chart.render("\n{{ include \"h\" . }}") ==
        "error: execution error at (web/templates/main.yaml:2:3): set host");
  CHECK(chart.render("{{ fail \"no\" }}") ==
        "error: execution error at (web/templates/main.yaml:1:3): no");
}

TEST_CASE("helm: a template that includes itself ends in an error") {
  TestChart chart;
  chart.with("templates/_h.tpl", "{{ define \"h\" }}{{ include \"h\" . }}{{ end }}");

  const std::string text = chart.render("{{ include \"h\" . }}");

  CHECK(text.starts_with("error: template: web/templates/main.yaml:1:3"));
}

TEST_CASE("helm: output that doubles again and again ends in an error") {
  TestChart chart;
  chart.options.limits.output_bytes = 1 << 20;
  std::string text = "{{ $a := \"0123456789\" }}";
  for (int i = 0; i < 40; ++i) text += "{{ $a = printf \"%s%s\" $a $a }}";

  CHECK(chart.render(text + "{{ $a }}").starts_with("error: "));
}

TEST_CASE("helm: a library chart renders nothing but lends its helpers") {
  TestChart chart;
  chart
      .with("charts/common/Chart.yaml",
            "apiVersion: v2\nname: common\nversion: 1.0.0\ntype: library\n")
      .with("charts/common/templates/_n.tpl", "{{ define \"n\" }}{{ .Chart.Name }}{{ end }}")
      .with("charts/common/templates/cm.yaml", "never: true");

  CHECK(chart.render("{{ include \"n\" . }}") == "web");
  CHECK(chart.rendered()->rendered.empty());
}

TEST_CASE("helm: files by pattern become data of a ConfigMap or a Secret") {
  TestChart chart;
  chart.with("conf/a.txt", "x\ny\n").with("conf/deep/b.txt", "z").with("other.txt", "o");

  CHECK(chart.render("{{ (.Files.Glob \"conf/**\").AsConfig }}") == "a.txt: |\n  x\n  y\nb.txt: z");
  CHECK(chart.render("{{ (.Files.Glob \"conf/*\").AsSecrets }}") == "a.txt: eAp5Cg==");
  CHECK(chart.render("{{ range .Files.Lines \"conf/a.txt\" }}[{{ . }}]{{ end }}") == "[x][y]");
}

TEST_CASE("helm: a parse error names file and line, and keeps its last words") {
  TestChart chart;

  CHECK(chart.render("a\n{{ if }}") ==
        "error: parse error at (web/templates/main.yaml:2): missing value for if");
}

TEST_CASE("helm: one renderer renders again with other values") {
  TestChart chart;
  chart.with("templates/main.yaml", "{{ .Values.a }}");
  const auto loaded = load_chart(chart.files);
  REQUIRE(loaded);
  Renderer renderer;

  for (const std::string text : {"one", "two"}) {
    const auto values = parse_values("a: " + text, "values.yaml");
    const auto done = render_chart(renderer, *loaded, *values, {});
    REQUIRE(done);
    CHECK(done->rendered.at("web/templates/main.yaml") == text);
  }
}

}  // namespace gp::helm
