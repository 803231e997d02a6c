#include "feature/catalog/search_index.hpp"

#include <mutex>

#include "feature/catalog/entity_ref.hpp"

namespace gp::catalog {
namespace {

constexpr std::size_t kOrdersMax = 32;

bool before_slot(const SearchIndex::Entry& entry, Slot slot) {
  return entry.slot < slot;
}

}  // namespace

// Readers under a shared lock fill this, so it has a lock of its own.
struct SearchIndex::KeptOrders {
  std::mutex mutex;  // guards the field below
  std::unordered_map<std::string, std::shared_ptr<const Order>> orders;
};

std::shared_ptr<SearchIndex::KeptOrders> SearchIndex::make_orders() {
  return std::make_shared<KeptOrders>();
}

std::size_t SearchIndex::UidHash::operator()(const Uuid& uid) const noexcept {
  std::size_t hash = 0;
  std::memcpy(&hash, uid.data(), sizeof hash);
  return hash;
}

std::optional<Slot> SearchIndex::find(std::string_view ref) const {
  const RefId id = refs_.find(ref);
  return id == TextTable::kNone || by_ref_[id] == kNoSlot ? std::nullopt
                                                          : std::optional(by_ref_[id]);
}

std::optional<Slot> SearchIndex::find_uid(const Uuid& uid) const {
  const auto found = by_uid_.find(uid);
  return found == by_uid_.end() ? std::nullopt : std::optional(found->second);
}

void SearchIndex::put(std::string_view ref, const Uuid& uid, Value entity) {
  orders_ = make_orders();
  const RefId id = refs_.id_of(ref);
  if (by_ref_.size() <= id) by_ref_.resize(id + 1, kNoSlot);
  if (by_ref_[id] != kNoSlot) {
    const Slot slot = by_ref_[id];
    Entity& old = entities_[slot];
    const auto before = entries_of(slot, old.document);
    if (old.uid != uid) {
      by_uid_.erase(old.uid);
      by_uid_.emplace(uid, slot);
      old.uid = uid;
    }
    old.document = std::move(entity);
    const auto after = entries_of(slot, old.document);
    // Only the keys that changed are touched: both lists are sorted.
    std::vector<KeyedEntry> gone, come;
    const auto less = [](const KeyedEntry& a, const KeyedEntry& b) {
      return std::tie(a.first, a.second.lower, a.second.original) <
             std::tie(b.first, b.second.lower, b.second.original);
    };
    std::ranges::set_difference(before, after, std::back_inserter(gone), less);
    std::ranges::set_difference(after, before, std::back_inserter(come), less);
    unindex(slot, gone);
    index(come);
    return;
  }
  Slot slot = 0;
  if (free_.empty()) {
    slot = static_cast<Slot>(entities_.size());
    entities_.emplace_back();
    live_.grow(entities_.size());
  } else {
    slot = free_.back();
    free_.pop_back();
  }
  entities_[slot] = {id, uid, std::move(entity)};
  by_ref_[id] = slot;
  by_uid_.emplace(uid, slot);
  live_.set(slot);
  ++live_count_;
  index(entries_of(slot, entities_[slot].document));
}

void SearchIndex::remove(std::string_view ref) {
  const auto found = find(ref);
  if (!found) return;
  orders_ = make_orders();
  const Slot slot = *found;
  unindex(slot, entries_of(slot, entities_[slot].document));
  by_ref_[entities_[slot].ref] = kNoSlot;
  by_uid_.erase(entities_[slot].uid);
  entities_[slot] = {};
  live_.reset(slot);
  --live_count_;
  free_.push_back(slot);
}

// Sorted by key and text, each pair once.
std::vector<SearchIndex::KeyedEntry> SearchIndex::entries_of(Slot slot, const Value& entity) {
  std::vector<KeyedEntry> entries;
  for_each_term(entity, [&](const Term& term) {
    Entry entry{slot, kNoText, kNoText, term.is_element};
    if (term.has_value) {
      entry.original = texts_.id_of(term.value);
      entry.lower = texts_.id_of(lower(term.value));
    }
    entries.emplace_back(keys_.id_of(term.key), entry);
  });
  std::ranges::sort(entries, [](const KeyedEntry& a, const KeyedEntry& b) {
    return std::tie(a.first, a.second.lower, a.second.original) <
           std::tie(b.first, b.second.lower, b.second.original);
  });
  const auto repeats = std::ranges::unique(entries, [](const KeyedEntry& a, const KeyedEntry& b) {
    return a.first == b.first && a.second.original == b.second.original;
  });
  entries.erase(repeats.begin(), repeats.end());
  columns_.resize(std::max(columns_.size(), keys_.size()));
  return entries;
}

void SearchIndex::unindex(Slot slot, const std::vector<KeyedEntry>& entries) {
  for (const auto& [key, entry] : entries) {
    Column& column = *columns_[key];
    auto at = std::lower_bound(column.begin(), column.end(), slot, before_slot);
    while (at != column.end() && at->slot == slot && at->original != entry.original) ++at;
    if (at == column.end() || at->slot != slot) continue;
    if (entry.original != kNoText) dead_bytes_ += texts_.text(entry.original).size();
    column.erase(at);
  }
}

void SearchIndex::index(const std::vector<KeyedEntry>& entries) {
  for (const auto& [key, entry] : entries) {
    if (columns_[key] == nullptr) columns_[key] = std::make_shared<Column>();
    Column& column = *columns_[key];
    const auto at = std::lower_bound(column.begin(), column.end(), entry.slot + 1, before_slot);
    column.insert(at, entry);
  }
}

SearchIndex::ColumnPtr SearchIndex::column(std::string_view key) const {
  static const ColumnPtr kEmpty = std::make_shared<const Column>();
  const std::uint32_t id = keys_.find(key);
  const ColumnPtr own =
      id == TextTable::kNone || columns_[id] == nullptr ? kEmpty : ColumnPtr(columns_[id]);
  // `metadata.tags.go`: the elements "go" of the column `metadata.tags`, with the text "true".
  std::shared_ptr<Column> elements;
  const std::uint32_t yes = texts_.find("true");
  for (auto dot = key.find('.'); dot != std::string_view::npos; dot = key.find('.', dot + 1)) {
    const std::uint32_t array = keys_.find(key.substr(0, dot));
    const std::uint32_t element = texts_.find(key.substr(dot + 1));
    if (array == TextTable::kNone || element == TextTable::kNone || columns_[array] == nullptr) {
      continue;
    }
    for (const Entry& entry : *columns_[array]) {
      if (!entry.is_element || entry.lower != element) continue;
      if (elements == nullptr) elements = std::make_shared<Column>(*own);
      elements->push_back({entry.slot, yes, yes, false});
    }
  }
  if (elements == nullptr) return own;
  std::ranges::sort(*elements, {}, &Entry::slot);
  return elements;
}

std::shared_ptr<const SearchIndex::Order> SearchIndex::order(std::string_view key) const {
  const std::shared_ptr<KeptOrders> kept = orders_;
  const std::lock_guard lock(kept->mutex);
  if (const auto found = kept->orders.find(std::string(key)); found != kept->orders.end()) {
    return found->second;
  }
  if (kept->orders.size() >= kOrdersMax) kept->orders.clear();
  return kept->orders[std::string(key)] = sorted(key);
}

std::shared_ptr<SearchIndex::Order> SearchIndex::sorted(std::string_view key) const {
  struct Row {
    std::string_view text;
    std::uint32_t id;
    Slot slot;
  };
  std::vector<Row> rows;
  if (key.empty()) {
    live_.for_each(
        [&](std::size_t slot) { rows.push_back({{}, kNoText, static_cast<Slot>(slot)}); });
  } else {
    for (const Entry& entry : *column(key)) {
      if (entry.lower == kNoText) continue;
      if (!rows.empty() && rows.back().slot == entry.slot) continue;  // the first of an array
      rows.push_back({texts_.text(entry.lower), entry.lower, entry.slot});
    }
  }
  std::ranges::sort(rows, [&](const Row& a, const Row& b) {
    if (a.id != b.id) return a.text < b.text;
    return entities_[a.slot].uid < entities_[b.slot].uid;
  });
  auto order = std::make_shared<Order>();
  order->slots.reserve(rows.size());
  order->texts.reserve(rows.size());
  for (const Row& row : rows) {
    order->slots.push_back(row.slot);
    order->texts.push_back(row.id);
  }
  return order;
}

std::size_t SearchIndex::memory_bytes() const {
  std::size_t bytes = texts_.memory_bytes() + keys_.memory_bytes() + refs_.memory_bytes();
  for (const auto& column : columns_) {
    if (column != nullptr) bytes += column->capacity() * sizeof(Entry) + 48;
  }
  return bytes + entities_.size() * (sizeof(Entity) + sizeof(Slot) + 64);
}

}  // namespace gp::catalog
