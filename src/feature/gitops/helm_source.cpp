#include "feature/gitops/helm_source.hpp"

#include <algorithm>

#include "adapter/files/files.hpp"
#include "adapter/files/glob.hpp"
#include "base/deep_stack.hpp"
#include "base/text.hpp"
#include "base/yaml.hpp"
#include "engine/helm/archive.hpp"
#include "engine/helm/install.hpp"
#include "engine/helm/strvals.hpp"
#include "feature/gitops/chart_folder.hpp"
#include "feature/gitops/chart_index.hpp"
#include "feature/gitops/manifests.hpp"

namespace gp::gitops {
namespace {

constexpr std::size_t kArchiveBytesMax = std::size_t{100} << 20U;

class Chart {
 public:
  explicit Chart(const ChartRequest& request) : request_(request), settings_(request.source.helm) {}

  Result<std::vector<Value>> render(std::vector<std::string>& warnings) {
    const std::shared_ptr<const helm::Chart> chart = TRY(load());
    const auto missing = helm::missing_dependencies(*chart);
    if (!missing.empty()) {
      return fail(
          failed_precondition("{}: found in Chart.yaml, but missing in charts/ directory: {}",
                              request_.source.path, missing.front())
              .with_hint("vendor it: `helm dependency build`, and commit charts/"));
    }
    helm::Val values = TRY(user_values());
    helm::InstallOptions options = TRY(install_options());
    helm::Renderer renderer;
    auto done = helm::install(renderer, chart, values, options);
    if (!done) return fail(std::move(done.error().error).with_context(chart->metadata.name));
    for (const std::string& warning : done->warnings) warnings.push_back(warning);
    return objects_of(*done);
  }

 private:
  Result<std::shared_ptr<const helm::Chart>> load() {
    const std::string& name = request_.source.chart;
    if (name.empty()) return load_folder(request_.source.path);
    // A folder that stands for a chart repository: charts as folders, or packed.
    const auto folder = inside(request_.checkout, name + "/Chart.yaml");
    if (folder) return load_folder(name);
    const std::string archive = TRY(newest_archive(name));
    const std::string path = TRY(inside(request_.checkout, archive));
    const std::string bytes = TRY(files::read_file(path, kArchiveBytesMax));
    return helm::load_archive(bytes);
  }

  Result<std::shared_ptr<const helm::Chart>> load_folder(const std::string& path) {
    const std::string real = TRY(inside(request_.checkout, path));
    ChartFolder folder(request_.checkout.root, real);
    return helm::load_folder(folder);
  }

  // "NAME-VERSION.tgz" with the highest version that is wanted.
  Result<std::string> newest_archive(const std::string& name) {
    const std::vector<files::Entry> entries = TRY(files::list_directory(request_.checkout.root));
    std::vector<std::string> versions;
    for (const files::Entry& entry : entries) {
      if (!entry.name.starts_with(name + "-") || !entry.name.ends_with(".tgz")) continue;
      versions.push_back(entry.name.substr(name.size() + 1, entry.name.size() - name.size() - 5));
    }
    const std::string best = best_chart_version(versions, request_.source.target_revision);
    if (!best.empty()) return fmt::format("{}-{}.tgz", name, best);
    return fail(not_found("chart \"{}\" version \"{}\" is not in {}", name,
                          request_.source.target_revision, request_.source.repo_url));
  }

  // The folder and path that a value file is meant in: "$ref/x" or relative to the chart.
  Result<std::pair<const Checkout*, std::string>> place_of(std::string name) {
    if (name.starts_with('$')) {
      const std::size_t slash = std::min(name.find('/'), name.size());
      const std::string reference = name.substr(0, slash);
      const auto found = request_.references.find(reference);
      if (found == request_.references.end()) {
        return fail(
            not_found("source referenced {}, which is the ref of no source", reference)
                .with_hint("give the source with the values `ref: " + reference.substr(1) + "`"));
      }
      return std::pair(&found->second, name.substr(std::min(slash + 1, name.size())));
    }
    if (name.contains("://")) {
      return fail(unimplemented("value file {}: only files of repositories are read", name));
    }
    const bool is_from_root = name.starts_with('/');
    const std::string& base =
        request_.source.chart.empty() ? request_.source.path : request_.source.chart;
    return std::pair(&request_.checkout, is_from_root || base.empty() ? name : base + "/" + name);
  }

  // Its texts: more than one for a pattern, none for a missing one that may be.
  Result<std::vector<std::pair<std::string, std::string>>> value_files(const std::string& name) {
    auto [checkout, path] = TRY(place_of(name));
    const bool may_miss = settings_["ignoreMissingValueFiles"].boolean();
    std::vector<std::string> paths = {path};
    if (files::is_glob(path)) {
      paths = TRY(files::glob(checkout->root, path));
      if (paths.empty() && !may_miss) return fail(not_found("value file {} matches nothing", name));
    }
    std::vector<std::pair<std::string, std::string>> texts;
    for (const std::string& one : paths) {
      auto real = inside(*checkout, one);
      if (!real && real.error().code == Code::NotFound && may_miss) continue;
      if (!real && real.error().code == Code::Forbidden) {
        return fail(
            forbidden("value file {} leads out of its repository", name)
                .with_hint("keep it in the repository, or take it from a source with `ref`"));
      }
      if (!real) return fail(not_found("value file {} does not exist", name));
      std::string text = TRY(files::read_file(*real));
      texts.emplace_back(one, std::move(text));
    }
    return texts;
  }

  // Files, then what the Application says itself, then its parameters.
  Result<helm::Val> user_values() {
    helm::Val values = helm::Val::new_map();
    for (const Value& name : settings_["valueFiles"].items()) {
      const auto texts = TRY(value_files(name.string()));
      for (const auto& [path, text] : texts) {
        const helm::Val over = TRY(helm::parse_values(text, path));
        helm::merge_maps(values, over);
      }
    }
    std::string own = settings_["values"].string();
    if (settings_["valuesObject"].is_object()) own = to_yaml(settings_["valuesObject"]);
    if (!own.empty()) {
      const helm::Val over = TRY(helm::parse_values(own, "spec.source.helm.values"));
      helm::merge_maps(values, over);
    }
    for (const Value& parameter : settings_["parameters"].items()) {
      const bool is_text = parameter["forceString"].boolean();
      // As argocd escapes: a comma in a value is part of it.
      std::string value;
      for (const char c : parameter["value"].text()) {
        if (c == ',') value += '\\';
        value += c;
      }
      const std::string text = fmt::format("{}={}", parameter["name"].text(), value);
      TRY(helm::apply_set(values, text, is_text ? helm::SetKind::String : helm::SetKind::Typed));
    }
    for (const Value& parameter : settings_["fileParameters"].items()) {
      const std::string text =
          fmt::format("{}={}", parameter["name"].text(), parameter["path"].text());
      TRY(helm::apply_set(values, text, helm::SetKind::File,
                          [this](const std::string& name) -> Result<std::string> {
                            const auto texts = TRY(value_files(name));
                            return texts.empty() ? std::string() : texts.front().second;
                          }));
    }
    return values;
  }

  Result<helm::InstallOptions> install_options() {
    helm::InstallOptions options;
    options.release.name = settings_["releaseName"].string(request_.app.name);
    options.release.ns = settings_["namespace"].string(request_.app.destination.ns);
    options.skip_schema = settings_["skipSchemaValidation"].boolean();
    options.limits = helm::deep_stack_limits();
    if (!settings_["kubeVersion"].empty())
      options.capabilities.kube_version =
          TRY(helm::parse_kube_version(settings_["kubeVersion"].text()));
    auto& served = options.capabilities.api_versions;
    served.insert(served.end(), request_.api_versions.begin(), request_.api_versions.end());
    for (const Value& version : settings_["apiVersions"].items())
      served.push_back(version.string());
    return options;
  }

  Result<std::vector<Value>> objects_of(const helm::Installed& done) {
    std::vector<Value> objects;
    const auto add = [&](std::string_view text, std::string_view path) -> Result<> {
      auto documents = parse_yaml_stream(text);
      if (!documents) return fail(std::move(documents.error()).with_context(path));
      for (YamlDocument& document : *documents) {
        const bool has_content = document.value.is_object() && !document.value.empty();
        if (has_content) add_objects(document.value, objects);
      }
      return {};
    };
    if (!settings_["skipCrds"].boolean()) {
      for (const helm::Crd& crd : helm::crds(done.chart)) TRY(add(*crd.text, crd.path));
    }
    for (const helm::Manifest& manifest : done.manifests.resources)
      TRY(add(manifest.text, manifest.path));
    for (const helm::Manifest& hook : done.manifests.hooks) {
      const bool is_skipped = settings_["skipTests"].boolean() && hook.is_test();
      if (!is_skipped) TRY(add(hook.text, hook.path));
    }
    return objects;
  }

  const ChartRequest& request_;
  const Value& settings_;
};

}  // namespace

Result<std::vector<Value>> render_chart(const ChartRequest& request,
                                        std::vector<std::string>& warnings) {
  Result<std::vector<Value>> objects;
  on_deep_stack([&] { objects = Chart(request).render(warnings); });
  return objects;
}

}  // namespace gp::gitops
