#include "platform/store/staging.hpp"

#include <unordered_set>

namespace gp::store {
namespace {

constexpr std::size_t kWritesMax = 10'000;

Error at_write(Error error, std::size_t index) {
  return std::move(error).with_details(
      Value::object({{"write", static_cast<std::int64_t>(index)}}));
}

Error moved(const Key& key, const ObjectRef& object, Revision expected) {
  if (!object) {
    return conflict("{} has changed: it is gone, revision {} was expected", key.to_string(),
                    expected);
  }
  if (expected == 0) return conflict("{} exists, but must not", key.to_string());
  return conflict("{} has changed: it is at revision {}, not {}", key.to_string(),
                  object->revision(), expected)
      .with_hint("read it again and retry");
}

}  // namespace

void SlotSource::start(const std::vector<ObjectRef>& slots) {
  next_ = static_cast<Slot>(slots.size());
  for (Slot slot = next_; slot-- > 0;) {
    if (!slots[slot]) free_.push_back(slot);
  }
}

Slot SlotSource::take() {
  if (free_.empty()) return next_++;
  const Slot slot = free_.back();
  free_.pop_back();
  return slot;
}

Staging::Newest Staging::newest(const KeyView& key) const {
  const auto staged = staged_.find(key);
  if (staged != staged_.end()) return staged->second;
  const auto slot = index_.slot_of(key);
  if (!slot) return {};
  return {index_.at(*slot), *slot};
}

Result<> Staging::check(const Write& write) const {
  if (write.op != Write::Op::Delete) {
    if (!write.draft)
      return fail(invalid_argument("{} comes without a document", write.key.to_string()));
    const KeyView drafted{write.draft->resource(), write.draft->ns(), write.draft->name()};
    if (drafted != KeyView::of(write.key)) {
      return fail(invalid_argument(
          "{} comes with the document of {}", write.key.to_string(),
          Key{std::string(drafted.resource), std::string(drafted.ns), std::string(drafted.name)}
              .to_string()));
    }
  }
  const ObjectRef object = newest(KeyView::of(write.key)).object;
  if (write.op == Write::Op::Create) {
    if (object) return fail(already_exists("{} already exists", write.key.to_string()));
    return {};
  }
  if (!object) return fail(not_found("{} does not exist", write.key.to_string()));
  if (write.expected != 0 && write.expected != object->revision()) {
    return fail(moved(write.key, object, write.expected));
  }
  return {};
}

Result<> Staging::check(const Transaction& transaction) const {
  if (transaction.writes.size() > kWritesMax) {
    return fail(too_large("a transaction of {} writes is too large, at most {} are allowed",
                          transaction.writes.size(), kWritesMax));
  }
  std::size_t index = 0;
  for (const auto& [key, revision] : transaction.preconditions) {
    const ObjectRef object = newest(KeyView::of(key)).object;
    if ((object ? object->revision() : 0) != revision) {
      return fail(
          moved(key, object, revision)
              .with_details(Value::object({{"precondition", static_cast<std::int64_t>(index)}})));
    }
    ++index;
  }
  std::unordered_set<KeyView, HashKey> seen;
  for (std::size_t i = 0; i < transaction.writes.size(); ++i) {
    const Write& write = transaction.writes[i];
    if (transaction.writes.size() > 1 && !seen.insert(KeyView::of(write.key)).second) {
      return fail(
          at_write(invalid_argument("a transaction writes {} twice", write.key.to_string()), i));
    }
    auto checked = check(write);
    if (!checked) return fail(at_write(std::move(checked).error(), i));
  }
  return {};
}

void Staging::stage(const Write& write) {
  const Newest before = newest(KeyView::of(write.key));
  const Revision revision = ++revision_;
  Change change{before.slot, Event::Type::Added, ObjectRef(), before.object};
  switch (write.op) {
    case Write::Op::Create:
      change.slot = slots_.take();
      taken_.push_back(change.slot);
      change.object = Object::make(*write.draft, revision);
      break;
    case Write::Op::Update:
      change.type = Event::Type::Modified;
      change.object = Object::make(*write.draft, revision);
      break;
    case Write::Op::Delete:
      change.type = Event::Type::Deleted;
      change.object = Object::with_revision(*before.object, revision);
      break;
  }
  const bool is_gone = write.op == Write::Op::Delete;
  // Every change stays in `changes_`, so the key's texts live as long as the map.
  const KeyView key = KeyView::of(*change.object);
  staged_[key] = {is_gone ? ObjectRef() : change.object, change.slot};
  changes_.push_back(std::move(change));
}

Result<Committed> Staging::add(const Transaction& transaction) {
  TRY(check(transaction));
  Committed committed;
  committed.objects.reserve(transaction.writes.size());
  for (const Write& write : transaction.writes) {
    stage(write);
    committed.objects.push_back(changes_.back().object);
  }
  committed.revision = revision_;
  return committed;
}

void Staging::abandon() {
  for (const Slot slot : taken_) slots_.give_back(slot);
}

}  // namespace gp::store
