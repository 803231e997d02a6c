#pragma once
// For tests: a local cluster with GitOps over a repository in a folder of its own.

#include <doctest/doctest.h>

#include "adapter/files/files.hpp"
#include "base/yaml.hpp"
#include "feature/gitops/application.hpp"
#include "feature/gitops/gitops.hpp"
#include "platform/runtime/local_fixture.hpp"

namespace gp::gitops {

inline constexpr std::string_view kUrl = "https://git.example/acme/platform";

struct GitOpsFixture : runtime::LocalFixture {
  files::TemporaryDirectory root;
  config::Platform platform;
  runtime::Mount mounted = mount(&platform);
  std::unique_ptr<GitOps> gitops;

  GitOpsFixture() {
    platform.root = root.path();
    platform.repositories.push_back({std::string(kUrl), root.path(), "main", 1});
    create(core("Namespace", "", "argocd"));
    create(core("Namespace", "", "shop"));
    gitops = gitops::mount(mounted, [](const std::string&, const std::string&) { return nullptr; });
  }
  ~GitOpsFixture() { manager.stop(); }

  void write(std::string_view name, std::string_view text) const {
    REQUIRE(files::write_file_atomic(root / name, text, {.mode = 0644, .sync = false}));
  }
  static std::string map_text(std::string_view name, std::string_view text,
                              std::string_view annotations = "") {
    return fmt::format(
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {}\n  annotations: {{{}}}\ndata:\n  "
        "text: \"{}\"\n",
        name, annotations, text);
  }
  // `spec` in YAML flow style, laid over a plain application of folder "app".
  void create_app(std::string_view spec = "{}") {
    Value document = parse_yaml(R"(
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: web, namespace: argocd}
spec:
  project: default
  source: {repoURL: "https://git.example/acme/platform", path: app, targetRevision: main}
  destination: {server: "https://kubernetes.default.svc", namespace: shop}
)")
                         .value();
    const Value over = parse_yaml(spec).value();
    for (const auto& member : over.members()) document.edit("spec").set(member.key(), member.value);
    create(document);
  }
  void refresh(std::string_view how = "normal") {
    merge(kApplications, "argocd", "web",
          Value::object(
              {{"metadata",
                Value::object({{"annotations", Value::object({{kRefreshAnnotation, how}})}})}}));
    quiet();
  }
  void sync(std::string_view request = "{}") {
    merge(kApplications, "argocd", "web",
          Value::object({{"operation", Value::object({{"sync", parse_yaml(request).value()}})}}));
    quiet();
  }
  Value app() const { return read(kApplications, "argocd", "web"); }
  Value status() const { return app()["status"]; }
  std::string sync_state() const { return status()["sync"]["status"].string(); }
  std::string text_of(std::string_view name) const {
    return read("configmaps", "shop", name)["data"]["text"].string();
  }
};

// Background, as nobody collects garbage here.
inline constexpr std::string_view kAutomatic =
    "{syncPolicy: {automated: {prune: true, selfHeal: true}, syncOptions: "
    "[PrunePropagationPolicy=background]}}";

}  // namespace gp::gitops
