#include "feature/gitops/manifests.hpp"

#include <algorithm>

#include "adapter/files/files.hpp"
#include "engine/kustomize/kustomize.hpp"
#include "feature/gitops/helm_source.hpp"

namespace gp::gitops {

std::string_view tool_name(Tool tool) {
  switch (tool) {
    case Tool::Directory: return "Directory";
    case Tool::Helm: return "Helm";
    case Tool::Kustomize: return "Kustomize";
    case Tool::Plugin: return "Plugin";
  }
  return {};
}

void add_objects(const Value& document, std::vector<Value>& objects) {
  const bool is_list = document["kind"].text().ends_with("List") && document["items"].is_array();
  if (!is_list) return objects.push_back(document);
  for (const Value& item : document["items"].items()) objects.push_back(item);
}

namespace {

// "apps/v1" and "apps/v1/Deployment", as charts ask their Capabilities.
std::vector<std::string> served_versions(const object::KindRegistry& kinds) {
  std::vector<std::string> versions;
  for (const object::KindPtr& kind : kinds.all()) {
    versions.push_back(kind->api_version());
    versions.push_back(fmt::format("{}/{}", kind->api_version(), kind->kind));
  }
  return versions;
}

}  // namespace

Result<Tool> tool_of(const Source& source, const std::string& folder) {
  if (source.plugin.is_object()) return Tool::Plugin;
  if (!source.chart.empty() || source.helm.is_object()) return Tool::Helm;
  if (source.kustomize.is_object()) return Tool::Kustomize;
  if (source.directory.is_object()) return Tool::Directory;
  const std::vector<files::Entry> entries = TRY(files::list_directory(folder));
  bool has_kustomization = false;
  for (const files::Entry& entry : entries) {
    if (entry.name == "Chart.yaml") return Tool::Helm;
    has_kustomization = has_kustomization || kustomize::is_kustomization_file(entry.name);
  }
  return has_kustomization ? Tool::Kustomize : Tool::Directory;
}

Result<std::vector<Checkout>> Renderer::checkouts(const Context& context,
                                                  const RenderRequest& request) {
  std::vector<Checkout> all;
  for (std::size_t i = 0; i < request.app.sources.size(); ++i) {
    const Source& source = request.app.sources[i];
    std::string revision = source.target_revision;
    if (i < request.revisions.size() && !request.revisions[i].empty())
      revision = request.revisions[i];
    const bool is_hard = request.is_hard;
    auto checkout =
        source.chart.empty()
            ? repositories_.checkout(context, source.repo_url, revision, is_hard)
            : repositories_.chart(context, {source.repo_url, source.chart, revision}, is_hard);
    if (!checkout) return fail(std::move(checkout).error());
    all.push_back(*std::move(checkout));
  }
  return all;
}

Result<Rendered> Renderer::render(const RenderRequest& request,
                                  const std::vector<Checkout>& checkouts) {
  Rendered rendered;
  std::map<std::string, Checkout> references;
  for (std::size_t i = 0; i < request.app.sources.size(); ++i) {
    const Source& source = request.app.sources[i];
    if (!source.ref.empty()) references.emplace("$" + source.ref, checkouts[i]);
  }
  for (std::size_t i = 0; i < request.app.sources.size(); ++i) {
    const Source& source = request.app.sources[i];
    const Checkout& checkout = checkouts[i];
    rendered.revisions.push_back(checkout.revision);
    const bool is_only_reference =
        !source.ref.empty() && source.path.empty() && source.chart.empty();
    if (is_only_reference) continue;

    auto folder = inside(checkout, source.path);
    if (!folder) {
      Error error = std::move(folder).error();
      error.message =
          error.code == Code::NotFound
              ? fmt::format("{}: app path does not exist in {}", source.path, source.repo_url)
              : fmt::format("{}: the path leads out of {}", source.path, source.repo_url);
      return fail(std::move(error));
    }
    const Tool tool = TRY(tool_of(source, *folder));
    rendered.source_types.emplace_back(tool_name(tool));
    std::vector<Value> objects;
    switch (tool) {
      case Tool::Directory:
        objects = TRY(read_directory(checkout, source.path, source.directory));
        break;
      case Tool::Kustomize:
        objects = TRY(build_kustomization(checkout, source.path, source.kustomize, kinds_,
                                          rendered.warnings));
        break;
      case Tool::Helm: {
        ChartRequest chart{request.app, source, checkout, references, {}};
        if (request.is_local) chart.api_versions = served_versions(kinds_);
        objects = TRY(render_chart(chart, rendered.warnings));
        break;
      }
      case Tool::Plugin:
        return fail(unimplemented("config management plugins are off")
                        .with_hint("render what the plugin makes into the repository"));
    }
    std::ranges::move(objects, std::back_inserter(rendered.objects));
  }
  return rendered;
}

}  // namespace gp::gitops
