#include "feature/gitops/helm_source.hpp"

#include <doctest/doctest.h>

#include "adapter/files/files.hpp"
#include "base/yaml.hpp"

using namespace gp;
using namespace gp::gitops;

namespace {

struct Repository {
  files::TemporaryDirectory root;
  Application app;
  std::map<std::string, Checkout> references;
  std::vector<std::string> warnings;

  Repository() {
    app.name = "web";
    app.destination.ns = "shop";
    write("chart/Chart.yaml", "{apiVersion: v2, name: service, version: 1.0.0}");
    write("chart/values.yaml", "color: red\nsize: 1\n");
    write("chart/templates/map.yaml",
          "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: \"{{ .Release.Name }}\"}\ndata:\n"
          "  color: {{ .Values.color | quote }}\n  size: {{ .Values.size | quote }}\n"
          "  ns: {{ .Release.Namespace }}\n");
    write("chart/crds/crd.yaml", "{kind: CustomResourceDefinition, metadata: {name: x}}");
  }
  void write(const std::string& name, std::string_view text) const {
    REQUIRE(files::write_file_atomic(root / name, text, {.mode = 0644, .sync = false}));
  }
  // With settings for Helm in YAML.
  Result<std::vector<Value>> render(std::string_view helm, std::string_view path = "chart") {
    const Value source = Value::object(
        {{"repoURL", "https://git.example/a"}, {"path", path}, {"helm", parse_yaml(helm).value()}});
    const Source parsed = Source::of(source);
    const Checkout checkout{root.path(), "r"};
    return render_chart({app, parsed, checkout, references, {}}, warnings);
  }
  Value map(std::string_view helm) {
    const auto objects = render(helm);
    if (!objects) FAIL(objects.error().to_string());
    for (const Value& object : *objects) {
      if (object["kind"].text() == "ConfigMap") return object;
    }
    return Value();
  }
};

}  // namespace

TEST_CASE_FIXTURE(Repository,
                  "gitops helm: the release is the application, its namespace the destination's") {
  const Value object = map("{}");
  CHECK(object["metadata"]["name"].text() == "web");
  CHECK(object["data"]["ns"].text() == "shop");
  CHECK(object["data"]["color"].text() == "red");
  CHECK(map("{releaseName: other}")["metadata"]["name"].text() == "other");
}

TEST_CASE_FIXTURE(Repository, "gitops helm: files, then values, then parameters") {
  write("chart/a.yaml", "color: green\nsize: 2\n");
  CHECK(map("{valueFiles: [a.yaml]}")["data"]["size"].text() == "2");
  CHECK(map("{valueFiles: [a.yaml], values: 'size: 3'}")["data"]["size"].text() == "3");
  CHECK(map("{values: 'size: 3', valuesObject: {size: 4}}")["data"]["size"].text() == "4");
  const Value last =
      map("{valuesObject: {size: 4}, parameters: [{name: size, value: '5'}, {name: "
          "color, value: 'a,b', forceString: true}]}");
  CHECK(last["data"]["size"].text() == "5");
  CHECK(last["data"]["color"].text() == "a,b");
}

TEST_CASE_FIXTURE(Repository, "gitops helm: values come from another source by its ref") {
  files::TemporaryDirectory other;
  REQUIRE(files::write_file_atomic(other / "env/prod.yaml", "color: blue\n",
                                   {.mode = 0644, .sync = false}));
  references["$values"] = {other.path(), "r"};
  CHECK(map("{valueFiles: [$values/env/prod.yaml]}")["data"]["color"].text() == "blue");

  const auto unknown = render("{valueFiles: [$nope/env/prod.yaml]}");
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().message == "source referenced $nope, which is the ref of no source");
}

TEST_CASE_FIXTURE(Repository,
                  "gitops helm: value files that are missing, allowed to be, or outside") {
  const auto missing = render("{valueFiles: [none.yaml]}");
  REQUIRE_FALSE(missing);
  CHECK(missing.error().message == "value file none.yaml does not exist");
  CHECK(map("{valueFiles: [none.yaml], ignoreMissingValueFiles: true}")["data"]["color"].text() ==
        "red");
  const auto outside = render("{valueFiles: [../../../../etc/hostname]}");
  REQUIRE_FALSE(outside);
  CHECK(outside.error().code == Code::Forbidden);
  CHECK(outside.error().message ==
        "value file ../../../../etc/hostname leads out of its repository");
}

TEST_CASE_FIXTURE(Repository, "gitops helm: value files by pattern, in the order of their names") {
  write("chart/env/1.yaml", "size: 1\ncolor: green\n");
  write("chart/env/2.yaml", "size: 2\n");
  const Value object = map("{valueFiles: ['env/*.yaml']}");
  CHECK(object["data"]["size"].text() == "2");
  CHECK(object["data"]["color"].text() == "green");
}

TEST_CASE_FIXTURE(Repository, "gitops helm: definitions are part of it unless they are skipped") {
  CHECK(render("{}")->size() == 2);
  CHECK(render("{skipCrds: true}")->size() == 1);
}

TEST_CASE_FIXTURE(Repository, "gitops helm: an error names chart, file and line") {
  write("chart/templates/bad.yaml", "a: 1\nb: {{ .Values.no.such }}\n");
  const auto failed = render("{}");
  REQUIRE_FALSE(failed);
  CHECK(failed.error().message.contains("service/templates/bad.yaml:2:"));
}
