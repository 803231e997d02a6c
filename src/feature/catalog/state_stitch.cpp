// Relations in both directions, and the visible form of each entity.

#include "base/digest.hpp"
#include "base/json.hpp"
#include "feature/catalog/errors.hpp"
#include "feature/catalog/state.hpp"

namespace gp::catalog {

void State::set_relations(RefId id, const std::vector<StatedRelation>& relations) {
  std::vector<Edge> edges;
  edges.reserve(relations.size());
  for (const StatedRelation& relation : relations) {
    edges.push_back({relation.field, relation.index, refs_.id_of(relation.target)});
  }
  if (node(id)->relations != edges) replace_relations(id, std::move(edges));
}

void State::replace_relations(RefId id, std::vector<Edge> edges) {
  Node& owner = *node(id);
  const auto stated_by_owner = [&](const Stated& stated) { return stated.origin == id; };
  for (const Edge& edge : owner.relations) {
    for (const RefId end : {id, edge.target}) {
      const auto stated = stated_.find(end);
      if (stated == stated_.end()) continue;
      std::erase_if(stated->second, stated_by_owner);
      if (stated->second.empty()) stated_.erase(stated);
    }
    mark(edge.target);
  }
  for (const Edge& edge : edges) {
    stated_[id].push_back({edge.field->type, edge.target, id});
    stated_[edge.target].push_back({edge.field->inverse, id, id});
    mark(edge.target);
  }
  mark(id);
  owner.relations = std::move(edges);
}

std::vector<Change> State::stitch() {
  std::vector<Change> changes = std::move(gone_);
  gone_.clear();
  std::vector<RefId> due(dirty_.begin(), dirty_.end());
  dirty_.clear();
  std::ranges::sort(due);
  for (const RefId id : due) {
    Node* stitched = node(id);
    if (stitched == nullptr || stitched->processed.is_null()) continue;
    Value visible = compose(id, *stitched);
    const std::string_view etag = visible["metadata"]["etag"].text();
    if (etag == stitched->visible["metadata"]["etag"].text()) continue;
    const auto stored = stored_etags_.find(id);
    const bool is_stored = stored != stored_etags_.end() && stored->second == etag;
    if (stored != stored_etags_.end()) stored_etags_.erase(stored);
    stitched->visible = visible;
    changes.push_back(
        {id, std::string(refs_.text(id)), stitched->uid, std::move(visible), Value(), is_stored});
  }
  return changes;
}

void State::set_uid(RefId id, const Uuid& uid) {
  Node* stitched = node(id);
  if (stitched == nullptr) return;
  stitched->uid = uid;
  if (!stitched->visible.is_null()) {
    stitched->visible.edit("metadata").set("uid", format_uuid(uid));
  }
}

// The etag is a digest of everything visible but itself and the uid.
Value State::compose(RefId id, const Node& node) const {
  Value entity = node.processed;
  if (node.is_orphan) entity.edit("metadata").edit("annotations").set(kOrphan, "true");
  entity.set("relations", composed_relations(id));
  if (!node.errors.empty()) {
    Value items = Value::array();
    for (const Error& error : node.errors) {
      items.push_back(Value::object({{"type", "backstage.io/catalog-processing"},
                                     {"level", "error"},
                                     {"message", error_text(error)},
                                     {"error", serialize_error(error)}}));
    }
    entity.set("status", Value::object({{"items", std::move(items)}}));
  }
  const std::string etag = sha1_hex(to_json(entity));
  entity.edit("metadata").set("uid", format_uuid(node.uid));
  entity.edit("metadata").set("etag", etag);
  return entity;
}

const Value& State::shared_ref(RefId id) const {
  if (shared_refs_.size() <= id) shared_refs_.resize(refs_.size());
  Value& shared = shared_refs_[id];
  if (shared.is_null()) shared = Value(refs_.text(id));
  return shared;
}

// Unique, by type, then by target.
Value State::composed_relations(RefId id) const {
  const auto stated = stated_.find(id);
  if (stated == stated_.end()) return Value::array();
  std::vector<std::tuple<std::string_view, std::string_view, RefId>> sorted;
  sorted.reserve(stated->second.size());
  for (const Stated& one : stated->second) {
    sorted.emplace_back(one.type, refs_.text(one.target), one.target);
  }
  std::ranges::sort(sorted);
  const auto repeats = std::ranges::unique(sorted);
  sorted.erase(repeats.begin(), repeats.end());
  std::vector<Value> relations;
  relations.reserve(sorted.size());
  for (const auto& [type, text, target] : sorted) {
    relations.push_back(Value::object({{"type", type}, {"targetRef", shared_ref(target)}}));
  }
  return Value::take_array(relations);
}

}  // namespace gp::catalog
