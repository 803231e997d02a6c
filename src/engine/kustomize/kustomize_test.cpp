// Cases from kustomize's documentation of the Kustomization file
// (https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/), cut to what matters.

#include "engine/kustomize/kustomize.hpp"

#include <doctest/doctest.h>

#include "engine/kustomize/fixture.hpp"

using namespace gp;
using namespace gp::kustomize;

namespace {

constexpr std::string_view kDeployment = R"(apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: proxy, image: envoy:1}
      - name: web
        image: registry:5000/team/web:v1
        envFrom: [{configMapRef: {name: settings}}]
)";

Result<Built> built(std::map<std::string, std::string> files, const std::string& folder = "/repo") {
  MemoryTree tree(std::move(files));
  return build(tree, {folder, "/repo"});
}

// The objects as one YAML text; an error's message.
std::string text_of(const Result<Built>& result) {
  if (!result) return result.error().message;
  std::string text;
  for (const Value& object : result->objects) text += "---\n" + to_yaml(object);
  return text;
}

const Value& object(const Result<Built>& result, std::string_view kind) {
  REQUIRE_MESSAGE(result, text_of(result));
  for (const Value& one : result->objects) {
    if (one["kind"].text() == kind) return one;
  }
  return null_value();
}

std::string name(const Value& one) {
  return one["metadata"]["name"].string();
}

const Value& container(const Value& deployment, std::size_t index) {
  return deployment["spec"]["template"]["spec"]["containers"].at(index);
}

}  // namespace

TEST_CASE("kustomize: namespace, prefix, suffix and labels reach every object and its pods") {
  const auto result = built({{"/repo/kustomization.yaml", R"(
resources: [deploy.yaml]
namespace: shop
namePrefix: dev-
nameSuffix: "-001"
commonLabels: {team: web}
commonAnnotations: {note: hi}
)"},
                             {"/repo/deploy.yaml", std::string(kDeployment)}});

  const Value& deployment = object(result, "Deployment");
  CHECK(name(deployment) == "dev-web-001");
  CHECK(deployment["metadata"]["namespace"].text() == "shop");
  CHECK(deployment["metadata"]["labels"]["team"].text() == "web");
  CHECK(deployment["metadata"]["annotations"]["note"].text() == "hi");
  CHECK(deployment["spec"]["selector"]["matchLabels"]["team"].text() == "web");
  CHECK(deployment["spec"]["template"]["metadata"]["labels"]["team"].text() == "web");
  CHECK(deployment["spec"]["template"]["metadata"]["annotations"]["note"].text() == "hi");
}

TEST_CASE("kustomize: labels leave selectors alone unless asked") {
  const auto result = built({{"/repo/kustomization.yaml", R"(
resources: [deploy.yaml]
labels:
- pairs: {a: "1"}
- pairs: {b: "2"}
  includeTemplates: true
- pairs: {c: "3"}
  includeSelectors: true
)"},
                             {"/repo/deploy.yaml", std::string(kDeployment)}});

  const Value& deployment = object(result, "Deployment");
  CHECK(to_yaml(deployment["metadata"]["labels"]) == "a: \"1\"\nb: \"2\"\nc: \"3\"\n");
  CHECK(to_yaml(deployment["spec"]["template"]["metadata"]["labels"]) ==
        "app: web\nb: \"2\"\nc: \"3\"\n");
  CHECK(to_yaml(deployment["spec"]["selector"]["matchLabels"]) == "app: web\nc: \"3\"\n");
}

TEST_CASE("kustomize: a generated ConfigMap has its hash in its name, and so has who uses it") {
  const auto result = built({{"/repo/kustomization.yaml", R"(
resources: [deploy.yaml]
namePrefix: p-
configMapGenerator:
- name: settings
  literals: [color=blue, "quoted='a b'"]
  files: [conf.txt, other=conf.txt]
  envs: [vars.env]
)"},
                             {"/repo/deploy.yaml", std::string(kDeployment)},
                             {"/repo/conf.txt", "line\n"},
                             {"/repo/vars.env", "# comment\nA=1\n\n  B=x=y\n"}});

  const Value& map = object(result, "ConfigMap");
  CHECK(to_yaml(map["data"]) ==
        "A: \"1\"\nB: x=y\ncolor: blue\nconf.txt: |\n  line\nother: |\n  line\nquoted: a b\n");
  CHECK(name(map).starts_with("p-settings-"));
  CHECK(name(map).size() == std::string("p-settings-").size() + 10);
  CHECK(
      container(object(result, "Deployment"), 1)["envFrom"].at(0)["configMapRef"]["name"].text() ==
      name(map));
}

TEST_CASE("kustomize: an overlay merges into or replaces what its base generates") {
  const auto result = built({{"/repo/base/kustomization.yaml", R"(
configMapGenerator:
- {name: settings, literals: [a=1, b=2]}
)"},
                             {"/repo/overlay/kustomization.yaml", R"(
resources: [../base]
configMapGenerator:
- {name: settings, behavior: merge, literals: [b=3]}
generatorOptions: {disableNameSuffixHash: true, labels: {x: z}}
)"}},
                            "/repo/overlay");

  const Value& map = object(result, "ConfigMap");
  CHECK(to_yaml(map["data"]) == "a: \"1\"\nb: \"3\"\n");
  CHECK(name(map).starts_with("settings-"));
  CHECK(map["metadata"]["labels"]["x"].text() == "z");

  const auto twice =
      built({{"/repo/kustomization.yaml", "configMapGenerator: [{name: a}, {name: a}]"}});
  CHECK(text_of(twice) ==
        "/repo/kustomization.yaml: configMapGenerator: id ConfigMap.v1.[noGrp]/a.[noNs] exists; "
        "behavior must be merge or replace");
}

TEST_CASE("kustomize: secrets are base64, of the type asked for") {
  const auto result = built({{"/repo/kustomization.yaml", R"(
secretGenerator:
- {name: login, type: kubernetes.io/basic-auth, literals: [username=admin]}
generatorOptions: {disableNameSuffixHash: true}
)"}});

  const Value& secret = object(result, "Secret");
  CHECK(name(secret) == "login");
  CHECK(secret["type"].text() == "kubernetes.io/basic-auth");
  CHECK(secret["data"]["username"].text() == "YWRtaW4=");
}

TEST_CASE("kustomize: a strategic merge patch merges containers by name, patched ones first") {
  const auto result = built({{"/repo/kustomization.yaml", R"(
resources: [deploy.yaml]
patches:
- patch: |-
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      template:
        spec:
          containers:
          - {name: web, image: web:v2, envFrom: null}
          - {name: extra, image: busybox}
)"},
                             {"/repo/deploy.yaml", std::string(kDeployment)}});

  const Value& deployment = object(result, "Deployment");
  CHECK(to_yaml(deployment["spec"]["template"]["spec"]["containers"]) ==
        "- image: web:v2\n  name: web\n- image: busybox\n  name: extra\n- image: envoy:1\n  name: "
        "proxy\n");
}

TEST_CASE("kustomize: a patch deletes an item, or the whole object") {
  const std::string kustomization = R"(
resources: [deploy.yaml]
patches:
- path: patch.yaml
)";
  const auto item = built({{"/repo/kustomization.yaml", kustomization},
                           {"/repo/deploy.yaml", std::string(kDeployment)},
                           {"/repo/patch.yaml", R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {template: {spec: {containers: [{name: proxy, $patch: delete}]}}}
)"}});
  CHECK(object(item, "Deployment")["spec"]["template"]["spec"]["containers"].size() == 1);

  const auto whole = built({{"/repo/kustomization.yaml", kustomization},
                            {"/repo/deploy.yaml", std::string(kDeployment)},
                            {"/repo/patch.yaml",
                             "{apiVersion: apps/v1, kind: Deployment, "
                             "metadata: {name: web}, $patch: delete}"}});
  REQUIRE(whole);
  CHECK(whole->objects.empty());
}

TEST_CASE("kustomize: patches with a target go to all that it selects") {
  const auto result = built({{"/repo/kustomization.yaml", R"(
resources: [deploy.yaml]
namePrefix: p-
patches:
- target: {kind: Deploy.*, name: w.b, labelSelector: "!missing"}
  patch: |-
    - {op: replace, path: /spec/template/spec/containers/0/image, value: envoy:2}
- target: {kind: Service}
  patch: "[{op: remove, path: /spec}]"
- target: {kind: Deployment}
  path: labels.yaml
patchesJson6902:
- target: {group: apps, version: v1, kind: Deployment, name: web}
  patch: |-
    - {op: add, path: /spec/replicas, value: 3}
)"},
                             {"/repo/labels.yaml", "metadata: {name: any, labels: {tier: front}}"},
                             {"/repo/deploy.yaml", std::string(kDeployment)}});

  const Value& deployment = object(result, "Deployment");
  CHECK(name(deployment) == "p-web");
  CHECK(container(deployment, 0)["image"].text() == "envoy:2");
  CHECK(deployment["spec"]["replicas"].integer() == 3);
  CHECK(deployment["metadata"]["labels"]["tier"].text() == "front");
}

TEST_CASE("kustomize: images change name, tag and digest; replicas change counts") {
  const auto result = built({{"/repo/kustomization.yaml", R"(
resources: [deploy.yaml]
images:
- {name: "registry:5000/team/web", newName: mirror/web, newTag: v2}
- {name: envoy, digest: "sha256:abc"}
replicas: [{name: web, count: 5}]
)"},
                             {"/repo/deploy.yaml", std::string(kDeployment)}});

  const Value& deployment = object(result, "Deployment");
  CHECK(container(deployment, 0)["image"].text() == "envoy@sha256:abc");
  CHECK(container(deployment, 1)["image"].text() == "mirror/web:v2");
  CHECK(deployment["spec"]["replicas"].integer() == 5);

  CHECK(text_of(built({{"/repo/kustomization.yaml", "replicas: [{name: gone, count: 1}]"}})) ==
        "/repo/kustomization.yaml: replicas: resource with name gone does not match a config with "
        "the "
        "following GVK [Deployment ReplicationController ReplicaSet StatefulSet]");
}

TEST_CASE("kustomize: replacements copy a field, whole or between delimiters") {
  const auto result = built({{"/repo/kustomization.yaml", R"(
resources: [deploy.yaml, map.yaml]
replacements:
- source: {kind: ConfigMap, name: source, fieldPath: data.version}
  targets:
  - select: {kind: Deployment}
    fieldPaths: ["spec.template.spec.containers.[name=web].image"]
    options: {delimiter: ":", index: 2}
  - select: {kind: Deployment}
    fieldPaths: ["metadata.annotations.[example.com/version]"]
    options: {create: true}
)"},
                             {"/repo/map.yaml",
                              "{apiVersion: v1, kind: ConfigMap, metadata: {name: "
                              "source}, data: {version: v9}}"},
                             {"/repo/deploy.yaml", std::string(kDeployment)}});

  const Value& deployment = object(result, "Deployment");
  CHECK(container(deployment, 1)["image"].text() == "registry:5000/team/web:v9");
  CHECK(deployment["metadata"]["annotations"]["example.com/version"].text() == "v9");
}

TEST_CASE("kustomize: components work on what their user has gathered") {
  const auto result = built({{"/repo/app/kustomization.yaml",
                              "{resources: [deploy.yaml], components: [../part], namePrefix: x-}"},
                             {"/repo/app/deploy.yaml", std::string(kDeployment)},
                             {"/repo/part/kustomization.yaml", R"(
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
replicas: [{name: web, count: 2}]
)"}},
                            "/repo/app");

  CHECK(object(result, "Deployment")["spec"]["replicas"].integer() == 2);
  CHECK(name(object(result, "Deployment")) == "x-web");
}

TEST_CASE("kustomize: bindings follow renamed accounts, with their namespace") {
  const auto result = built(
      {{"/repo/kustomization.yaml", "{resources: [all.yaml], namePrefix: a-, namespace: shop}"},
       {"/repo/all.yaml", R"(
{apiVersion: v1, kind: ServiceAccount, metadata: {name: robot}}
---
{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: reader}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: reads}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: reader}
subjects:
- {kind: ServiceAccount, name: robot, namespace: default}
- {kind: ServiceAccount, name: default, namespace: elsewhere}
- {kind: User, name: robot}
)"}});

  const Value& binding = object(result, "ClusterRoleBinding");
  CHECK(binding["roleRef"]["name"].text() == "a-reader");
  CHECK(to_yaml(binding["subjects"]) ==
        "- kind: ServiceAccount\n  name: a-robot\n  namespace: shop\n"
        "- kind: ServiceAccount\n  name: default\n  namespace: shop\n"
        "- kind: User\n  name: robot\n");
  CHECK(binding["metadata"]["namespace"].is_null());
}

TEST_CASE("kustomize: variables are put in where they stand, typed when they stand alone") {
  const auto result = built({{"/repo/kustomization.yaml", R"(
resources: [all.yaml]
namePrefix: z-
vars:
- name: SERVICE
  objref: {apiVersion: v1, kind: Service, name: db}
- name: PORT
  objref: {apiVersion: v1, kind: Service, name: db}
  fieldref: {fieldpath: "spec.ports[0].port"}
)"},
                             {"/repo/all.yaml", R"yaml(
apiVersion: v1
kind: Service
metadata: {name: db}
spec: {ports: [{port: 5432}]}
---
apiVersion: v1
kind: Pod
metadata: {name: client}
spec: {containers: [{name: c, args: ["$(SERVICE):$(PORT)", "$(PORT)", "$$(PORT)", "$(OTHER)"]}]}
)yaml"}});

  CHECK(to_yaml(object(result, "Pod")["spec"]["containers"].at(0)["args"]) ==
        "- z-db:5432\n- 5432\n- $(PORT)\n- $(OTHER)\n");
}

TEST_CASE(
    "kustomize: built-in transformers run from files, inline text, and with their own fields") {
  const auto result = built({{"/repo/kustomization.yaml", R"(
resources: [deploy.yaml]
transformers:
- |-
  apiVersion: builtin
  kind: PrefixTransformer
  metadata: {name: any}
  prefix: t-
  fieldSpecs: [{path: metadata/name}]
- annotate.yaml
)"},
                             {"/repo/annotate.yaml", R"(
apiVersion: builtin
kind: AnnotationsTransformer
metadata: {name: any}
annotations: {a: b}
fieldSpecs: [{path: metadata/annotations, create: true}]
)"},
                             {"/repo/deploy.yaml", std::string(kDeployment)}});

  CHECK(name(object(result, "Deployment")) == "t-web");
  CHECK(object(result, "Deployment")["metadata"]["annotations"]["a"].text() == "b");
  CHECK(object(result, "Deployment")["spec"]["template"]["metadata"]["annotations"].is_null());
}

TEST_CASE("kustomize: charts come from the environment, with the folder they are named in") {
  const auto result = built({{"/repo/k/kustomization.yaml",
                              "helmCharts: [{name: redis, releaseName: cache, version: 1.0.0}]"}},
                            "/repo/k");
  CHECK(to_yaml(object(result, "ConfigMap")["data"]) == "chart: redis\nfolder: /repo/k\n");
}

TEST_CASE("kustomize: a custom kind's fields and references are told by configurations") {
  const auto result = built({{"/repo/kustomization.yaml", R"(
resources: [all.yaml]
namePrefix: q-
configurations: [more.yaml]
)"},
                             {"/repo/more.yaml", R"(
nameReference:
- kind: Bee
  group: example.com
  fieldSpecs: [{kind: Hive, path: spec/queen}]
)"},
                             {"/repo/all.yaml", R"(
{apiVersion: example.com/v1, kind: Bee, metadata: {name: maja}}
---
{apiVersion: example.com/v1, kind: Hive, metadata: {name: home}, spec: {queen: maja}}
)"}});
  CHECK(object(result, "Hive")["spec"]["queen"].text() == "q-maja");
}

TEST_CASE("kustomize: objects come out in the order of their kinds, or as they were named") {
  const std::string objects = R"(
{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingWebhookConfiguration, metadata: {name: v}}
---
{apiVersion: example.com/v1, kind: Bee, metadata: {name: b}}
---
{apiVersion: apps/v1, kind: Deployment, metadata: {name: d}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: space}}
)";
  const auto kinds = [](const Result<Built>& result) {
    std::string text;
    for (const Value& one : result->objects) text += one["kind"].string() + " ";
    return text;
  };
  CHECK(kinds(built(
            {{"/repo/kustomization.yaml", "resources: [a.yaml]"}, {"/repo/a.yaml", objects}})) ==
        "Namespace Deployment Bee ValidatingWebhookConfiguration ");
  CHECK(kinds(built(
            {{"/repo/kustomization.yaml", "{resources: [a.yaml], sortOptions: {order: fifo}}"},
             {"/repo/a.yaml", objects}})) ==
        "ValidatingWebhookConfiguration Bee Deployment Namespace ");
}
