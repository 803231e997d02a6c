#include "platform/api/watch_stream.hpp"

#include <atomic>
#include <mutex>

#include "platform/api/status.hpp"

namespace gp::api {
namespace {

constexpr std::size_t kObjectsAtOnce = 128;
constexpr auto kBookmarkEvery = std::chrono::minutes(1);
constexpr std::uint64_t kDefaultSeconds = 1800;  // 30 to 60 minutes, so that clients spread out

Duration default_timeout(Random& random) {
  return std::chrono::seconds(kDefaultSeconds + random.below(kDefaultSeconds));
}

}  // namespace

struct WatchStream::Signals {
  std::atomic<bool> is_over{false};
  std::atomic<bool> is_bookmark_due{false};
  std::mutex mutex;  // guards the field below
  std::function<void()> wake;

  void raise(std::atomic<bool>& flag) {
    flag = true;
    std::function<void()> call;
    {
      const std::lock_guard lock(mutex);
      call = wake;
    }
    if (call) call();
  }
};

Result<WatchStart> start_watch(const Verbs& verbs, const Target& target, const WatchQuery& query) {
  WatchStart start;
  store::WatchOptions options;
  options.labels = query.labels;
  options.fields = query.fields;
  options.after = query.after;
  start.revision = query.after;
  if (query.starts_with_state) {
    if (query.after > verbs.store().revision()) {
      return fail(status::too_large_resource_version(query.after, verbs.store().revision()));
    }
    store::ListOptions list;
    list.labels = query.labels;
    list.fields = query.fields;
    store::Listed listed = TRY(verbs.list(target, std::move(list)));
    start.state = std::move(listed.objects);
    start.revision = listed.revision;
    options.after = listed.revision;
  }
  start.watcher = TRY(verbs.watch(target, std::move(options)));
  return start;
}

WatchStream::WatchStream(WatchStart start, const WatchQuery& query, EventWriter writer,
                         Clock& clock, Random& random)
    : state_(std::move(start.state)),
      watcher_(std::move(start.watcher)),
      revision_(start.revision),
      writer_(std::move(writer)),
      clock_(clock),
      wants_bookmarks_(query.wants_bookmarks),
      marks_end_of_state_(query.marks_end_of_state),
      signals_(std::make_shared<Signals>()) {
  const Duration timeout =
      query.timeout > Duration::zero() ? query.timeout : default_timeout(random);
  end_timer_ =
      clock_.call_after(timeout, [signals = signals_] { signals->raise(signals->is_over); });
  if (wants_bookmarks_) arm_bookmark();
}

WatchStream::~WatchStream() {
  clock_.cancel(end_timer_);
  if (bookmark_timer_ != 0) clock_.cancel(bookmark_timer_);
}

void WatchStream::on_ready(std::function<void()> wake) {
  {
    const std::lock_guard lock(signals_->mutex);
    signals_->wake = wake;
  }
  watcher_->on_ready(std::move(wake));
}

void WatchStream::arm_bookmark() {
  bookmark_timer_ = clock_.call_after(
      kBookmarkEvery, [signals = signals_] { signals->raise(signals->is_bookmark_due); });
}

bool WatchStream::append_state(std::vector<net::Piece>& out) {
  if (state_sent_ < state_.size()) {
    const std::size_t count = std::min(kObjectsAtOnce, state_.size() - state_sent_);
    writer_.append_state(out, std::span(state_).subspan(state_sent_, count));
    state_sent_ += count;
    if (state_sent_ == state_.size()) {  // the objects may go as soon as they are sent
      state_ = {};
      state_sent_ = 0;
    }
    return true;
  }
  if (!marks_end_of_state_) return false;
  marks_end_of_state_ = false;
  writer_.append_bookmark(out, revision_, true);
  return true;
}

net::Stream::Next WatchStream::append_error(std::vector<net::Piece>& out, const Error& error) {
  const bool is_expired = error.code == Code::Gone && error.details["kind"].text() != "Status";
  EventWriter::append_error(
      out, is_expired
               ? status::expired(fmt::format("too old resource version: {}", watcher_->position()))
               : error);
  is_finished_ = true;
  return Next::Data;
}

net::Stream::Next WatchStream::pull(std::vector<net::Piece>& out, std::size_t) {
  if (is_finished_) return Next::End;
  if (append_state(out)) return Next::Data;

  std::vector<store::Event> events;
  const auto polled = watcher_->poll(events, kObjectsAtOnce);
  if (!polled) return append_error(out, polled.error());
  if (!events.empty()) {
    writer_.append(out, std::move(events));
    return Next::Data;
  }
  if (signals_->is_over) return Next::End;
  if (signals_->is_bookmark_due.exchange(false)) {
    writer_.append_bookmark(out, watcher_->position(), false);
    arm_bookmark();
    return Next::Data;
  }
  return Next::Wait;
}

}  // namespace gp::api
