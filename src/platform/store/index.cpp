#include "platform/store/index.hpp"

#include "base/value_index.hpp"

namespace gp::store {

using object::NameValue;

namespace {

constexpr std::uint64_t kMix = 0x9e3779b97f4a7c15;  // 2^64 / golden ratio: spreads what is combined

std::uint64_t combine(std::uint64_t seed, std::uint64_t value) {
  return std::rotl((seed ^ value) * kMix, 29);
}

std::uint64_t hash_key(std::uint64_t resource, std::string_view ns, std::string_view name) {
  return combine(combine(resource, hash_name(ns)), hash_name(name));
}

std::uint64_t hash_label(const Table& table, std::string_view name, std::string_view value) {
  return combine(combine(~table.hash, hash_name(name)), hash_name(value));
}

std::uint32_t hash_uid(const Uuid& uid) {
  return static_cast<std::uint32_t>(
      hash_name({reinterpret_cast<const char*>(uid.data()), uid.size()}));
}

std::uint32_t low_bits(std::uint64_t hash) {
  return static_cast<std::uint32_t>(hash);
}

constexpr Uuid kNoUid{};

bool same_labels(const Object& a, const Object& b) {
  return std::ranges::equal(a.labels(), b.labels(), [](NameValue x, NameValue y) {
    return x.name == y.name && x.value == y.value;
  });
}

bool same_owners(const Object& a, const Object& b) {
  return std::ranges::equal(a.owners(), b.owners(), {}, &object::OwnerView::uid,
                            &object::OwnerView::uid);
}

}  // namespace

std::uint64_t KeyView::hash() const noexcept {
  return hash_key(hash_name(resource), ns, name);
}

std::size_t TextHash::operator()(std::string_view text) const noexcept {
  return hash_name(text);
}

Table* Index::table(std::string_view resource) const {
  const auto found = table_by_name_.find(resource);
  return found == table_by_name_.end() ? nullptr : found->second;
}

Table& Index::ensure_table(std::string_view resource) {
  if (Table* present = table(resource)) return *present;
  auto table = std::make_unique<Table>();
  table->resource = resource;
  table->hash = hash_name(resource);
  Table& made = *table;
  tables_.push_back(std::move(table));
  table_by_name_.emplace(made.resource, &made);
  return made;
}

std::optional<Slot> Index::slot_of(const KeyView& key) const {
  const SlotEntry* entry = by_key_.find(low_bits(key.hash()), [&](const SlotEntry& candidate) {
    return KeyView::of(*slots_[candidate.slot()]) == key;
  });
  if (entry == nullptr) return std::nullopt;
  return entry->slot();
}

ObjectRef Index::find(const KeyView& key) const {
  const auto slot = slot_of(key);
  return slot ? slots_[*slot] : ObjectRef();
}

ObjectRef Index::find_uid(const Uuid& uid) const {
  const SlotEntry* entry = by_uid_.find(low_bits(hash_uid(uid)), [&](const SlotEntry& candidate) {
    return slots_[candidate.slot()]->uid() == uid;
  });
  return entry == nullptr ? ObjectRef() : slots_[entry->slot()];
}

std::vector<ObjectRef> Index::owned_by(const Uuid& owner) const {
  std::vector<ObjectRef> objects;
  for (const Slot slot : by_owner_.find(hash_uid(owner))) {
    const auto owners = slots_[slot]->owners();
    if (std::ranges::find(owners, owner, &object::OwnerView::uid) != owners.end()) {
      objects.push_back(slots_[slot]);
    }
  }
  return objects;
}

void Index::enter_uid(Slot slot, const Uuid& uid) {
  if (uid != kNoUid) by_uid_.insert({low_bits(hash_uid(uid)), slot + 1});
}

void Index::leave_uid(Slot slot, const Uuid& uid) {
  SlotEntry* entry = by_uid_.find(low_bits(hash_uid(uid)),
                                  [&](const SlotEntry& found) { return found.slot() == slot; });
  if (entry != nullptr) by_uid_.erase(entry);
}

void Index::enter_owners(Slot slot, const Object& object) {
  for (const object::OwnerView& owner : object.owners()) {
    if (owner.uid != kNoUid) by_owner_.add(hash_uid(owner.uid), slot);
  }
}

void Index::leave_owners(Slot slot, const Object& object) {
  for (const object::OwnerView& owner : object.owners()) {
    by_owner_.remove(hash_uid(owner.uid), slot);
  }
}

void Index::enter_labels(Slot slot, const Object& object, const Table& table) {
  for (const NameValue label : object.labels()) {
    by_label_.add(hash_label(table, label.name, label.value), slot);
  }
}

void Index::leave_labels(Slot slot, const Object& object, const Table& table) {
  for (const NameValue label : object.labels()) {
    by_label_.remove(hash_label(table, label.name, label.value), slot);
  }
}

void Index::enter(Slot slot, const Object& object, Table& table) {
  by_key_.insert({low_bits(hash_key(table.hash, object.ns(), object.name())), slot + 1});
  enter_uid(slot, object.uid());
  enter_owners(slot, object);
  enter_labels(slot, object, table);
  object_bytes_ += object.memory_bytes();
  const auto found = table.in_namespace.find(object.ns());
  if (found != table.in_namespace.end()) {
    ++found->second;
  } else {
    table.in_namespace.emplace(object.ns(), 1);
  }
}

void Index::insert(Slot slot, ObjectRef object) {
  if (slot >= slots_.size()) slots_.resize(slot + 1);
  Table& table = ensure_table(object->resource());
  enter(slot, *object, table);
  table.objects.insert(object);
  slots_[slot] = std::move(object);
}

ObjectRef Index::replace(Slot slot, ObjectRef object) {
  const Object& old = *slots_[slot];
  Table& table = *this->table(object->resource());
  if (old.uid() != object->uid()) {
    leave_uid(slot, old.uid());
    enter_uid(slot, object->uid());
  }
  if (!same_owners(old, *object)) {
    leave_owners(slot, old);
    enter_owners(slot, *object);
  }
  if (!same_labels(old, *object)) {
    leave_labels(slot, old, table);
    enter_labels(slot, *object, table);
  }
  object_bytes_ += object->memory_bytes();
  object_bytes_ -= old.memory_bytes();
  table.objects.replace(object);
  return std::exchange(slots_[slot], std::move(object));
}

ObjectRef Index::erase(Slot slot) {
  const Object& old = *slots_[slot];
  Table& table = *this->table(old.resource());
  SlotEntry* entry = by_key_.find(low_bits(hash_key(table.hash, old.ns(), old.name())),
                                  [&](const SlotEntry& found) { return found.slot() == slot; });
  GP_CHECK(entry != nullptr, "an object in a slot is in the index of keys");
  by_key_.erase(entry);
  leave_uid(slot, old.uid());
  leave_owners(slot, old);
  leave_labels(slot, old, table);
  object_bytes_ -= old.memory_bytes();
  const auto count = table.in_namespace.find(old.ns());
  if (--count->second == 0) table.in_namespace.erase(count);
  table.objects.erase(Place::of(old));
  return std::exchange(slots_[slot], ObjectRef());
}

void Index::reserve(std::size_t objects) {
  slots_.reserve(objects);
  by_key_.reserve(objects);
  by_uid_.reserve(objects);
}

std::optional<std::vector<ObjectRef>> Index::candidates(
    const Table& table, const selector::LabelSelector& labels) const {
  using selector::Operator;
  const selector::Requirement* best = nullptr;
  std::size_t best_count = table.objects.size() / 4;  // beyond this, walking in order is cheaper
  for (const selector::Requirement& requirement : labels.requirements()) {
    const bool names_values = requirement.op == Operator::In ||
                              requirement.op == Operator::Equals ||
                              requirement.op == Operator::DoubleEquals;
    if (!names_values) continue;
    std::size_t count = 0;
    for (const std::string& value : requirement.values) {
      count += by_label_.find(hash_label(table, requirement.key, value)).size();
    }
    if (count <= best_count) {
      best = &requirement;
      best_count = count;
    }
  }
  if (best == nullptr) return std::nullopt;
  std::vector<ObjectRef> objects;
  objects.reserve(best_count);
  for (const std::string& value : best->values) {
    for (const Slot slot : by_label_.find(hash_label(table, best->key, value))) {
      // A set may be shared by labels of equal hash, even of another resource.
      if (slots_[slot]->resource() == table.resource) objects.push_back(slots_[slot]);
    }
  }
  return objects;
}

}  // namespace gp::store
