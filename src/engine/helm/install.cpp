#include "engine/helm/install.hpp"

#include "engine/helm/values_schema.hpp"

namespace gp::helm {
namespace {

std::unexpected<Failure> failed(Stage stage, Error error) {
  return std::unexpected(Failure{stage, std::move(error)});
}

bool is_name_part(std::string_view part) {
  const auto is_alphanumeric = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  };
  if (part.empty() || !is_alphanumeric(part.front()) || !is_alphanumeric(part.back())) return false;
  return std::ranges::all_of(part, [&](char c) { return is_alphanumeric(c) || c == '-'; });
}

bool is_release_name(std::string_view name) {
  if (name.size() > 53) return false;
  while (true) {
    const std::size_t dot = name.find('.');
    if (!is_name_part(name.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    name.remove_prefix(dot + 1);
  }
}

// Notes are no manifests; those of subcharts are shown only if asked for.
std::string take_notes(Rendered& rendered, const std::string& chart, bool of_subcharts) {
  std::string notes;
  const std::string own = chart + "/templates/NOTES.txt";
  for (auto it = rendered.begin(); it != rendered.end();) {
    if (!it->first.ends_with("NOTES.txt")) {
      ++it;
      continue;
    }
    if (of_subcharts || it->first == own) notes += (notes.empty() ? "" : "\n") + it->second;
    it = rendered.erase(it);
  }
  return notes;
}

void add_crds(const ActiveChart& chart, const std::string& path, std::vector<Crd>& into) {
  for (const File& file : chart.chart->files) {
    const bool is_manifest =
        file.name.ends_with(".yaml") || file.name.ends_with(".yml") || file.name.ends_with(".json");
    if (file.name.starts_with("crds/") && is_manifest)
      into.push_back({path + "/" + file.name, &file.data});
  }
  for (const ActiveChart& dependency : chart.dependencies)
    add_crds(dependency, path + "/charts/" + dependency.name(), into);
}

}  // namespace

Result<void> check_release_name(const std::string& name) {
  if (is_release_name(name)) return {};
  return fail(invalid_argument(
      "release name \"{}\": invalid release name, must match regex "
      "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$ and the length must not "
      "be longer than 53",
      name));
}

std::expected<Installed, Failure> render_chart(Renderer& renderer,
                                               const std::shared_ptr<const Chart>& chart,
                                               const Val& user, const InstallOptions& options) {
  if (auto fine = check_release_name(options.release.name); !fine)
    return failed(Stage::Name, std::move(fine).error());
  Installed result;
  result.warnings = chart->warnings;
  auto active = activate(chart, user, &result.warnings);
  // Helm merges values to know the conditions, and fails there as it does in the next step.
  if (!active) return failed(Stage::Values, std::move(active).error());
  result.chart = *std::move(active);

  auto values = coalesce_values(result.chart, user, false, &result.warnings);
  if (!values) return failed(Stage::Values, std::move(values).error());
  if (!options.skip_schema) {
    if (auto fine = check_schemas(result.chart, *values); !fine)
      return failed(Stage::Values, std::move(fine).error());
  }
  const Metadata& metadata = result.chart.metadata;
  const std::string& wanted = metadata.kube_version;
  const std::string& have = options.capabilities.kube_version.version;
  if (!options.skip_kube_version && !wanted.empty() && !satisfies(wanted, have)) {
    return failed(Stage::Render,
                  failed_precondition("chart requires kubeVersion: {} which is incompatible with "
                                      "Kubernetes {}",
                                      wanted, have));
  }
  auto rendered =
      renderer.render(result.chart, *values, options.release, options.capabilities, options.limits);
  if (!rendered) return failed(Stage::Render, std::move(rendered).error());
  result.rendered = *std::move(rendered);
  result.notes = take_notes(result.rendered, metadata.name, options.subchart_notes);
  return result;
}

std::expected<Installed, Failure> install(Renderer& renderer,
                                          const std::shared_ptr<const Chart>& chart,
                                          const Val& user, const InstallOptions& options) {
  auto result = render_chart(renderer, chart, user, options);
  if (!result) return result;
  auto manifests = sort_manifests(result->rendered);
  if (!manifests) return failed(Stage::Render, std::move(manifests).error());
  result->manifests = *std::move(manifests);
  for (std::string& warning : result->manifests.warnings)
    result->warnings.push_back(std::move(warning));
  return result;
}

std::vector<Crd> crds(const ActiveChart& chart) {
  std::vector<Crd> result;
  add_crds(chart, chart.name(), result);
  return result;
}

}  // namespace gp::helm
