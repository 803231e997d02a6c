#include "platform/store/history.hpp"

#include "platform/store/index.hpp"

namespace gp::store {

std::size_t History::bytes_of(const Record& record) {
  // A replaced object lives on in the history alone, and so does the last state of a deleted one.
  std::size_t bytes = record.previous ? record.previous->memory_bytes() : 0;
  if (record.type == Event::Type::Deleted) bytes += record.object->memory_bytes();
  return bytes;
}

void History::append(Record record) {
  bytes_ += bytes_of(record);
  record.table->chain.numbers.push_back(end());
  records_.push_back(std::move(record));
}

void History::forget_first(std::vector<Record>& garbage) {
  Record& record = records_.front();
  Chain& chain = record.table->chain;
  chain.numbers.pop_front();
  ++chain.trimmed;
  chain.trimmed_revision = trimmed_revision_ = record.revision;
  bytes_ -= bytes_of(record);
  garbage.push_back(std::move(record));
  records_.pop_front();
  ++first_;
}

void History::trim(std::vector<Record>& garbage) {
  while (!records_.empty() && (records_.size() > events_max_ || bytes_ > bytes_max_)) {
    forget_first(garbage);
  }
}

void History::compact(Revision up_to, std::vector<Record>& garbage) {
  while (!records_.empty() && records_.front().revision <= up_to) forget_first(garbage);
  floor_ = std::max(floor_, up_to);
  trimmed_revision_ = std::max(trimmed_revision_, up_to);
}

std::uint64_t History::ordinal_behind(const Chain& chain, Revision revision) const {
  const auto found =
      std::ranges::upper_bound(chain.numbers, revision, {},
                               [this](std::uint64_t number) { return (*this)[number].revision; });
  return chain.trimmed + static_cast<std::uint64_t>(found - chain.numbers.begin());
}

std::uint64_t History::number_behind(Revision revision) const {
  const auto found = std::ranges::upper_bound(records_, revision, {}, &Record::revision);
  return first_ + static_cast<std::uint64_t>(found - records_.begin());
}

}  // namespace gp::store
