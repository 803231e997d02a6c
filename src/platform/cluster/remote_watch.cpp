#include "platform/cluster/remote_watch.hpp"

#include <charconv>

#include "base/encoding.hpp"
#include "base/json.hpp"

namespace gp::cluster {
namespace {

constexpr std::size_t kWaitingBytesMax = 4U << 20U;
constexpr std::size_t kLineBytesMax = 16U << 20U;
constexpr std::size_t kRefusalBytesMax = 64U << 10U;

std::string watch_path(const RemoteKind& kind, const WatchOptions& options, Revision after,
                       Duration time) {
  std::string path = kind.path(options.ns);
  path += fmt::format("?watch=true&allowWatchBookmarks=true&resourceVersion={}&timeoutSeconds={}",
                      after, std::chrono::duration_cast<std::chrono::seconds>(time).count());
  if (!options.labels.empty())
    path += "&labelSelector=" + percent_encode(options.labels.to_string());
  if (!options.fields.empty())
    path += "&fieldSelector=" + percent_encode(options.fields.to_string());
  return path;
}

std::optional<Event::Type> type_of(std::string_view text) {
  if (text == "ADDED") return Event::Type::Added;
  if (text == "MODIFIED") return Event::Type::Modified;
  if (text == "DELETED") return Event::Type::Deleted;
  if (text == "BOOKMARK") return Event::Type::Bookmark;
  return std::nullopt;
}

Result<Revision> revision_of(const Value& document) {
  const std::string_view text = document["metadata"]["resourceVersion"].text();
  Revision revision = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), revision);
  if (problem != std::errc() || end != text.data() + text.size() || text.empty())
    return fail(data_loss("the server sent an object whose resourceVersion is not a number"));
  return revision;
}

}  // namespace

Result<ObjectRef> remote_object(std::string_view resource, const Value& document) {
  const Revision revision = TRY(revision_of(document));
  auto draft = object::Draft::make(resource, document, {});
  if (!draft) return fail(std::move(draft).error());
  return object::Object::make(*draft, revision);
}

// Filled on the network's thread, emptied by the one that polls.
class RemoteWatcher::Inbox final : public http::Receiver {
 public:
  void on_head(const http::ClientResponse& head) override {
    change([&] { head_ = head; });
  }

  Flow on_data(std::string_view bytes) override {
    Flow flow = Flow::Continue;
    change([&] { flow = append(bytes); });
    return flow;
  }

  void on_end(Result<> outcome) override {
    change([&] {
      is_ended_ = true;
      if (!outcome) end_ = std::move(outcome).error();
    });
  }

  // The answer's head, or why there is none. With a refusal its body is complete.
  Result<http::ClientResponse> wait_head(const Context& context) {
    bool is_stopped = false;
    const std::stop_callback on_stop(context.stop(), [&] { change([&] { is_stopped = true; }); });
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return is_stopped || is_ended_ || (head_ && head_->status == 200); });
    if (is_stopped) return fail(cancelled("stopped while waiting"));
    if (!head_ && end_) return fail(Error(*end_));
    if (!head_) return fail(unavailable("the connection ended before an answer"));
    http::ClientResponse answer = *head_;
    answer.body = refusal_;
    return answer;
  }

  // The time for the head is over.
  void give_up() {
    change([&] {
      if (head_ && head_->status == 200) return;
      is_ended_ = true;
      end_ = unavailable("the server did not answer a watch in time");
    });
  }

  void on_ready(std::function<void()> wake) {
    const std::lock_guard lock(mutex_);
    wake_ = std::move(wake);
  }

  struct Batch {
    std::deque<std::string> lines;
    bool was_full = false;
    bool is_last = false;
    std::optional<Error> end;
  };
  Batch take(std::size_t max) {
    const std::lock_guard lock(mutex_);
    Batch batch;
    for (; !lines_.empty() && batch.lines.size() < max; lines_.pop_front()) {
      waiting_bytes_ -= lines_.front().size();
      batch.lines.push_back(std::move(lines_.front()));
    }
    if (is_full_ && waiting_bytes_ < kWaitingBytesMax / 2)
      batch.was_full = std::exchange(is_full_, false);
    batch.is_last = is_ended_ && lines_.empty();
    if (batch.is_last) batch.end = end_;
    return batch;
  }

 private:
  template <typename Change>
  void change(Change apply) {
    std::function<void()> wake;
    {
      const std::lock_guard lock(mutex_);
      apply();
      changed_.notify_all();
      wake = wake_;
    }
    if (wake) wake();
  }

  Flow append(std::string_view bytes) {
    if (head_ && head_->status != 200) {
      if (refusal_.size() + bytes.size() <= kRefusalBytesMax) refusal_.append(bytes);
      return Flow::Continue;
    }
    if (waiting_bytes_ > kWaitingBytesMax) {
      is_full_ = true;
      return Flow::Pause;
    }
    while (!bytes.empty()) {
      const std::size_t end = bytes.find('\n');
      partial_.append(bytes.substr(0, end));
      if (partial_.size() > kLineBytesMax) {
        end_ = too_large("the server sent an event above {} bytes", kLineBytesMax);
        return Flow::Stop;
      }
      if (end == std::string_view::npos) break;
      bytes.remove_prefix(end + 1);
      waiting_bytes_ += partial_.size();
      if (!partial_.empty()) lines_.push_back(std::exchange(partial_, {}));
    }
    return Flow::Continue;
  }

  std::mutex mutex_;  // guards the fields below
  std::condition_variable changed_;
  std::optional<http::ClientResponse> head_;
  std::string refusal_;
  std::string partial_;  // of a line
  std::deque<std::string> lines_;
  std::size_t waiting_bytes_ = 0;
  bool is_full_ = false;
  bool is_ended_ = false;
  std::optional<Error> end_;
  std::function<void()> wake_;
};

RemoteWatcher::RemoteWatcher(std::string resource, Revision after, std::shared_ptr<Inbox> inbox)
    : resource_(std::move(resource)), position_(after), inbox_(std::move(inbox)) {}

RemoteWatcher::~RemoteWatcher() {
  inbox_->on_ready({});
}

Result<std::unique_ptr<RemoteWatcher>> RemoteWatcher::open(Session& session, const Context& context,
                                                           const RemoteKind& kind,
                                                           const WatchOptions& options,
                                                           Revision after) {
  const Duration time = session.options().watch_for;
  ApiCall call;
  call.path = watch_path(kind, options, after, time);
  http::ClientRequest request = TRY(session.prepare(context, call));
  request.timeout = time + std::chrono::seconds(30);  // the server's time-out comes first
  const http::ClientRequest sent = request;

  auto inbox = std::make_shared<Inbox>();
  std::unique_ptr<RemoteWatcher> watcher(new RemoteWatcher(options.resource, after, inbox));
  watcher->transfer_ = TRY(session.network().start(std::move(request), inbox));

  // In real time, as the network is.
  const auto timer = system_clock().call_after(session.options().watch_head_timeout,
                                               [inbox] { inbox->give_up(); });
  auto head = inbox->wait_head(context);
  system_clock().cancel(timer);
  if (!head) {
    return fail(
        std::move(head.error()).with_context(fmt::format("cluster \"{}\"", session.name())));
  }
  if (head->status == 200) return watcher;
  if (head->status == 401) session.refused(sent);
  return fail(error_of_answer(*head));
}

void RemoteWatcher::on_ready(std::function<void()> wake) {
  inbox_->on_ready(wake);
  wake();  // what came before may wait already
}

Result<> RemoteWatcher::poll(std::vector<Event>& out, std::size_t max) {
  const Inbox::Batch batch = inbox_->take(max);
  if (batch.was_full) transfer_->resume();
  for (const std::string& line : batch.lines) TRY(take(line, out));
  if (!batch.is_last) return {};
  if (batch.end) return fail(Error(*batch.end));
  return fail(unavailable("the server has ended the watch, it is resumed"));
}

Result<> RemoteWatcher::take(std::string_view line, std::vector<Event>& out) {
  const auto parsed = parse_json(line);
  if (!parsed) return fail(unavailable("the server sent an event that is not JSON"));
  const Value& object = (*parsed)["object"];
  const std::string_view text = (*parsed)["type"].text();
  if (text == "ERROR") return fail(error_of_status(object, 500));
  const std::optional<Event::Type> type = type_of(text);
  if (!type) return {};  // of a newer protocol

  Event event;
  event.type = *type;
  event.revision = TRY(revision_of(object));
  if (*type != Event::Type::Bookmark) {
    event.object = TRY(remote_object(resource_, object));
    if (*type == Event::Type::Deleted) event.previous = event.object;
  }
  position_ = std::max<Revision>(position_, event.revision);
  out.push_back(std::move(event));
  return {};
}

}  // namespace gp::cluster
