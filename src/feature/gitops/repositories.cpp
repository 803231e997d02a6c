#include "feature/gitops/repositories.hpp"

#include <sys/stat.h>

#include "adapter/files/files.hpp"
#include "base/digest.hpp"
#include "base/log.hpp"

namespace gp::gitops {
namespace {

constexpr std::size_t kEntriesMax = 200'000;
constexpr int kDepthMax = 64;

// Names, sizes and times of all files below a folder.
Result<> describe(const std::string& path, int depth, std::size_t& entries, std::string& out) {
  if (depth > kDepthMax) return {};
  const std::vector<files::Entry> list = TRY(files::list_directory(path));
  for (const files::Entry& entry : list) {
    if (entry.name == ".git") continue;
    if (++entries > kEntriesMax)
      return fail(too_large("{}: more than {} files", path, kEntriesMax));
    const std::string full = path + "/" + entry.name;
    if (entry.type == files::EntryType::Directory) {
      TRY(describe(full, depth + 1, entries, out));
      continue;
    }
    struct stat status{};
    if (::lstat(full.c_str(), &status) != 0) continue;
    out += fmt::format("{}\n{} {}.{}\n", full, status.st_size, status.st_mtim.tv_sec,
                       status.st_mtim.tv_nsec);
  }
  return {};
}

}  // namespace

// Watched, so that its revision need not be worked out at every refresh.
struct Repositories::Folder {
  std::mutex mutex;  // guards the fields below
  std::string revision;
  bool is_watched = false;
  std::unique_ptr<files::FileWatcher> watcher;
};

Repositories::Repositories(const config::Platform* platform, Clock& clock,
                           std::function<void(const std::string&)> on_change, GitRepositories& git,
                           ChartRepositories& charts)
    : platform_(platform),
      clock_(clock),
      on_change_(std::move(on_change)),
      git_(git),
      charts_(charts) {}

Repositories::~Repositories() = default;

Result<Checkout> Repositories::checkout(const Context& context, const std::string& url,
                                        const std::string& revision, bool is_hard) {
  TRY(context.check());
  if (platform_ != nullptr) {
    const std::string path = config::map_url(*platform_, url);
    if (!path.empty()) return mapped(path, is_hard);
  }
  return git_.checkout(context, url, revision, is_hard);
}

Result<Checkout> Repositories::chart(const Context& context, const ChartWanted& wanted,
                                     bool is_hard) {
  TRY(context.check());
  if (!is_polled(wanted.url)) return mapped(config::map_url(*platform_, wanted.url), is_hard);
  return charts_.checkout(context, wanted, is_hard);
}

bool Repositories::is_polled(const std::string& url) const {
  return platform_ == nullptr || config::map_url(*platform_, url).empty();
}

Result<Checkout> Repositories::mapped(const std::string& path, bool is_hard) {
  Folder* folder = nullptr;
  {
    const std::lock_guard lock(mutex_);
    auto& slot = folders_[path];
    if (!slot) slot = std::make_unique<Folder>();
    folder = slot.get();
  }
  const std::lock_guard lock(folder->mutex);
  if (!folder->is_watched) {
    folder->is_watched = true;
    auto watcher = files::FileWatcher::watch(path, clock_, [this, path, folder](auto) {
      {
        const std::lock_guard inner(folder->mutex);
        folder->revision.clear();
      }
      on_change_(path);
    });
    if (watcher) {
      folder->watcher = std::move(*watcher);
    } else {
      log::warn("gitops", "cannot watch a repository's folder; it is read anew at each refresh",
                {{"folder", path}, {"error", watcher.error().message}});
    }
  }
  if (folder->revision.empty() || is_hard || !folder->watcher) {
    std::string text;
    std::size_t entries = 0;
    TRY(describe(path, 0, entries, text));
    folder->revision = sha1_hex(text);
  }
  return Checkout{path, folder->revision};
}

Result<std::string> inside(const Checkout& checkout, std::string_view relative) {
  while (relative.starts_with('/')) relative.remove_prefix(1);
  return files::resolve_inside(checkout.root, relative.empty() ? "." : relative);
}

}  // namespace gp::gitops
