#pragma once
// Where the files of a source are: a repository's URL and revision become a folder and the exact
// revision that it shows.
//
// A URL that platform.yaml's spec.repositories maps to a folder is that folder, whatever revision
// is asked for; its revision is a digest of the files, so that it changes when they do.

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "adapter/files/file_watcher.hpp"
#include "base/context.hpp"
#include "feature/gitops/chart_repositories.hpp"
#include "feature/gitops/git_repositories.hpp"
#include "platform/config/platform_config.hpp"

namespace gp::gitops {

class Repositories {
 public:
  // `on_change` is told the URLs that a changed folder stands for; any thread.
  Repositories(const config::Platform* platform, Clock& clock,
               std::function<void(const std::string& folder)> on_change, GitRepositories& git,
               ChartRepositories& charts);
  ~Repositories();

  // `is_hard`: looks at the origin again, whatever is remembered.
  Result<Checkout> checkout(const Context& context, const std::string& url,
                            const std::string& revision, bool is_hard);
  // Of a repository of charts: a folder with the chart in it, the version being the revision.
  Result<Checkout> chart(const Context& context, const ChartWanted& wanted, bool is_hard);
  // Nobody tells of its changes: it must be asked again and again.
  bool is_polled(const std::string& url) const;

 private:
  struct Folder;
  Result<Checkout> mapped(const std::string& path, bool is_hard);

  const config::Platform* platform_;
  Clock& clock_;
  const std::function<void(const std::string&)> on_change_;
  GitRepositories& git_;
  ChartRepositories& charts_;
  std::mutex mutex_;  // guards the field below
  std::map<std::string, std::unique_ptr<Folder>> folders_;
};

}  // namespace gp::gitops
