#pragma once
// What happened lately, in order: what watches read, and what past states are computed from.
//
// One deque of records, and for each resource the chain of its records' numbers, so that a watcher
// of one resource never walks over the others' events. Bounded by count and by the bytes of objects
// that nothing but the history keeps alive; the oldest records go first.
//
// Not synchronised: the store's lock guards it.

#include <cstdint>
#include <deque>
#include <vector>

#include "platform/store/store.hpp"

namespace gp::store {

struct Table;

struct Record {
  ObjectRef object;
  ObjectRef previous;
  Revision revision = 0;
  Table* table = nullptr;
  Event::Type type = Event::Type::Added;
};

// A resource's records, oldest first, by their numbers.
struct Chain {
  std::deque<std::uint64_t> numbers;
  std::uint64_t trimmed = 0;      // how many were forgotten: the ordinal of numbers[0]
  Revision trimmed_revision = 0;  // of the last one that was forgotten
};

class History {
 public:
  History(std::size_t events_max, std::size_t bytes_max)
      : events_max_(events_max), bytes_max_(bytes_max) {}

  void append(Record record);
  // Forgets what is over the bounds; the records go to `garbage`, to be freed after the lock.
  void trim(std::vector<Record>& garbage);
  void compact(Revision up_to, std::vector<Record>& garbage);
  // Nothing up to here is known (start-up).
  void start_at(Revision revision) { floor_ = trimmed_revision_ = revision; }

  std::uint64_t begin() const { return first_; }
  std::uint64_t end() const { return first_ + records_.size(); }
  const Record& operator[](std::uint64_t number) const { return records_[number - first_]; }

  // The oldest revision whose state is known, and behind which a watch may start; of one resource,
  // or of all of them.
  Revision oldest(const Chain& chain) const { return std::max(floor_, chain.trimmed_revision); }
  Revision oldest() const { return trimmed_revision_; }
  // The ordinal in the chain of the first record behind the revision, and the number of the first.
  std::uint64_t ordinal_behind(const Chain& chain, Revision revision) const;
  std::uint64_t number_behind(Revision revision) const;

 private:
  void forget_first(std::vector<Record>& garbage);
  static std::size_t bytes_of(const Record& record);

  const std::size_t events_max_;
  const std::size_t bytes_max_;
  std::deque<Record> records_;
  std::uint64_t first_ = 0;        // number of records_[0]
  std::size_t bytes_ = 0;          // of objects that only the history keeps alive
  Revision floor_ = 0;             // nothing is known up to here, of any resource
  Revision trimmed_revision_ = 0;  // of the last record that was forgotten, or the floor
};

}  // namespace gp::store
