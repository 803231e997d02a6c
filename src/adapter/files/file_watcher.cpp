#include "adapter/files/file_watcher.hpp"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <cerrno>

#include "adapter/files/errno_error.hpp"
#include "adapter/files/files.hpp"
#include "base/log.hpp"

namespace gp::files {
namespace {

constexpr std::uint32_t kEvents = IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM |
                                  IN_MOVED_TO | IN_ATTRIB | IN_DELETE_SELF | IN_ONLYDIR |
                                  IN_EXCL_UNLINK;

class InotifyWatcher final : public FileWatcher {
 public:
  InotifyWatcher(std::string root, Clock& clock, Callback callback, Options options,
                 Descriptor inotify, Descriptor wake)
      : root_(std::move(root)),
        clock_(clock),
        callback_(std::move(callback)),
        options_(std::move(options)),
        inotify_(std::move(inotify)),
        wake_(std::move(wake)) {}

  ~InotifyWatcher() override {
    Clock::TimerId timer = 0;
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
      timer = timer_;
    }
    signal();
    if (thread_.joinable()) thread_.join();
    if (timer != 0) clock_.cancel(timer);
  }

  Result<> start() {
    TRY(add_folder(root_, false));
    thread_ = std::thread([this] { run(); });
    return {};
  }

  void settle() override {
    std::unique_lock lock(mutex_);
    const std::uint64_t wanted = ++settle_asked_;
    lock.unlock();
    signal();
    lock.lock();
    settled_.wait(lock, [&] { return settle_done_ >= wanted; });
  }

 private:
  void signal() const {
    const std::uint64_t one = 1;
    // Fails only when the counter is full, and then the thread is awake anyway.
    [[maybe_unused]] const ssize_t written = ::write(wake_.number(), &one, sizeof one);
  }

  void run() {
    pthread_setname_np(pthread_self(), "file-watcher");
    while (true) {
      pollfd descriptors[2] = {{inotify_.number(), POLLIN, 0}, {wake_.number(), POLLIN, 0}};
      if (::poll(descriptors, 2, -1) < 0 && errno != EINTR) return;
      std::uint64_t count = 0;
      [[maybe_unused]] const ssize_t woken = ::read(wake_.number(), &count, sizeof count);
      std::uint64_t asked = 0;
      {
        const std::lock_guard lock(mutex_);
        if (stopping_) return;
        asked = settle_asked_;
      }
      drain();
      const std::lock_guard lock(mutex_);
      settle_done_ = asked;
      settled_.notify_all();
    }
  }

  void drain() {
    alignas(inotify_event) char buffer[16384];
    while (true) {
      const ssize_t size = ::read(inotify_.number(), buffer, sizeof buffer);
      if (size <= 0) return;
      for (ssize_t at = 0; at < size;) {
        const auto* event = reinterpret_cast<const inotify_event*>(buffer + at);
        take(*event);
        at += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
      }
    }
  }

  void take(const inotify_event& event) {
    if ((event.mask & IN_Q_OVERFLOW) != 0) return note(root_);
    const auto folder = folders_.find(event.wd);
    if (folder == folders_.end()) return;
    if ((event.mask & IN_IGNORED) != 0) {
      folders_.erase(folder);
      return;
    }
    const std::string name = event.len > 0 ? event.name : "";
    if (is_ignored(name)) return;
    const std::string path = name.empty() ? folder->second : folder->second + "/" + name;
    const bool new_folder =
        (event.mask & IN_ISDIR) != 0 && (event.mask & (IN_CREATE | IN_MOVED_TO)) != 0;
    if (new_folder) {
      if (auto added = add_folder(path, true); !added) {
        log::warn("files", "a new folder is not watched",
                  {{"folder", path}, {"error", added.error().message}});
      }
    }
    note(path);
  }

  bool is_ignored(const std::string& name) const {
    return std::ranges::find(options_.ignored_names, name) != options_.ignored_names.end();
  }

  // What a new folder already holds was made before it was watched, so it counts as changed.
  Result<> add_folder(const std::string& path, bool note_content) {
    const int watch = ::inotify_add_watch(inotify_.number(), path.c_str(), kEvents);
    if (watch < 0) {
      if (path != root_ && (errno == ENOENT || errno == ENOTDIR)) return {};  // already gone again
      Error error = errno_error("watch", path, errno);
      if (errno == ENOSPC) error.hint = "raise fs.inotify.max_user_watches";
      return fail(std::move(error));
    }
    folders_[watch] = path;
    const auto entries = list_directory(path);
    if (!entries) return {};
    for (const Entry& entry : *entries) {
      if (is_ignored(entry.name)) continue;
      const std::string inner = path + "/" + entry.name;
      if (note_content) note(inner);
      if (entry.type == EntryType::Directory) TRY(add_folder(inner, note_content));
    }
    return {};
  }

  void note(const std::string& path) {
    const std::lock_guard lock(mutex_);
    const Duration now = clock_.monotonic();
    if (changed_.empty()) first_change_ = now;
    last_change_ = now;
    if (changed_.size() >= options_.paths_max) changed_ = {root_};
    if (!changed_.contains(root_)) changed_.insert(path);
    if (!is_waiting_ && !stopping_) {
      is_waiting_ = true;
      timer_ = clock_.call_after(options_.quiet, [this] { report(); });
    }
  }

  // On the timer: report if it has been quiet (or loud for too long), else wait for the rest.
  void report() {
    std::vector<std::string> changed;
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) return;
      const Duration now = clock_.monotonic();
      const Duration due =
          std::min(last_change_ + options_.quiet, first_change_ + options_.delay_max);
      if (now < due) {
        timer_ = clock_.call_after(due - now, [this] { report(); });
        return;
      }
      is_waiting_ = false;
      changed.assign(changed_.begin(), changed_.end());
      changed_.clear();
    }
    callback_(std::move(changed));
  }

  const std::string root_;
  Clock& clock_;
  const Callback callback_;
  const Options options_;
  Descriptor inotify_;
  Descriptor wake_;
  std::thread thread_;
  std::unordered_map<int, std::string> folders_;  // by watch; the thread's own once it runs

  std::mutex mutex_;  // guards everything below
  std::condition_variable settled_;
  std::uint64_t settle_asked_ = 0;
  std::uint64_t settle_done_ = 0;
  std::set<std::string> changed_;
  Duration first_change_{0};
  Duration last_change_{0};
  bool is_waiting_ = false;  // a timer will report
  Clock::TimerId timer_ = 0;
  bool stopping_ = false;
};

}  // namespace

Result<std::unique_ptr<FileWatcher>> FileWatcher::watch(const std::string& directory, Clock& clock,
                                                        Callback callback, Options options) {
  Descriptor inotify(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  if (!inotify.is_open()) return fail(errno_error("watch", directory, errno));
  Descriptor wake(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  if (!wake.is_open()) return fail(errno_error("watch", directory, errno));
  std::string root = TRY(resolve_inside(directory, "."));
  auto watcher =
      std::make_unique<InotifyWatcher>(std::move(root), clock, std::move(callback),
                                       std::move(options), std::move(inotify), std::move(wake));
  TRY(watcher->start());
  return std::unique_ptr<FileWatcher>(std::move(watcher));
}

}  // namespace gp::files
