#include "platform/cluster/informer.hpp"

#include "base/log.hpp"

namespace gp::cluster {

namespace {

constexpr Duration kCallTimeout = std::chrono::seconds(60);

Event added(const ObjectRef& object) {
  return {Event::Type::Added, object, {}, object->revision()};
}

Event gone_at(const ObjectRef& last, Revision revision) {
  return {Event::Type::Deleted, object::Object::with_revision(*last, revision), last, revision};
}

}  // namespace

// --- reading -------------------------------------------------------------------------------------

ObjectRef Informer::get(std::string_view ns, std::string_view name) const {
  const std::shared_lock lock(mutex_);
  const auto found = index_.find(Name{ns, name});
  return found == index_.end() ? ObjectRef() : *found;
}

std::vector<ObjectRef> Informer::list(std::string_view ns) const {
  const std::shared_lock lock(mutex_);
  std::vector<ObjectRef> objects;
  if (ns.empty()) objects.reserve(index_.size());
  for (const ObjectRef& object : index_) {
    if (ns.empty() || object->ns() == ns) objects.push_back(object);
  }
  return objects;
}

std::size_t Informer::size() const {
  const std::shared_lock lock(mutex_);
  return index_.size();
}

bool Informer::has_synced() const {
  const std::shared_lock lock(mutex_);
  return has_synced_;
}

InformerStats Informer::stats() const {
  const std::shared_lock lock(mutex_);
  return {resource_, index_.size(), position_, lists_, watches_, events_, error_};
}

// --- starting and stopping -----------------------------------------------------------------------

Informers::Informers(Cluster& cluster, Clock& clock, Random& random, Options options)
    : cluster_(cluster), clock_(clock), random_(random), options_(options) {}

Informers::~Informers() {
  stop();
}

Informer& Informers::of(std::string_view resource) {
  const std::lock_guard lock(mutex_);
  for (const auto& informer : informers_) {
    if (informer->resource_ == resource) return *informer;
  }
  Informer& informer = *informers_.emplace_back(std::make_unique<Informer>());
  informer.resource_ = resource;
  if (is_started_) wakeup_->mark(&informer);
  return informer;
}

void Informers::add_handler(std::string_view resource, Handler handler,
                            std::function<void()> resync) {
  Informer& informer = of(resource);
  {
    const std::unique_lock lock(informer.mutex_);
    informer.new_listeners_.push_back({std::move(handler), std::move(resync)});
  }
  const std::lock_guard lock(mutex_);
  if (is_started_) wakeup_->mark(&informer);
}

void Informers::start() {
  {
    const std::lock_guard lock(mutex_);
    if (is_started_) return;
    is_started_ = true;
    thread_ = std::thread([this] { run(); });
  }
  mark_all();
}

void Informers::stop() {
  stop_.request_stop();
  {
    const std::lock_guard lock(wakeup_->mutex);
    wakeup_->is_stopping = true;
    wakeup_->cv.notify_all();
  }
  if (thread_.joinable()) thread_.join();

  const std::lock_guard lock(mutex_);
  stepped_.notify_all();
  for (const auto& informer : informers_) {
    if (informer->timer_ != 0) clock_.cancel(std::exchange(informer->timer_, 0));
    informer->watcher_.reset();
  }
}

void Informers::mark_all() {
  const std::lock_guard lock(mutex_);
  for (const auto& informer : informers_) wakeup_->mark(informer.get());
}

void Informers::Wakeup::mark(Informer* informer) {
  const std::lock_guard lock(mutex);
  if (std::ranges::find(ready, informer) != ready.end()) return;
  ready.push_back(informer);
  cv.notify_one();
}

// --- the pump ------------------------------------------------------------------------------------

void Informers::run() {
  while (true) {
    std::vector<Informer*> ready;
    {
      std::unique_lock lock(wakeup_->mutex);
      wakeup_->cv.wait(lock, [this] { return wakeup_->is_stopping || !wakeup_->ready.empty(); });
      if (wakeup_->is_stopping) return;
      ready.swap(wakeup_->ready);
    }
    for (Informer* informer : ready) step(*informer);

    const std::lock_guard lock(mutex_);
    stepped_.notify_all();
  }
}

void Informers::step(Informer& informer) {
  greet(informer);
  if (informer.is_waiting_) {
    if (!informer.retry_due_->exchange(false)) return;
    informer.is_waiting_ = false;
  }

  const auto outcome = [&]() -> Result<bool> {
    if (!informer.watcher_) TRY(open(informer));
    return poll(informer);
  }();

  {
    const std::unique_lock lock(informer.mutex_);
    informer.has_tried_ = true;
    informer.error_ = outcome ? "" : outcome.error().message;
  }
  if (!outcome) return back_off(informer, outcome.error());
  informer.failures_ = 0;
  if (*outcome) wakeup_->mark(&informer);
}

// Adopts handlers that came since the last step, and tells them of what is there.
void Informers::greet(Informer& informer) {
  std::vector<Informer::Listener> arrived;
  bool has_synced = false;
  {
    const std::unique_lock lock(informer.mutex_);
    arrived.swap(informer.new_listeners_);
    has_synced = informer.has_synced_;
  }
  for (Informer::Listener& listener : arrived) {
    if (has_synced && listener.resync) listener.resync();
    if (has_synced) {
      for (const ObjectRef& object : informer.list()) listener.handler(added(object));
    }
    informer.listeners_.push_back(std::move(listener));
  }
}

Result<> Informers::open(Informer& informer) {
  // A watch after 0 means "from now on": what came since the empty list would be missed.
  if (informer.needs_list_ || informer.position_ == 0) return relist(informer);
  return open_watch(informer, informer.position_);
}

Result<> Informers::open_watch(Informer& informer, Revision after) {
  WatchOptions options;
  options.resource = informer.resource_;
  options.after = after;
  informer.watcher_ =
      TRY(cluster_.watch(Context(clock_, kCallTimeout, stop_.get_token()), options));
  informer.watcher_->on_ready([wakeup = wakeup_, &informer] { wakeup->mark(&informer); });
  const std::unique_lock lock(informer.mutex_);
  ++informer.watches_;
  return {};
}

Result<> Informers::relist(Informer& informer) {
  if (informer.resource_
          .empty()) {  // the stream: watch first, then whoever listens looks at everything
    TRY(open_watch(informer, 0));
    {
      const std::unique_lock lock(informer.mutex_);
      informer.position_ = informer.watcher_->position();
      informer.has_synced_ = true;
      informer.needs_list_ = false;
    }
    for (const auto& listener : informer.listeners_) {
      if (listener.resync) listener.resync();
    }
    return {};
  }

  ListOptions options;
  options.resource = informer.resource_;
  Listed listed = TRY(cluster_.list(Context(clock_, kCallTimeout, stop_.get_token()), options));
  if (listed.revision == 0) {
    // An empty cluster. A watch after 0 means "from now on", so it must be open before the list
    // that counts.
    TRY(open_watch(informer, 0));
    listed = TRY(cluster_.list(Context(clock_, kCallTimeout, stop_.get_token()), options));
  }
  absorb(informer, std::move(listed));
  informer.needs_list_ = false;
  if (informer.watcher_) return {};
  return open_watch(informer, informer.position_);
}

// Makes the copy equal to a list, and tells the difference.
void Informers::absorb(Informer& informer, Listed listed) {
  Informer::Index index(listed.objects.begin(), listed.objects.end());
  std::vector<Event> changes;
  for (const ObjectRef& before : informer.index_) {
    const auto now = index.find(before);
    if (now != index.end() && (*now)->uid() == before->uid()) continue;
    // Deleted; if it was made anew meanwhile, before that.
    changes.push_back(
        gone_at(before, now == index.end() ? listed.revision : (*now)->revision() - 1));
  }
  for (const ObjectRef& object : listed.objects) {
    const auto before = informer.index_.find(object);
    if (before == informer.index_.end() || (*before)->uid() != object->uid()) {
      changes.push_back(added(object));
    } else if ((*before)->revision() != object->revision()) {
      changes.push_back({Event::Type::Modified, object, *before, object->revision()});
    }
  }
  {
    const std::unique_lock lock(informer.mutex_);
    informer.index_ = std::move(index);
    ++informer.lists_;
  }
  for (const Event& change : changes) tell(informer, change);

  const std::unique_lock lock(informer.mutex_);
  informer.position_ = listed.revision;
  informer.has_synced_ = true;
  informer.error_.clear();
}

// True when there may be more.
Result<bool> Informers::poll(Informer& informer) {
  std::vector<Event> events;
  const Result<> polled = informer.watcher_->poll(events, options_.batch_events_max);
  for (Event& event : events) apply(informer, std::move(event));
  TRY(Result<>(polled));

  const std::unique_lock lock(informer.mutex_);
  informer.position_ = std::max(informer.position_, informer.watcher_->position());
  return events.size() >= options_.batch_events_max;
}

void Informers::apply(Informer& informer, Event event) {
  // The list has shown it already. Kinds watched together come in no common order.
  if (!informer.resource_.empty() && event.revision <= informer.position_) return;
  if (event.type != Event::Type::Bookmark) {
    if (!informer.resource_.empty()) {
      const std::unique_lock lock(informer.mutex_);
      const auto known = informer.index_.find(event.object);
      if (known != informer.index_.end()) {
        if (!event.previous) event.previous = *known;  // remote servers do not say
        informer.index_.erase(known);
      }
      if (event.type != Event::Type::Deleted) informer.index_.insert(event.object);
    }
    tell(informer, event);
  }
  const std::unique_lock lock(informer.mutex_);
  informer.position_ = std::max(informer.position_, event.revision);
}

void Informers::tell(Informer& informer, const Event& event) {
  {
    const std::unique_lock lock(informer.mutex_);
    ++informer.events_;
  }
  for (const auto& listener : informer.listeners_) {
    if (listener.handler) listener.handler(event);
  }
}

void Informers::back_off(Informer& informer, const Error& error) {
  informer.watcher_.reset();
  if (error.code == Code::Gone) informer.needs_list_ = true;
  log::debug("informer", "will try again",
             {{"resource", informer.resource_}, {"error", error.message}});

  Duration wait = options_.backoff_min;
  for (std::uint32_t i = 0; i < informer.failures_ && wait < options_.backoff_max; ++i) wait *= 2;
  wait = std::min(wait, options_.backoff_max);
  wait -= wait * static_cast<std::int64_t>(random_.below(11)) / 100;
  if (error.code == Code::Gone && informer.failures_ == 0) wait = Duration::zero();
  ++informer.failures_;

  informer.is_waiting_ = true;
  if (wait == Duration::zero()) {
    informer.retry_due_->store(true);
    wakeup_->mark(&informer);
    return;
  }
  informer.timer_ =
      clock_.call_after(wait, [wakeup = wakeup_, due = informer.retry_due_, &informer] {
        due->store(true);
        wakeup->mark(&informer);
      });
}

// --- waiting, for start-up and tests
// ---------------------------------------------------------------

bool Informers::wait_for_all(Duration real_timeout,
                             const std::function<bool(const Informer&)>& is_there) {
  mark_all();  // a quiet watch is asked for its position
  std::unique_lock lock(mutex_);
  return stepped_.wait_for(lock, real_timeout, [&] {
    return std::ranges::all_of(informers_, [&](const auto& informer) {
      const std::shared_lock reading(informer->mutex_);
      return is_there(*informer);
    });
  });
}

bool Informers::wait_tried(Duration real_timeout) {
  return wait_for_all(real_timeout, [](const Informer& informer) { return informer.has_tried_; });
}

bool Informers::wait_position(Revision revision, Duration real_timeout) {
  return wait_for_all(real_timeout, [revision](const Informer& informer) {
    const bool is_out = informer.has_tried_ && !informer.has_synced_;
    return is_out || informer.position_ >= revision;
  });
}

std::vector<InformerStats> Informers::stats() const {
  const std::lock_guard lock(mutex_);
  std::vector<InformerStats> all;
  for (const auto& informer : informers_) all.push_back(informer->stats());
  return all;
}

}  // namespace gp::cluster
