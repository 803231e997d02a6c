// What the catalog brings to the platform: routes, a watch on the folders it reads, a part.

#include <filesystem>

#include "adapter/files/file_watcher.hpp"
#include "adapter/files/files.hpp"
#include "base/log.hpp"
#include "feature/catalog/catalog.hpp"
#include "feature/catalog/cluster_port.hpp"
#include "feature/catalog/engine.hpp"
#include "feature/catalog/entity_rules.hpp"
#include "feature/catalog/file_source.hpp"
#include "feature/catalog/routes.hpp"
#include "feature/catalog/source_controller.hpp"
#include "feature/catalog/targets.hpp"

namespace gp::catalog {
namespace {

namespace fs = std::filesystem;

// "catalog/*.yaml" in platform.yaml is below the folder of that file.
LocationRef configured(const config::Platform& platform, const config::CatalogLocation& location) {
  if (location.type != "file") return {location.type, location.target};
  return {"file", (fs::path(platform.root) / location.target).lexically_normal().string()};
}

std::vector<LocationRef> configured(const config::Platform* platform) {
  std::vector<LocationRef> locations;
  if (platform == nullptr) return locations;
  for (const auto& location : platform->locations)
    locations.push_back(configured(*platform, location));
  return locations;
}

// Folders that may be read, and are watched: the repository, those it maps, and those of locations.
std::vector<std::string> roots(const config::Platform* platform) {
  std::vector<std::string> folders;
  if (platform == nullptr) return folders;
  folders.push_back(platform->root);
  for (const auto& repository : platform->repositories) folders.push_back(repository.path);
  for (const LocationRef& location : configured(platform)) {
    if (location.type != "file") continue;
    const std::string fixed = location.target.substr(0, location.target.find_first_of("*?[{"));
    folders.push_back(fs::path(fixed).parent_path().string());
  }
  // A folder inside another one is covered by it.
  std::ranges::sort(folders);
  std::vector<std::string> kept;
  for (std::string& folder : folders) {
    const bool is_inside = std::ranges::any_of(kept, [&](const std::string& outer) {
      return folder == outer || folder.starts_with(outer + "/");
    });
    if (!is_inside) kept.push_back(std::move(folder));
  }
  return kept;
}

std::string root_of(const config::Platform* platform) {
  return platform == nullptr ? std::string() : platform->root;
}

FileSourceOptions source_options(const config::Platform* platform) {
  FileSourceOptions options;
  if (platform == nullptr) return options;
  options.platform = *platform;
  options.roots = roots(platform);
  options.allowed_hosts = platform->catalog_reading;
  for (const LocationRef& location : configured(platform)) {
    if (location.type == "url") options.allowed_hosts.push_back(url_host(location.target));
  }
  return options;
}

Rules rules_of(const config::Platform* platform) {
  Rules rules;
  if (platform == nullptr) return rules;
  for (const auto& rule : platform->rules) {
    rules.kinds.insert(rules.kinds.end(), rule.allow.begin(), rule.allow.end());
  }
  return rules;
}

// One line of the board; the whole message is in the source's status.
std::string shortened(std::string text) {
  constexpr std::size_t kBytesMax = 200;
  text.resize(std::min(text.size(), text.find(". To learn more about")));
  if (text.size() <= kBytesMax) return text;
  std::size_t end = kBytesMax;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U)
    --end;  // not in UTF-8
  return text.substr(0, end) + "…";
}

runtime::PartStatus part_of(const Summary& summary) {
  runtime::PartStatus part;
  part.name = "catalog";
  part.state = !summary.is_settled  ? runtime::PartState::Starting
               : summary.errors > 0 ? runtime::PartState::Degraded
                                    : runtime::PartState::Ready;
  part.count = summary.entities;
  part.problems = summary.errors + summary.warnings;
  const auto counted = [](std::size_t number, std::string_view one, std::string_view many) {
    return fmt::format("{} {}", number, number == 1 ? one : many);
  };
  part.summary = fmt::format("{} from {}", counted(summary.entities, "entity", "entities"),
                             counted(summary.sources, "location", "locations"));
  if (part.problems > 0) part.summary += ", " + counted(part.problems, "problem", "problems");
  if (summary.errors > 0) part.hint = shortened(summary.first_error);
  return part;
}

class MountedCatalog final : public Catalog {
 public:
  explicit MountedCatalog(runtime::Mount& mount)
      : mount_(mount),
        source_(source_options(mount.platform), mount.clock),
        port_(mount.local, mount.clock, root_of(mount.platform)),
        engine_(engine_options(), source_, port_, mount.clock, mount.random) {
    add_entity_rules(mount.kinds);
    add_source_controller(mount.controllers, engine_, root_of(mount.platform));
    add_routes(mount.portal, engine_);
    add_platform_routes(mount.portal);
    mount.parts.declare("catalog");
  }
  ~MountedCatalog() override { stop(); }

  Result<> start() override {
    mount_.parts.report({.name = "catalog", .state = runtime::PartState::Starting});
    for (const std::string& folder : roots(mount_.platform)) watch(folder);
    return engine_.start();
  }

  void stop() override {
    watchers_.clear();
    engine_.stop();
  }

 private:
  EngineOptions engine_options() {
    EngineOptions options;
    options.configured = configured(mount_.platform);
    options.rules = rules_of(mount_.platform);
    options.root = root_of(mount_.platform);
    options.on_summary = [this](const Summary& summary) { mount_.parts.report(part_of(summary)); };
    return options;
  }

  // Without a watch the catalog still works: refresh by hand, or at the next start.
  void watch(const std::string& folder) {
    if (!files::is_directory(folder)) return;
    auto watcher = files::FileWatcher::watch(
        folder, mount_.clock,
        [this](const std::vector<std::string>& changed) { engine_.files_changed(changed); },
        {.ignored_names = {".git", "node_modules"}});
    if (watcher) {
      watchers_.push_back(std::move(*watcher));
      return;
    }
    log::warn("catalog", "changes of files will not be seen",
              {{"folder", folder}, {"error", watcher.error().message}});
  }

  runtime::Mount& mount_;
  FileSource source_;
  ClusterPort port_;
  Engine engine_;
  std::vector<std::unique_ptr<files::FileWatcher>> watchers_;
};

}  // namespace

std::unique_ptr<Catalog> mount(runtime::Mount& mount) {
  return std::make_unique<MountedCatalog>(mount);
}

}  // namespace gp::catalog
