#pragma once
// The opaque texts by which clients page: base64 of JSON, checked when they come back.

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "feature/catalog/pages.hpp"

namespace gp::catalog {

// What a by-query request asks, as the client wrote it; a cursor carries it from page to page.
struct Asked {
  std::vector<std::string> filters;  // raw `filter` parameters
  Value predicate;                   // of a POST; null: none
  std::string term;
  std::vector<std::string> term_fields;  // empty: the order field, else metadata.uid
  std::string order_field;
  bool is_descending = false;
  bool counts = true;

  // Without limit, offset and position.
  Result<PageRequest> request() const;
};

struct Cursor {
  Asked asked;
  Position from;
  bool is_backwards = false;
  std::size_t total = 0;
};

std::string encode_cursor(const Cursor& cursor);
// InputError "Malformed cursor: …".
Result<Cursor> decode_cursor(std::string_view text);

// The `after` parameter of plain lists.
std::string encode_after(std::size_t offset);
Result<std::size_t> decode_after(std::string_view text);

}  // namespace gp::catalog
