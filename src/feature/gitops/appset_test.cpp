#include <doctest/doctest.h>

#include <map>

#include "adapter/files/files.hpp"
#include "base/json.hpp"
#include "base/yaml.hpp"
#include "feature/gitops/appset_controller.hpp"
#include "feature/gitops/appset_template.hpp"

using namespace gp;
using namespace gp::gitops;

namespace {

class World : public GeneratorSources {
 public:
  files::TemporaryDirectory root;
  std::vector<Cluster> known = {
      {"in-cluster", "https://kubernetes.default.svc", {}, {}},
      {"Prod_1", "https://prod.example", Value::object({{"env", "prod"}}), {}},
  };
  Result<std::vector<Cluster>> clusters() override { return known; }
  Result<Checkout> checkout(const std::string& url, const std::string&) override {
    if (url != "https://git.example/a") return fail(not_found("no repository {}", url));
    return Checkout{root.path(), "r"};
  }
  void write(const std::string& name, std::string_view text) const {
    REQUIRE(files::write_file_atomic(root / name, text, {.mode = 0644, .sync = false}));
  }
  // The sets as JSON, one a line.
  std::string sets(std::string_view generators, bool go_template = false) {
    const auto made = generate_parameters(*this, parse_yaml(generators).value(), go_template);
    if (!made) return made.error().message;
    std::string text;
    for (const Value& set : *made) text += to_json(set) + "\n";
    return text;
  }
};

}  // namespace

TEST_CASE_FIXTURE(World, "gitops sets: lists, flat or nested") {
  CHECK(sets("[{list: {elements: [{cluster: dev, values: {replicas: 2}}]}}]") ==
        "{\"cluster\":\"dev\",\"values.replicas\":\"2\"}\n");
  CHECK(sets("[{list: {elements: [{cluster: dev, values: {replicas: 2}}]}}]", true) ==
        "{\"cluster\":\"dev\",\"values\":{\"replicas\":2}}\n");
}

TEST_CASE_FIXTURE(World, "gitops sets: clusters by their labels, with values that use them") {
  CHECK(
      sets("[{clusters: {selector: {matchLabels: {env: prod}}, values: {host: 'x.{{name}}'}}}]") ==
      "{\"metadata.labels.env\":\"prod\",\"name\":\"Prod_1\",\"nameNormalized\":\"prod-1\","
      "\"server\":\"https://prod.example\",\"values.host\":\"x.Prod_1\"}\n");
  CHECK(sets("[{clusters: {}}]").contains("in-cluster"));
}

TEST_CASE_FIXTURE(World, "gitops sets: folders and files of a repository") {
  write("apps/web/a.yaml", "{}");
  write("apps/db/a.yaml", "{}");
  write("apps/old/a.yaml", "{}");
  write("env/dev/config.json", R"({"size": 3, "owner": {"team": "a"}})");
  CHECK(sets("[{git: {repoURL: 'https://git.example/a', directories: [{path: 'apps/*'}, {path: "
             "apps/old, exclude: true}]}}]") ==
        "{\"path\":\"apps/"
        "db\",\"path.basename\":\"db\",\"path.basenameNormalized\":\"db\",\"path[0]\":"
        "\"apps\",\"path[1]\":\"db\"}\n"
        "{\"path\":\"apps/"
        "web\",\"path.basename\":\"web\",\"path.basenameNormalized\":\"web\",\"path[0]\":"
        "\"apps\",\"path[1]\":\"web\"}\n");
  CHECK(sets("[{git: {repoURL: 'https://git.example/a', files: [{path: '**/config.json'}]}}]",
             true) ==
        "{\"owner\":{\"team\":\"a\"},\"path\":{\"basename\":\"dev\",\"basenameNormalized\":\"dev\","
        "\"filename\":\"config.json\",\"filenameNormalized\":\"config.json\",\"path\":\"env/dev\","
        "\"segments\":[\"env\",\"dev\"]},\"size\":3}\n");
}

TEST_CASE_FIXTURE(World, "gitops sets: a matrix multiplies, and its second may use its first") {
  CHECK(sets("[{matrix: {generators: [{list: {elements: [{a: x}, {a: z}]}}, {list: {elements: [{b: "
             "'{{a}}1'}]}}]}}]") == "{\"a\":\"x\",\"b\":\"x1\"}\n{\"a\":\"z\",\"b\":\"z1\"}\n");
  CHECK(sets("[{matrix: {generators: [{list: {}}]}}]").contains("exactly 2"));
}

TEST_CASE_FIXTURE(World, "gitops sets: a merge lays later ones over the first by key") {
  CHECK(
      sets("[{merge: {mergeKeys: [name], generators: [{list: {elements: [{name: a, size: '1'}, "
           "{name: b, size: '1'}]}}, {list: {elements: [{name: b, size: '2'}, {name: c}]}}]}}]") ==
      "{\"name\":\"a\",\"size\":\"1\"}\n{\"name\":\"b\",\"size\":\"2\"}\n");
}

TEST_CASE_FIXTURE(World, "gitops sets: a selector keeps some, an unknown generator is named") {
  CHECK(sets("[{list: {elements: [{e: a}, {e: b}]}, selector: {matchLabels: {e: b}}}]") ==
        "{\"e\":\"b\"}\n");
  CHECK(sets("[{pullRequest: {}}]") == "the generator pullRequest is not supported");
}

TEST_CASE("gitops sets: applications are filled from the template, plain or Go") {
  const auto made = [](std::string_view spec, std::string_view set) {
    const Value document = Value::object(
        {{"metadata", Value::object({{"name", "s"}, {"namespace", "argocd"}, {"uid", "u"}})},
         {"spec", parse_yaml(spec).value()}});
    const auto apps = fill_applications(document, {parse_yaml(set).value()});
    return apps ? apps->front() : Value(apps.error().message);
  };
  const Value plain = made(
      "{template: {metadata: {name: '{{cluster}}-web'}, spec: {project: p, x: '{{ unknown }}'}}}",
      "{cluster: dev}");
  CHECK(plain["metadata"]["name"].text() == "dev-web");
  CHECK(plain["metadata"]["namespace"].text() == "argocd");
  CHECK(plain["spec"]["x"].text() == "{{ unknown }}");
  CHECK(plain["metadata"]["ownerReferences"].at(0)["uid"].text() == "u");

  const Value go = made(
      "{goTemplate: true, template: {metadata: {name: '{{.name | normalize}}-{{slugify 8 "
      ".long}}'}, "
      "spec: {project: '{{index .list 0}}'}}, templatePatch: 'spec: {replicas: {{.count}}}'}",
      "{name: Big_One, long: some long branch name, list: [first], count: 3}");
  CHECK(go["metadata"]["name"].text() == "big-one-some-lon");
  CHECK(go["spec"]["project"].text() == "first");
  CHECK(go["spec"]["replicas"].integer() == 3);

  CHECK(
      made("{goTemplate: true, goTemplateOptions: [missingkey=error], template: {metadata: {name: "
           "'{{.none}}'}}}",
           "{}")
          .text()
          .contains("missing"));
}

TEST_CASE("gitops sets: two applications of one name are refused") {
  const Value document =
      parse_yaml("{metadata: {name: s}, spec: {template: {metadata: {name: same}}}}").value();
  const auto apps = fill_applications(document, {Value::object(), Value::object()});
  REQUIRE_FALSE(apps);
  CHECK(apps.error().message == "ApplicationSet s contains applications with duplicate name: same");
}
