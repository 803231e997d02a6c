#pragma once
// Checksums of rows, and reading all of them. Private to Disk.
//
// Two threads share the reading: this one reads, checks and makes objects, another one files them
// in the index.

#include <string>

#include "platform/store/disk.hpp"

namespace gp::store {

constexpr std::int64_t kSlotsMax = std::int64_t{1} << 31;

struct RowView {
  std::int64_t id = 0;
  Revision revision = 0;
  KeyView key;
  std::string_view document;

  static RowView of(Slot slot, const Object& object) {
    return {std::int64_t{slot} + 1, object.revision(), KeyView::of(object), object.json()};
  }
};

std::uint32_t row_crc(const RowView& row);
// What a row adds to the digest of all.
std::uint64_t row_digest(std::int64_t id, std::uint32_t crc);
std::uint32_t state_crc(Revision revision, std::uint64_t objects, std::uint64_t digest);

// Puts all rows into the empty index; answers the sum of their digests. DataLoss names the object
// whose row is damaged.
Result<std::uint64_t> read_rows(const std::string& path, const FieldsOf& fields, Index& index);

}  // namespace gp::store
