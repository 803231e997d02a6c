#include "platform/store/list.hpp"

#include <shared_mutex>

namespace gp::store {
namespace {

// An object as it was at the revision; null where the newest one was not there yet.
struct Past {
  ObjectRef key;  // any version, for its place
  ObjectRef object;
  Place place() const { return Place::of(*key); }
};

// What a list reads, taken under the lock and read without it.
struct View {
  std::optional<Ordered::Snapshot> newest;  // nothing when the resource never had an object
  std::vector<Past> past;                   // differences of the revision from the newest, in order
  std::optional<std::vector<ObjectRef>> candidates;  // instead of all
  Revision revision = 0;
};

// Undoes what happened behind the revision, newest first; the oldest change tells the state.
std::vector<Past> undo(const Memory& memory, const Table& table, Revision revision) {
  const Chain& chain = table.chain;
  const auto first =
      static_cast<std::size_t>(memory.history.ordinal_behind(chain, revision) - chain.trimmed);
  std::vector<Past> past;
  past.reserve(chain.numbers.size() - first);
  for (std::size_t i = first; i < chain.numbers.size(); ++i) {
    const Record& record = memory.history[chain.numbers[i]];
    past.push_back({record.object, record.previous});
  }
  return past;
}

void keep_oldest_of_each(std::vector<Past>& past) {
  std::ranges::sort(past, [](const Past& a, const Past& b) {
    const auto order = a.place() <=> b.place();
    return order != 0 ? order < 0 : a.key->revision() < b.key->revision();
  });
  const auto same_place = [](const Past& a, const Past& b) { return a.place() == b.place(); };
  past.erase(std::unique(past.begin(), past.end(), same_place), past.end());
}

Result<View> take_view(const Memory& memory, const ListOptions& options) {
  View view;
  {
    const std::shared_lock lock(memory.lock);
    view.revision = options.at == 0 ? memory.revision : options.at;
    if (view.revision > memory.revision) {
      return fail(invalid_argument("revision {} is in the future, the newest is {}", options.at,
                                   memory.revision));
    }
    const Table* table = memory.index.table(options.resource);
    const Revision oldest =
        table != nullptr ? memory.history.oldest(table->chain) : memory.history.oldest();
    // The newest state is always known.
    if (view.revision < oldest && view.revision != memory.revision) {
      return fail(gone("revision {} is no longer retained, the oldest is {}", options.at, oldest)
                      .with_hint("list again from the beginning"));
    }
    if (table == nullptr) return view;
    if (view.revision != memory.revision) view.past = undo(memory, *table, view.revision);
    if (view.past.empty()) view.candidates = memory.index.candidates(*table, options.labels);
    if (!view.candidates) view.newest = table->objects.snapshot();
  }
  keep_oldest_of_each(view.past);
  return view;
}

// Walks the objects of a view in order: the newest ones, except where the past differs.
class Walk {
 public:
  Walk(const View& view, Place from, bool is_behind)
      : cursor_(is_behind ? view.newest->behind(from) : view.newest->from(from)), past_(view.past) {
    while (!past_.empty() &&
           (past_.front().place() < from || (is_behind && past_.front().place() == from))) {
      past_ = past_.subspan(1);
    }
  }

  // The next object, or null at the end.
  ObjectRef next() {
    while (true) {
      if (past_.empty()) {
        if (cursor_.at_end()) return {};
        return step();
      }
      const Place past = past_.front().place();
      if (!cursor_.at_end() && Place::of(**cursor_) < past) return step();
      if (!cursor_.at_end() && Place::of(**cursor_) == past) cursor_.next();
      ObjectRef object = past_.front().object;
      past_ = past_.subspan(1);
      if (object) return object;
    }
  }

 private:
  ObjectRef step() {
    ObjectRef object = *cursor_;
    cursor_.next();
    return object;
  }

  Ordered::Cursor cursor_;
  std::span<const Past> past_;
};

struct Start {
  Place place;
  bool is_behind = false;
};

Result<Start> start_of(const ListOptions& options) {
  Start start{{options.ns, {}}, false};
  if (options.continue_after.empty()) return start;
  const std::string_view after = options.continue_after;
  const std::size_t slash = after.find('/');
  if (slash == std::string_view::npos) {
    return fail(invalid_argument("continue position \"{}\" is not \"namespace/name\"", after));
  }
  const Place last{after.substr(0, slash), after.substr(slash + 1)};
  if (last >= start.place) start = {last, true};
  return start;
}

// Collects a page, and learns whether there is more.
class Page {
 public:
  Page(const Filter& filter, std::size_t limit, Listed& out)
      : filter_(filter), limit_(limit), out_(out) {}

  // False when nothing more is wanted.
  bool add(ObjectRef object) {
    if (!filter_.selects(*object)) return true;
    if (limit_ != 0 && out_.objects.size() == limit_) {
      out_.has_more = true;
      if (filter_.has_selectors()) return false;
      ++out_.remaining;
      return true;
    }
    out_.objects.push_back(std::move(object));
    return true;
  }

 private:
  const Filter& filter_;
  const std::size_t limit_;
  Listed& out_;
};

void list_candidates(std::vector<ObjectRef> candidates, Start start, const Filter& filter,
                     Page page) {
  std::erase_if(candidates, [&](const ObjectRef& object) {
    const Place place = Place::of(*object);
    return !filter.is_in_namespace(*object) || place < start.place ||
           (start.is_behind && place == start.place);
  });
  std::ranges::sort(candidates, {}, [](const ObjectRef& object) { return Place::of(*object); });
  candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());
  for (ObjectRef& object : candidates) {
    if (!page.add(std::move(object))) return;
  }
}

// A whole page of an unfiltered snapshot: nothing is looked at but the places.
void list_plainly(const View& view, Start start, const ListOptions& options, Listed& out) {
  const Ordered::Snapshot& newest = *view.newest;
  auto cursor = start.is_behind ? newest.behind(start.place) : newest.from(start.place);
  // No namespace holds a zero byte, so this is the first place behind all of the namespace's.
  const std::string behind = options.ns + '\0';
  const auto end = options.ns.empty() ? newest.end() : newest.from({behind, {}});
  const std::size_t left = cursor.distance_to(end);
  const std::size_t count = options.limit == 0 ? left : std::min(left, options.limit);
  out.objects.reserve(count);
  for (std::size_t i = 0; i < count; ++i, cursor.next()) out.objects.push_back(*cursor);
  out.has_more = count < left;
  out.remaining = left - count;
}

// metadata.name=x in one namespace: at most one object, as `kubectl get x -w` asks.
std::optional<KeyView> single_key(const ListOptions& options) {
  const auto name = options.fields.required_value("metadata.name");
  if (!name || name->empty() || options.ns.empty() || options.at != 0) return std::nullopt;
  return KeyView{options.resource, options.ns, *name};
}

Listed list_single(const Memory& memory, const KeyView& key, Start start, const Filter& filter) {
  Listed out;
  const std::shared_lock lock(memory.lock);
  out.revision = memory.revision;
  ObjectRef object = memory.index.find(key);
  if (!object || !filter.selects(*object)) return out;
  const Place place = Place::of(*object);
  if (place < start.place || (start.is_behind && place == start.place)) return out;
  out.objects.push_back(std::move(object));
  return out;
}

}  // namespace

Result<Listed> list_objects(const Memory& memory, const ListOptions& options) {
  const Start start = TRY(start_of(options));
  const Filter filter(options.ns, options.labels, options.fields);
  if (const auto key = single_key(options)) return list_single(memory, *key, start, filter);

  View view = TRY(take_view(memory, options));
  Listed out;
  out.revision = view.revision;
  Page page(filter, options.limit, out);
  if (view.candidates) {
    list_candidates(*std::move(view.candidates), start, filter, page);
  } else if (view.newest && view.past.empty() && !filter.has_selectors()) {
    list_plainly(view, start, options, out);
  } else if (view.newest) {
    Walk walk(view, start.place, start.is_behind);
    while (ObjectRef object = walk.next()) {
      if (!filter.is_in_namespace(*object) || !page.add(std::move(object))) break;
    }
  }
  return out;
}

}  // namespace gp::store
