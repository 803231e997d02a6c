// What a build refuses, and in which words.

#include <doctest/doctest.h>

#include "engine/kustomize/fixture.hpp"

using namespace gp;
using namespace gp::kustomize;

namespace {

Error refusal(std::map<std::string, std::string> files, const std::string& folder = "/repo/app") {
  MemoryTree tree(std::move(files));
  auto result = build(tree, {folder, "/repo"});
  REQUIRE_FALSE(result);
  return result.error();
}

Error refusal(const std::string& kustomization) {
  return refusal({{"/repo/app/kustomization.yaml", kustomization}});
}

}  // namespace

TEST_CASE("kustomize: a folder without a kustomization, with two, and with an empty one") {
  CHECK(refusal(std::map<std::string, std::string>()).message ==
        "unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in "
        "directory '/repo/app'");
  CHECK(refusal({{"/repo/app/kustomization.yaml", "{}"}, {"/repo/app/Kustomization", "{}"}})
            .message == "Found multiple kustomization files under: /repo/app");
  CHECK(refusal("# nothing\n").message ==
        "/repo/app/kustomization.yaml: kustomization.yaml is empty");
}

TEST_CASE("kustomize: unknown fields are named, with the one that was meant") {
  const Error error = refusal("resource: [a.yaml]");
  CHECK(error.message ==
        "/repo/app/kustomization.yaml: invalid Kustomization: json: unknown field \"resource\"");
  CHECK(error.hint == "did you mean \"resources\"?");
}

TEST_CASE("kustomize: a missing resource says who names it") {
  CHECK(refusal("resources: [gone.yaml]").message ==
        "/repo/app/kustomization.yaml: resources: /repo/app/gone.yaml: no such file");
}

TEST_CASE("kustomize: files outside the kustomization's folder are not read") {
  const Error error = refusal("configMapGenerator: [{name: a, files: [../secret.txt]}]");
  CHECK(error.code == Code::Forbidden);
  CHECK(
      error.message ==
      "/repo/app/kustomization.yaml: configMapGenerator: security; file '/repo/secret.txt' is not "
      "in or below '/repo/app'");
}

TEST_CASE("kustomize: bases outside the repository are not built") {
  const Error error = refusal({{"/repo/app/kustomization.yaml", "resources: [../../other]"},
                               {"/other/kustomization.yaml", "{}"}});
  CHECK(error.code == Code::Forbidden);
}

TEST_CASE("kustomize: kustomizations that name each other end in an error") {
  const Error error = refusal({{"/repo/app/kustomization.yaml", "resources: [../b]"},
                               {"/repo/b/kustomization.yaml", "resources: [../app]"}});
  CHECK(error.message.contains("cycle detected"));
}

TEST_CASE("kustomize: two objects of one id are refused") {
  CHECK(refusal({{"/repo/app/kustomization.yaml", "resources: [a.yaml, b.yaml]"},
                 {"/repo/app/a.yaml", "{apiVersion: v1, kind: Pod, metadata: {name: p}}"},
                 {"/repo/app/b.yaml", "{apiVersion: v1, kind: Pod, metadata: {name: p}}"}})
            .message ==
        "/repo/app/kustomization.yaml: resources: may not add resource with an already registered "
        "id: Pod.v1.[noGrp]/p.[noNs]");
}

TEST_CASE("kustomize: a patch that fits nothing says what it looked for") {
  CHECK(refusal("patches: [{patch: '{apiVersion: v1, kind: Pod, metadata: {name: p}}'}]").message ==
        "/repo/app/kustomization.yaml: patches: inline patch: no resource matches strategic merge "
        "patch \"Pod.v1.[noGrp]/p.[noNs]\": no matches for Id Pod.v1.[noGrp]/p.[noNs]");
  CHECK(
      refusal("patches: [{patch: '- {op: remove, path: /a}'}]").message ==
      "/repo/app/kustomization.yaml: patches: inline patch: must specify a target for JSON patch");
  CHECK(refusal("patches: [{target: {kind: '('}, patch: '- {op: remove, path: /a}'}]")
            .message.contains("target.kind: \"(\" is no regular expression"));
}

TEST_CASE("kustomize: programs are not run as plugins") {
  const Error error =
      refusal({{"/repo/app/kustomization.yaml", "transformers: [t.yaml]"},
               {"/repo/app/t.yaml", "{apiVersion: me/v1, kind: Mine, metadata: {name: x}}"}});
  CHECK(error.code == Code::Unimplemented);
}

TEST_CASE("kustomize: numbers where texts are meant are refused, not turned into other texts") {
  const Error label = refusal("commonLabels: {version: 1}");
  CHECK(
      label.message ==
      "/repo/app/kustomization.yaml: invalid Kustomization: json: cannot unmarshal number into Go "
      "struct field Kustomization.commonLabels of type string");
  CHECK(label.hint == "put the value in quotes");
  CHECK(refusal("images: [{name: web, newTag: 1.10}]").message.contains("Image.images.newTag"));
}
