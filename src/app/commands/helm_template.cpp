// `goldenpath helm template RELEASE CHART`: prints what Helm prints.

#include <fmt/ranges.h>

#include <iostream>

#include "adapter/files/files.hpp"
#include "app/commands/commands.hpp"
#include "app/commands/helm_command.hpp"
#include "base/deep_stack.hpp"
#include "base/text.hpp"
#include "engine/helm/archive.hpp"
#include "engine/helm/glob.hpp"
#include "engine/helm/install.hpp"
#include "feature/gitops/chart_folder.hpp"

namespace gp::app {
namespace {

int complain(const Error& error, bool was_rendered = false) {
  std::cout << std::flush;
  std::cerr << "Error: " << error.message << '\n';
  if (was_rendered) std::cerr << "\nUse --debug flag to render out invalid YAML\n";
  return kFindings;
}

Result<std::shared_ptr<const helm::Chart>> load(const std::string& path) {
  if (files::is_directory(path)) {
    gitops::ChartFolder folder(path, path);
    return helm::load_folder(folder);
  }
  if (!files::exists(path)) return fail(not_found("path \"{}\" not found", path));
  const std::string bytes = TRY(files::read_file(path));
  return helm::load_archive(bytes);
}

// As Go says it.
Result<std::string> read_text(const std::string& path) {
  if (path == "-") {
    return std::string(std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>());
  }
  auto text = files::read_file(path);
  if (!text && text.error().code == Code::NotFound)
    return fail(not_found("open {}: no such file or directory", path));
  return text;
}

Result<void> check_installable(const helm::Chart& chart) {
  const std::string& type = chart.metadata.type;
  if (!type.empty() && type != "application")
    return fail(failed_precondition("{} charts are not installable", type));
  const auto missing = helm::missing_dependencies(chart);
  if (missing.empty()) return {};
  return fail(failed_precondition(
      "An error occurred while checking for chart dependencies. You may need to run `helm "
      "dependency build` to fetch missing dependencies: found in Chart.yaml, but missing in "
      "charts/ directory: {}",
      fmt::join(missing, ", ")));
}

void append_document(std::string& out, std::string_view path, std::string_view text) {
  out.append("---\n# Source: ").append(path).append("\n").append(text).append("\n");
}

std::string all_documents(const helm::Installed& done, const HelmTemplateOptions& options) {
  std::string out;
  if (options.include_crds && !options.skip_crds)
    for (const helm::Crd& crd : helm::crds(done.chart)) append_document(out, crd.path, *crd.text);
  for (const helm::Manifest& manifest : done.manifests.resources)
    append_document(out, manifest.path, manifest.text);
  out = std::string(trimmed(out)) + "\n";
  if (options.no_hooks) return out;
  for (const helm::Manifest& hook : done.manifests.hooks) {
    if (options.skip_tests && hook.is_test()) continue;
    append_document(out, hook.path, hook.text);
  }
  return out;
}

// "web/templates/a.yaml" of "# Source: web/templates/a.yaml", below the chart.
std::string_view source_of(std::string_view document) {
  constexpr std::string_view kMark = "# Source: ";
  const std::size_t at = document.find(kMark);
  if (at == std::string_view::npos) return {};
  std::string_view path = document.substr(at + kMark.size());
  path = path.substr(0, path.find('\n'));
  const std::size_t slash = path.find('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
}

Result<std::string> shown(const std::string& all, const std::vector<std::string>& patterns) {
  const auto documents = helm::split_documents(all);
  std::string out;
  for (const std::string& pattern : patterns) {
    bool found = false;
    for (const std::string_view document : documents) {
      const std::string_view source = source_of(document);
      if (source.empty() || helm::path_match(pattern, source) != true) continue;
      out.append("---\n").append(document).append("\n");
      found = true;
    }
    if (!found) return fail(not_found("could not find template {} in chart", pattern));
  }
  return out;
}

int render(const HelmTemplateOptions& options) {
  helm::InstallOptions install;
  install.release = {.name = options.release, .ns = options.ns, .is_upgrade = options.is_upgrade};
  install.skip_schema = options.skip_schema;
  install.subchart_notes = options.subchart_notes;
  install.limits = helm::deep_stack_limits();
  if (!options.kube_version.empty()) {
    auto version = helm::parse_kube_version(options.kube_version);
    if (!version) return complain(version.error());
    install.capabilities.kube_version = *std::move(version);
  }
  for (const std::string& list : options.api_versions)
    for (const std::string_view version : split(list, ','))
      install.capabilities.api_versions.emplace_back(version);

  helm::ValueFlags flags = options.values;
  flags.files.clear();
  for (const std::string& list : options.values.files)
    for (const std::string_view file : split(list, ',')) flags.files.emplace_back(file);
  auto values = helm::merge_flags(flags, read_text, read_text);
  if (!values) return complain(values.error());
  auto chart = load(options.chart);
  if (!chart) return complain(chart.error());
  if (auto fine = check_installable(**chart); !fine) return complain(fine.error());
  if ((*chart)->metadata.deprecated) std::cerr << "WARNING: This chart is deprecated\n";

  helm::Renderer renderer;
  auto done = helm::install(renderer, *chart, *values, install);
  if (!done) return complain(done.error().error, done.error().stage == helm::Stage::Render);
  for (const std::string& warning : done->warnings) std::cerr << warning << '\n';
  const std::string all = all_documents(*done, options);
  if (options.show_only.empty()) {
    std::cout << all << std::flush;
    return kFine;
  }
  auto some = shown(all, options.show_only);
  if (!some) return complain(some.error());
  std::cout << *some << std::flush;
  return kFine;
}

}  // namespace

int run_helm_template(const HelmTemplateOptions& options) {
  HelmTemplateOptions named = options;
  if (named.chart.empty()) {  // the release's name may be left out
    named.chart = std::exchange(named.release, "release-name");
  }
  std::ios::sync_with_stdio(false);
  int code = kFine;
  on_deep_stack([&] { code = render(named); });
  return code;
}

}  // namespace gp::app
