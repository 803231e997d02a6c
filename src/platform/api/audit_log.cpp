#include "platform/api/audit_log.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>

#include "adapter/files/rotating_file.hpp"
#include "base/log.hpp"

namespace gp::api {

struct AuditLog::Impl {
  Impl(audit::Policy the_policy, AuditOptions the_options, files::RotatingFile the_file,
       Clock& the_clock)
      : policy(std::move(the_policy)),
        options(std::move(the_options)),
        file(std::move(the_file)),
        clock(the_clock) {}

  void run() {
    std::unique_lock lock(mutex);
    while (true) {
      wake.wait(lock, [&] { return is_stopping || !queue.empty(); });
      if (queue.empty()) return;
      const std::string batch = std::exchange(queue, {});
      lock.unlock();
      write_lines(batch);
      lock.lock();
      written += batch.size();
      done.notify_all();
    }
  }

  // Line by line, so that files are put aside between lines.
  void write_lines(std::string_view batch) {
    while (!batch.empty()) {
      const std::size_t end = batch.find('\n') + 1;
      const auto appended = file.append(batch.substr(0, end), clock.now());
      batch.remove_prefix(end);
      if (appended) continue;
      if (dropped++ == 0) {
        log::warn("audit", "an event could not be written", {{"error", appended.error().message}});
      }
    }
  }

  const audit::Policy policy;
  const AuditOptions options;
  files::RotatingFile file;  // the thread's alone
  Clock& clock;
  std::atomic<std::uint64_t> events = 0, dropped = 0;
  std::mutex mutex;  // guards the fields below
  std::condition_variable wake, done;
  std::string queue;
  std::uint64_t accepted = 0, written = 0;  // bytes
  bool is_stopping = false;
  std::thread thread;
};

Result<std::unique_ptr<AuditLog>> AuditLog::open(audit::Policy policy, AuditOptions options,
                                                 Clock& clock) {
  auto file = TRY(files::RotatingFile::open(
      {.path = options.path, .bytes_max = options.bytes_max, .backups_max = options.backups_max}));
  auto impl = std::make_unique<Impl>(std::move(policy), std::move(options), std::move(file), clock);
  return std::unique_ptr<AuditLog>(new AuditLog(std::move(impl)));
}

AuditLog::AuditLog(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {
  impl_->thread = std::thread([&me = *impl_] { me.run(); });
}

AuditLog::~AuditLog() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->is_stopping = true;
  }
  impl_->wake.notify_one();
  impl_->thread.join();
}

const audit::Policy& AuditLog::policy() const {
  return impl_->policy;
}

Clock& AuditLog::clock() const {
  return impl_->clock;
}

void AuditLog::write(std::string line) {
  line += '\n';
  ++impl_->events;
  bool is_first = false;
  {
    const std::lock_guard lock(impl_->mutex);
    if (impl_->queue.size() + line.size() <= impl_->options.queue_bytes_max) {
      is_first = impl_->queue.empty();
      impl_->queue += line;
      impl_->accepted += line.size();
      line.clear();
    }
  }
  if (is_first) impl_->wake.notify_one();
  if (!line.empty() && impl_->dropped++ == 0) {
    log::warn("audit", "the disk is slower than the requests, events are dropped",
              {{"file", impl_->options.path}});
  }
}

void AuditLog::flush() {
  std::unique_lock lock(impl_->mutex);
  const std::uint64_t wanted = impl_->accepted;
  impl_->done.wait(lock, [&] { return impl_->written >= wanted; });
}

std::uint64_t AuditLog::events() const {
  return impl_->events;
}

std::uint64_t AuditLog::dropped() const {
  return impl_->dropped;
}

}  // namespace gp::api
