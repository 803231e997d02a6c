#include "engine/helm/quick_head.hpp"

#include <doctest/doctest.h>

#include "base/yaml.hpp"

namespace gp::helm {
namespace {

// Certain, and the parser agrees; or not certain.
std::string head(std::string_view text) {
  const auto quick = quick_head(text);
  if (!quick) return "?";
  const auto parsed = parse_yaml(text);
  REQUIRE(parsed);
  CHECK((*parsed)["kind"].text() == quick->kind);
  return quick->kind + "/" + quick->name;
}

}  // namespace

TEST_CASE("helm: the head of a plain manifest is read without the parser") {
  CHECK(head("apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  labels:\n    x.y/z: 'q'\n") ==
        "Pod/a");
  CHECK(head("kind: ConfigMap\nmetadata:\n  name: b\ndata:\n  t: |-\n\n      deep: [\n    ?\n") ==
        "?");
  CHECK(head("kind: ConfigMap\nmetadata:\n  name: b\ndata:\n  t: |-\n\n    deep: [\n      ?\n") ==
        "ConfigMap/b");
  CHECK(head("kind: Job\nspec:\n  items:\n  - name: x\n    args:\n      - --a=b\n      - c\n  n: "
             "1\n") == "Job/");
  CHECK(head("# note\nkind: Job\nspec:\n- - a\n  - b\n- c: d\n  e: {}\n") == "Job/");
}

TEST_CASE("helm: what is not certain is left to the parser") {
  for (const char* text : {
           "kind: Pod\nspec: {a: 1}\n",
           "kind: Pod\na: b: c\n",
           "kind: Pod\n  a: 1\n",
           "kind: Pod\na: x\n  y\n",
           "kind: Pod\na: &x 1\n",
           "kind: Pod\na: \"x\n  y\"\n",
           "kind: Pod\na:\n  b: 1\n c: 2\n",
           "kind: Pod\nkind: Job\n",
           "kind: true\n",
           "- a\n",
           "kind: Pod\na:\n\tb: 1\n",
           "kind: Pod\nmetadata:\n  annotations:\n    helm.sh/hook: x\n",
           "kind: Pod\nmetadata:\n  annotations:\n    a:\n      b: c\n",
           "kind: Pod\ntext\n",
           "kind: Pod\na: |\n    x\n  y\n",
           "kind: Pod\na: 'it's'\n",
           "",
           "kind: Pod\na: *b\n",
           "kind: Pod\na:\n- b\nc\n",
           "kind: Pod\na: b\n- c\n",
           "kind: Pod\na: @x\n",
           "kind: Pod\na: \"\\q\"\n",
           "kind: Pod\nmetadata: text\n",
           "kind: Pod\nmetadata:\n- a: b\n",
           "kind: Pod\nmetadata:\n  annotations:\n  - a\n",
       })
    CHECK_MESSAGE(head(text) == "?", text);
}

}  // namespace gp::helm
