#pragma once
// Reconciles the ManifestSource: files → documents → plan → cluster → status.

#include <memory>
#include <string>
#include <vector>

#include "adapter/files/file_watcher.hpp"
#include "platform/runtime/mount.hpp"

namespace gp::manifests {

inline constexpr std::string_view kControllerName = "manifests";
inline constexpr std::string_view kSources = "manifestsources.goldenpath.dev";
inline constexpr std::string_view kPartName = "manifests";

struct Settings {
  std::string source;  // name of the ManifestSource
  std::string root;    // of the platform repository
  std::string origin;  // the file that lists `paths`, for problems
  std::vector<std::string> paths;
};

class ManifestController final : public runtime::Controller {
 public:
  ManifestController(Settings settings, const object::KindRegistry& kinds, runtime::Parts& parts,
                     Clock& clock, std::function<void()> on_files_changed);

  Result<runtime::Next> reconcile(runtime::Reconcile& run) override;

 private:
  void watch_files();

  const Settings settings_;
  const object::KindRegistry& kinds_;
  runtime::Parts& parts_;
  Clock& clock_;
  const std::function<void()> on_files_changed_;
  std::vector<std::string> watched_;
  std::vector<std::unique_ptr<files::FileWatcher>> watchers_;
};

}  // namespace gp::manifests
