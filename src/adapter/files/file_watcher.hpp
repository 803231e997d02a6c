#pragma once
// Tells when something below a folder changed (inotify), gathered over a short quiet time.
//
// The callback runs on the clock's timer thread with the changed paths (absolute, sorted, each
// once): hand real work to a pool. When the kernel's queue overflows, or too much changed, the
// folder itself is reported: look at everything. Folders made later are watched too.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace gp::files {

class FileWatcher {
 public:
  using Callback = std::function<void(std::vector<std::string> changed)>;

  struct Options {
    Duration quiet = std::chrono::milliseconds(200);    // report after this long without a change…
    Duration delay_max = std::chrono::seconds(2);       // …but no later than this after the first
    std::size_t paths_max = 1000;                       // more than this: the folder itself
    std::vector<std::string> ignored_names = {".git"};  // folders not looked into
  };

  static Result<std::unique_ptr<FileWatcher>> watch(const std::string& directory, Clock& clock,
                                                    Callback callback, Options options);
  static Result<std::unique_ptr<FileWatcher>> watch(const std::string& directory, Clock& clock,
                                                    Callback callback) {
    return watch(directory, clock, std::move(callback), Options());
  }

  virtual ~FileWatcher() = default;  // afterwards the callback is not running and will not run

  // Tests: waits until the watcher has seen everything that happened before this call.
  virtual void settle() = 0;
};

}  // namespace gp::files
