#include <filesystem>

#include "feature/manifests/controller.hpp"
#include "feature/manifests/manifests.hpp"
#include "feature/manifests/plan.hpp"

namespace gp::manifests {

namespace {

constexpr std::string_view kManager = "goldenpath-manifests";

// The platform's name as a name that objects may have.
std::string source_name(std::string_view platform) {
  std::string name;
  for (const char c : platform.substr(0, 63)) {
    const bool is_upper = c >= 'A' && c <= 'Z';
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    name += is_upper ? static_cast<char>(c - 'A' + 'a') : is_plain ? c : '-';
  }
  while (name.ends_with('-')) name.pop_back();
  while (name.starts_with('-')) name.erase(0, 1);
  return name.empty() ? "platform" : name;
}

Result<> ensure_source(runtime::Mount& mount, const Settings& settings) {
  Value paths = Value::array();
  for (const std::string& path : settings.paths) paths.push_back(path);
  const Value document = Value::object(
      {{"apiVersion", "goldenpath.dev/v1alpha1"},
       {"kind", "ManifestSource"},
       {"metadata", Value::object({{"name", settings.source}})},
       {"spec", Value::object({{"path", fmt::format("{}", fmt::join(settings.paths, ", "))},
                               {"paths", std::move(paths)},
                               {"root", settings.root}})}});
  for (const auto& written : mount.local.write_all(Context(mount.clock), {document}, kManager)) {
    if (!written) return fail(written.error());
  }
  return {};
}

// A kind that is installed may be what a manifest waits for. An entity that goes from the catalog
// may be a manifest's now, and one that the catalog took is no longer ours.
bool may_matter(const store::Event& event, std::string_view source) {
  constexpr std::string_view kDefinitions = "customresourcedefinitions.apiextensions.k8s.io";
  const bool is_gone = event.type == store::Event::Type::Deleted;
  const std::string_view resource = event.object->resource();
  if (resource == kDefinitions) return !is_gone;
  if (!resource.ends_with(".backstage.io")) return false;
  if (is_gone) return true;
  return event.previous && event.previous->label(kSourceLabel) == source &&
         event.object->label(kSourceLabel) != source;
}

void add_controller(runtime::Mount& mount, const Settings& settings) {
  runtime::ControllerOptions options;
  options.name = kControllerName;
  options.resource = kSources;
  options.deadline = std::chrono::minutes(10);
  const object::Key key{std::string(kSources), "", settings.source};
  options.watches.push_back({.resource = "",
                             .keys = [key](const store::Event& event) -> std::vector<object::Key> {
                               if (!may_matter(event, key.name)) return {};
                               return {key};
                             },
                             .all_keys = {}});
  mount.controllers.add(std::move(options), std::make_unique<ManifestController>(
                                                settings, mount.kinds, mount.parts, mount.clock,
                                                [&controllers = mount.controllers, key] {
                                                  controllers.enqueue(kControllerName, key);
                                                }));
}

}  // namespace

Result<> mount(runtime::Mount& mount) {
  mount.parts.declare(std::string(kPartName));
  runtime::PartStatus part;
  part.name = kPartName;
  if (mount.platform == nullptr || mount.platform->manifests.empty()) {
    part.state = runtime::PartState::Off;
    part.summary = "no spec.manifests in platform.yaml";
    mount.parts.report(std::move(part));
    return {};
  }

  part.state = runtime::PartState::Starting;
  mount.parts.report(std::move(part));
  const config::Platform& platform = *mount.platform;
  const Settings settings{source_name(platform.name), platform.root,
                          std::filesystem::path(platform.file).filename().string(),
                          platform.manifests};
  TRY(ensure_source(mount, settings));
  add_controller(mount, settings);
  return {};
}

}  // namespace gp::manifests
