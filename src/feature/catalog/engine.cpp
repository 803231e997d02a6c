#include "feature/catalog/engine.hpp"

#include <filesystem>

#include "adapter/files/glob.hpp"
#include "base/log.hpp"
#include "feature/catalog/errors.hpp"
#include "feature/catalog/targets.hpp"

namespace gp::catalog {
namespace {

constexpr std::size_t kRemoteLanes = 2;
constexpr auto kTick = std::chrono::seconds(5);

// Whether a change of `path` (a file, or a folder to look into) may change what `pattern` names.
bool concerns(std::string_view pattern, std::string_view path) {
  if (pattern == path || files::matches_glob(pattern, path)) return true;
  const auto glob = pattern.find_first_of("*?[{");
  const std::string_view fixed = pattern.substr(0, glob);
  // A folder above the target, or one that the glob looks into.
  if (fixed.starts_with(path) &&
      (fixed.size() == path.size() || fixed[path.size()] == '/' || path.ends_with('/'))) {
    return true;
  }
  const bool looks_like_folder = std::filesystem::path(path).extension().empty();
  return glob != std::string_view::npos && looks_like_folder && path.starts_with(fixed);
}

}  // namespace

Engine::Engine(EngineOptions options, Source& source, Port& port, Clock& clock, Random& random)
    : options_(std::move(options)),
      source_(source),
      port_(port),
      clock_(clock),
      random_(random),
      processor_(source, options_.rules),
      state_(random) {
  state_.set_remote_test(
      [this](const LocationRef& location) { return source_.is_remote(location); });
}

Engine::~Engine() {
  stop();
}

Result<> Engine::start() {
  const auto kept = TRY(port_.load_sources());
  {
    const std::lock_guard lock(mutex_);
    for (const LocationRef& location : options_.configured) {
      const std::string name = generated_name(location);
      sources_.push_back({name, location, name, false});
    }
    for (const SourceRecord& source : kept) {
      const auto same_id = [&](const SourceRecord& known) { return known.id == source.id; };
      if (source.is_registered && std::ranges::none_of(sources_, same_id)) {
        sources_.push_back(source);  // unless its controller was faster
      }
    }
  }
  // Configured locations that are no longer configured.
  for (const SourceRecord& source : kept) {
    const auto same = [&](const LocationRef& l) { return l == source.location; };
    if (source.is_registered || std::ranges::any_of(options_.configured, same)) continue;
    if (auto removed = port_.remove_source(source); !removed) {
      log::warn("catalog", "could not remove an old source", {{"error", removed.error().message}});
    }
  }
  if (!local_.submit([this] { begin(); })) return fail(unavailable("the catalog is stopping"));
  return {};
}

// Without what the store has, uids are still the store's own: only last good forms are missing.
void Engine::begin() {
  auto seeds = port_.load_entities();
  if (!seeds) {
    log::error("catalog", "could not read the stored entities", {{"error", seeds.error().message}});
  }
  {
    const std::lock_guard lock(mutex_);
    if (seeds) {
      for (auto& [ref, seed] : *seeds) state_.add_seed(std::move(ref), std::move(seed));
    }
    for (const SourceRecord& source : sources_) {
      state_.add_root(source.location, source.entity_name);
    }
    is_started_ = true;
    last_refresh_ = last_sweep_ = clock_.monotonic();
  }
  schedule();
  kick();
}

void Engine::stop() {
  Clock::TimerId timer = 0;
  {
    const std::lock_guard lock(mutex_);
    if (is_stopping_) return;
    is_stopping_ = true;
    timer = std::exchange(timer_, 0);
  }
  if (timer != 0) clock_.cancel(timer);
  local_.stop();
  remote_.stop();
  idle_.notify_all();
}

// --- work

// Starts what lanes have work and room. An empty start still settles once.
void Engine::kick() {
  const std::lock_guard lock(mutex_);
  if (!is_started_ || is_stopping_) return;
  needs_flush_ = true;
  if (running_lanes_[kLocal] == 0 && local_.submit([this] { run(kLocal); })) {
    ++running_lanes_[kLocal];
  }
  while (running_lanes_[kRemote] < kRemoteLanes && state_.has_work(true) &&
         remote_.submit([this] { run(kRemote); })) {
    if (++running_lanes_[kRemote] >= kRemoteLanes) break;
  }
}

void Engine::run(Lane lane) {
  while (true) {
    std::optional<Work> work;
    bool is_flush_due = false;
    {
      const std::lock_guard lock(mutex_);
      if (!is_stopping_) work = state_.take(lane == kRemote);
      if (!work) {
        --running_lanes_[lane];
        break;
      }
    }
    Outcome outcome = processor_.process(work->entity);
    bool has_remote_work = false;
    {
      const std::lock_guard lock(mutex_);
      state_.complete(*work, std::move(outcome));
      needs_flush_ = true;
      is_flush_due = ++since_flush_ >= options_.batch;
      has_remote_work = running_lanes_[kRemote] == 0 && state_.has_work(true);
    }
    if (is_flush_due) flush();
    if (has_remote_work) kick();
  }
  settle();
}

// Stitches, stores, serves.
void Engine::flush() {
  const std::lock_guard one_at_a_time(flush_mutex_);
  std::vector<Change> changes = std::move(unwritten_);
  unwritten_.clear();
  {
    const std::lock_guard lock(mutex_);
    since_flush_ = 0;
    needs_flush_ = false;
    auto stitched = state_.stitch();
    std::ranges::move(stitched, std::back_inserter(changes));
  }
  if (changes.empty()) return;
  std::vector<Port::Refused> refused;
  unwritten_ = port_.apply(changes, refused);
  for (const auto& [ref, error] : refused) {
    log::warn("catalog", "an entity is served but not stored",
              {{"entity", ref}, {"error", error.message}});
  }
  {
    const std::lock_guard lock(mutex_);
    for (const Change& change : changes) {
      if (!change.entity.is_null()) state_.set_uid(change.id, change.uid);
    }
  }
  serving_.apply(changes);
}

// Called when a lane has run dry: the last one completes the picture.
void Engine::settle() {
  for (bool is_settling = false;;) {
    bool is_first = false;
    {
      const std::lock_guard lock(mutex_);
      if (std::exchange(is_settling, false)) --settling_;
      if (is_stopping_ || running_lanes_[kLocal] + running_lanes_[kRemote] > 0) return;
      if (state_.has_work(false) || state_.has_work(true)) break;
      if (!needs_flush_) {
        idle_.notify_all();
        return;
      }
      is_first = !has_settled_;
      is_settling = true;
      ++settling_;
    }
    flush();
    if (is_first) {
      // What the store has and nothing brings any more goes; what moved meanwhile is asked again.
      std::vector<Change> dropped;
      {
        const std::lock_guard lock(mutex_);
        dropped = state_.drop_seeds();
        has_settled_ = !state_.has_work(false) && !state_.has_work(true);
      }
      std::vector<Port::Refused> refused;
      port_.apply(dropped, refused);
    }
    report();
  }
  kick();
}

// --- time

void Engine::schedule() {
  const std::lock_guard lock(mutex_);
  if (is_stopping_) return;
  timer_ = clock_.call_after(kTick, [this] { (void)local_.submit([this] { tick(); }); });
}

void Engine::tick() {
  bool has_news = false;
  {
    const std::lock_guard lock(mutex_);
    const Duration now = clock_.monotonic();
    if (now - last_refresh_ >= options_.processing_interval) {
      last_refresh_ = now;
      state_.refresh_reading([this](const LocationRef& read) { return source_.is_remote(read); });
      has_news = state_.has_work(true);
    }
    if (now - last_sweep_ >= options_.orphan_interval) {
      last_sweep_ = now;
      has_news |= state_.sweep_orphans() > 0;
    }
  }
  {
    const std::lock_guard one_at_a_time(flush_mutex_);
    has_news |= !unwritten_.empty();
  }
  schedule();
  if (has_news) kick();
}

// --- what others ask for

bool Engine::refresh(std::string_view ref) {
  {
    const std::lock_guard lock(mutex_);
    if (!state_.refresh(ref)) return false;
  }
  kick();
  return true;
}

void Engine::remove(const Uuid& uid) {
  const std::string ref = serving_.read([&](const SearchIndex& index) {
    const auto slot = index.find_uid(uid);
    return slot ? std::string(index.ref(*slot)) : std::string();
  });
  if (ref.empty()) return;
  {
    const std::lock_guard lock(mutex_);
    if (const auto id = state_.find(ref)) state_.remove(*id);
  }
  flush();
  kick();
}

void Engine::files_changed(const std::vector<std::string>& paths) {
  {
    const std::lock_guard lock(mutex_);
    state_.refresh_reading([&](const LocationRef& read) {
      const std::string local = source_.local_path(read);
      return !local.empty() && std::ranges::any_of(paths, [&](const std::string& path) {
        return concerns(local, path);
      });
    });
  }
  kick();
}

std::vector<Ancestor> Engine::ancestry(std::string_view ref) const {
  const std::lock_guard lock(mutex_);
  std::vector<Ancestor> found;
  const auto start = state_.find(ref);
  if (!start) return found;
  std::vector<RefId> seen{*start};
  for (std::size_t i = 0; i < seen.size(); ++i) {
    Ancestor ancestor{state_.final_entity(seen[i]), {}};
    if (ancestor.entity.is_null()) continue;
    for (const RefId parent : state_.parents(seen[i])) {
      ancestor.parents.emplace_back(state_.ref(parent));
      if (std::ranges::find(seen, parent) == seen.end()) seen.push_back(parent);
    }
    found.push_back(std::move(ancestor));
  }
  return found;
}

bool Engine::wait_idle(Duration real_timeout) {
  std::unique_lock lock(mutex_);
  return idle_.wait_for(lock, real_timeout, [&] {
    return !needs_flush_ && !state_.has_work(false) && !state_.has_work(true) &&
           running_lanes_[kLocal] + running_lanes_[kRemote] == 0 && has_settled_ && settling_ == 0;
  });
}

}  // namespace gp::catalog
