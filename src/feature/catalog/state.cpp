#include "feature/catalog/state.hpp"

#include "adapter/files/glob.hpp"
#include "feature/catalog/errors.hpp"

namespace gp::catalog {
namespace {

template <typename T>
void erase_one(std::vector<T>& items, const T& item) {
  if (const auto at = std::ranges::find(items, item); at != items.end()) items.erase(at);
}

template <typename T>
bool contains(const std::vector<T>& items, const T& item) {
  return std::ranges::find(items, item) != items.end();
}

// One number for "this ref from that file".
std::uint64_t definition(RefId id, std::uint32_t location) {
  return std::uint64_t{id} << 32U | location;
}

}  // namespace

State::Node* State::node(RefId id) {
  const auto found = nodes_.find(id);
  return found == nodes_.end() ? nullptr : &found->second;
}

const State::Node* State::node(RefId id) const {
  const auto found = nodes_.find(id);
  return found == nodes_.end() ? nullptr : &found->second;
}

// A new node continues its seed: the uid, and the last good form until it is processed.
State::Node& State::create(RefId id) {
  Node& created = nodes_[id];
  const auto seed = seeds_.find(id);
  if (seed == seeds_.end()) {
    created.uid = random_uuid(random_);
    return created;
  }
  created.uid = seed->second.uid;
  created.processed = std::move(seed->second.entity);
  stored_etags_[id] = std::move(seed->second.etag);
  seeds_.erase(seed);
  if (const auto relations = relations_of(created.processed)) set_relations(id, *relations);
  return nodes_[id];
}

// --- seeds

void State::add_seed(std::string ref, Seed seed) {
  seeds_.insert_or_assign(refs_.id_of(ref), std::move(seed));
}

std::vector<Change> State::drop_seeds() {
  std::vector<Change> dropped;
  for (auto seed = seeds_.begin(); seed != seeds_.end();) {
    const auto claims = claims_.find(seed->first);
    if (claims != claims_.end() && !claims->second.empty() && !seed->second.is_free) {
      seed->second.is_free = true;
      for (const Claim& claim : claims->second) request(claim.parent);
      ++seed;
      continue;
    }
    if (node(seed->first) == nullptr)
      dropped.push_back({seed->first, std::string(refs_.text(seed->first)), seed->second.uid,
                         Value(), std::move(seed->second.entity), false});
    seed = seeds_.erase(seed);
  }
  return dropped;
}

// A Location that cannot be read keeps what it emitted in an earlier run.
void State::adopt_seeds(RefId parent, const Outcome& outcome) {
  const auto names = [&](const LocationRef& location) {
    return std::ranges::any_of(outcome.reads, [&](const LocationRef& read) {
      return read.type == location.type &&
             (read.target == location.target || files::matches_glob(read.target, location.target));
    });
  };
  const std::string_view origin = annotation(node(parent)->unprocessed, kManagedByOrigin).text();
  std::vector<Emitted> kept;
  for (const auto& [id, seed] : seeds_) {
    if (id == parent || annotation(seed.entity, kManagedByOrigin).text() != origin) continue;
    auto location = parse_location_ref(annotation(seed.entity, kManagedBy).text());
    // A source's own Location entity names the source as its location: it is nobody's child.
    if (!location || !names(*location) || ref(id).starts_with("location:default/generated-"))
      continue;
    kept.push_back({std::string(refs_.text(id)), seed.entity, std::move(*location), 0});
  }
  for (Emitted& emitted : kept) {
    const RefId id = refs_.id_of(emitted.ref);
    if (adopt(id, parent, std::move(emitted))) continue;
  }
}

// --- sources

RefId State::add_root(const LocationRef& location, std::string_view name) {
  Value entity = location_entity(location, name);
  const RefId id = refs_.id_of(ref_of(entity));
  roots_.insert(id);
  Node* existing = node(id);
  Node& root = existing != nullptr ? *existing : create(id);
  root.location = location_id(location);
  root.unprocessed = std::move(entity);
  root.is_orphan = false;
  request(id);
  return id;
}

void State::remove_root(RefId root) {
  roots_.erase(root);
  erase_unreachable({root});
}

// --- work

bool State::is_remote(const Node& node) const {
  if (!is_remote_) return false;
  const auto location = parse_location_ref(locations_.text(node.location));
  if (location && location->type == "url" && is_remote_(*location)) return true;
  if (node.unprocessed["kind"].text() != "Location") return false;
  return std::ranges::any_of(node.reads, is_remote_) ||
         node.unprocessed["spec"]["type"].text() == "url";
}

void State::request(RefId id) {
  Node* requested = node(id);
  if (requested == nullptr) return;
  requested->ticket = ++tickets_;
  if (requested->is_queued || requested->is_running) return;
  requested->is_queued = true;
  queue_[is_remote(*requested) ? 1 : 0].push_back(id);
}

std::optional<Work> State::take(bool is_remote) {
  auto& queue = queue_[is_remote ? 1 : 0];
  while (!queue.empty()) {
    const RefId id = queue.front();
    queue.pop_front();
    Node* next = node(id);
    if (next == nullptr || !next->is_queued) continue;
    next->is_queued = false;
    next->is_running = true;
    ++running_;
    return Work{id, next->unprocessed, next->ticket};
  }
  return std::nullopt;
}

void State::complete(const Work& work, Outcome outcome) {
  --running_;
  Node* done = node(work.id);
  if (done == nullptr || !done->is_running) return;  // removed meanwhile
  done->is_running = false;
  if (done->ticket != work.ticket) {  // changed meanwhile: this outcome is old
    request(work.id);
    return;
  }
  const bool is_first = !done->is_processed;
  done->is_processed = true;
  done->reads = outcome.reads;
  done->errors = std::move(outcome.errors);
  mark(work.id);
  if (!done->errors.empty()) {
    if (outcome.is_location && is_first) adopt_seeds(work.id, outcome);
    return;
  }
  done->processed = std::move(outcome.entity);
  set_relations(work.id, outcome.relations);
  if (outcome.is_location) emit_all(work.id, std::move(outcome.emitted));
}

bool State::refresh(std::string_view ref) {
  const RefId id = refs_.find(lower(ref));
  if (id == TextTable::kNone || node(id) == nullptr) return false;
  std::vector<RefId> upwards{id};
  for (std::size_t i = 0; i < upwards.size(); ++i) {
    for (const RefId parent : node(upwards[i])->parents) {
      if (!contains(upwards, parent)) upwards.push_back(parent);
    }
  }
  for (auto at = upwards.rbegin(); at != upwards.rend(); ++at) request(*at);
  return true;
}

void State::refresh_reading(const std::function<bool(const LocationRef&)>& test) {
  std::vector<RefId> due;
  for (const auto& [id, reader] : nodes_) {
    if (std::ranges::any_of(reader.reads, test)) due.push_back(id);
  }
  std::ranges::sort(due);  // in the order they were first seen, whatever the hash
  for (const RefId id : due) request(id);
}

// --- emissions

void State::emit_all(RefId parent, std::vector<Emitted> emitted) {
  std::unordered_set<std::uint64_t> offered;
  for (const Emitted& one : emitted) {
    offered.insert(definition(refs_.id_of(one.ref), location_id(one.location)));
  }
  drop_claims_of(parent);
  std::unordered_set<RefId> taken;
  std::vector<Error> refused;
  for (Emitted& one : emitted) {
    const RefId id = refs_.id_of(one.ref);
    const LocationId location = location_id(one.location);
    if (id == parent) continue;
    if (taken.contains(id) || !may_take(id, parent, location, offered)) {
      claims_[id].push_back({parent, location, one.line});
      continue;
    }
    if (auto adopted = adopt(id, parent, std::move(one)); !adopted) {
      refused.push_back(std::move(adopted.error()));
      break;
    }
    taken.insert(id);
  }
  Node* emitter = node(parent);
  for (Error& error : refused) emitter->errors.push_back(std::move(error));
  const std::vector<RefId> before = emitter->children;
  for (const RefId child : before) {
    if (!taken.contains(child)) release(child, parent);
  }
}

bool State::may_take(RefId id, RefId parent, LocationId location,
                     const std::unordered_set<std::uint64_t>& offered) const {
  if (roots_.contains(id)) return false;
  const Node* owner = node(id);
  if (owner == nullptr) {
    const auto seed = seeds_.find(id);
    return seed == seeds_.end() || seed->second.is_free ||
           annotation(seed->second.entity, kManagedBy).text() == locations_.text(location);
  }
  if (owner->location == location) return true;
  const bool has_other_parent =
      std::ranges::any_of(owner->parents, [&](RefId p) { return p != parent; });
  // An orphan, or an entity that moved to another file of the same Location, keeps its uid.
  return !has_other_parent && !offered.contains(definition(id, owner->location));
}

Result<> State::adopt(RefId id, RefId parent, Emitted emitted) {
  Node* child = node(id);
  if (child == nullptr) {
    if (nodes_.size() >= kEntitiesMax) {
      return fail(with_place(named_error("InputError", fmt::format("the catalog holds {} entities "
                                                                   "and takes no more",
                                                                   kEntitiesMax)),
                             emitted.location.text(), emitted.line));
    }
    if (depth(parent) >= kDepthMax) {
      return fail(
          with_place(named_error("InputError",
                                 fmt::format("Locations are nested more than {} deep", kDepthMax)),
                     emitted.location.text(), emitted.line));
    }
    child = &create(id);
  }
  if (!contains(child->parents, parent)) {
    child->parents.push_back(parent);
    node(parent)->children.push_back(id);
  }
  if (child->is_orphan) {
    child->is_orphan = false;
    mark(id);
  }
  const LocationId location = location_id(emitted.location);
  const bool is_same = child->location == location && child->unprocessed == emitted.entity;
  child->line = emitted.line;
  if (is_same && (child->is_processed || child->is_queued || child->is_running)) return {};
  child->location = location;
  child->unprocessed = std::move(emitted.entity);
  request(id);
  return {};
}

void State::release(RefId child, RefId parent) {
  if (Node* emitter = node(parent)) erase_one(emitter->children, child);
  Node* released = node(child);
  if (released == nullptr) return;
  erase_one(released->parents, parent);
  if (reaches_root(child) || released->is_orphan) return;
  released->is_orphan = true;
  mark(child);
}

void State::drop_claims_of(RefId parent) {
  for (auto claims = claims_.begin(); claims != claims_.end();) {
    std::erase_if(claims->second, [&](const Claim& claim) { return claim.parent == parent; });
    claims = claims->second.empty() ? claims_.erase(claims) : std::next(claims);
  }
}

// --- removal

bool State::reaches_root(RefId id) const {
  std::vector<RefId> seen{id};
  for (std::size_t i = 0; i < seen.size(); ++i) {
    if (roots_.contains(seen[i])) return true;
    for (const RefId parent : node(seen[i])->parents) {
      if (!contains(seen, parent)) seen.push_back(parent);
    }
  }
  return false;
}

int State::depth(RefId id) const {
  int depth = 0;
  for (const Node* at = node(id); depth <= kDepthMax && at != nullptr && !at->parents.empty();
       at = node(at->parents.front())) {
    ++depth;
  }
  return depth;
}

void State::erase_unreachable(std::vector<RefId> candidates) {
  while (!candidates.empty()) {
    const RefId id = candidates.back();
    candidates.pop_back();
    const Node* candidate = node(id);
    if (candidate == nullptr || reaches_root(id)) continue;
    candidates.insert(candidates.end(), candidate->children.begin(), candidate->children.end());
    erase(id);
  }
}

void State::erase(RefId id) {
  const Node erased = std::move(*node(id));
  for (const RefId parent : erased.parents) {
    if (Node* emitter = node(parent)) erase_one(emitter->children, id);
  }
  for (const RefId child : erased.children) {
    if (Node* below = node(child)) erase_one(below->parents, id);
  }
  *node(id) = Node{};
  node(id)->relations = erased.relations;
  replace_relations(id, {});
  nodes_.erase(id);
  dirty_.erase(id);
  drop_claims_of(id);
  const bool was_stored = stored_etags_.erase(id) > 0;
  if (!erased.visible.is_null() || was_stored) {
    gone_.push_back({id, std::string(refs_.text(id)), erased.uid, Value(),
                     erased.visible.is_null() ? erased.processed : erased.visible, false});
  }
  // Whoever else defines it may have it now.
  if (const auto claims = claims_.find(id); claims != claims_.end()) {
    for (const Claim& claim : claims->second) request(claim.parent);
  }
}

bool State::remove(RefId id) {
  const Node* removed = node(id);
  if (removed == nullptr) return false;
  if (roots_.contains(id)) {
    auto location = parse_location_ref(locations_.text(removed->location));
    const std::string name = removed->unprocessed["metadata"]["name"].string();
    const std::vector<RefId> children = removed->children;
    erase(id);
    add_root(*location, name);
    for (const RefId child : children) {
      if (Node* below = node(child); below != nullptr && !reaches_root(child))
        below->is_orphan = true;
    }
    return true;
  }
  const std::vector<RefId> children = removed->children;
  erase(id);
  for (const RefId child : children) release(child, id);
  return true;
}

std::size_t State::sweep_orphans() {
  std::vector<RefId> orphans;
  for (const auto& [id, candidate] : nodes_) {
    if (candidate.is_orphan) orphans.push_back(id);
  }
  std::ranges::sort(orphans);
  erase_unreachable(orphans);
  return orphans.size();
}

}  // namespace gp::catalog
