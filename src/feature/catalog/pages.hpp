#pragma once
// Lists of entities: pages with cursors in both directions (by-query), and plain lists with limit
// and offset (entities).

#include <optional>
#include <string>
#include <vector>

#include "feature/catalog/query.hpp"
#include "feature/catalog/search_index.hpp"

namespace gp::catalog {

// Where a page begins or ends: the order field's lower-case text, then the uid. What comes and goes
// meanwhile is neither repeated nor skipped.
struct Position {
  std::string text;
  Uuid uid{};
};

struct PageRequest {
  Query query;
  std::string term;  // full text; empty: none
  std::vector<std::string> term_fields;
  std::string order_field;  // empty: by uid
  bool is_descending = false;
  std::size_t limit = 200;
  std::size_t offset = 0;
  std::optional<Position> from;  // exclusive
  bool is_backwards = false;     // the page before `from`, still in normal order
  bool counts = true;            // fill in `total`
};

struct Page {
  std::vector<Value> items;
  std::size_t total = 0;
  Position first, last;  // of items
  bool has_before = false, has_after = false;
};
Page page_of(const SearchIndex& index, const PageRequest& request);

struct ListRequest {
  Query query;
  std::vector<std::pair<std::string, bool>> order;  // lower-case field, descending
  std::optional<std::size_t> limit;
  std::size_t offset = 0;
};
struct Listing {
  std::vector<Value> entities;
  bool has_more = false;
};
// Without a limit, entities that lack the (first) order field are left out; with one they come
// last.
Listing list_of(const SearchIndex& index, const ListRequest& request);

// Distinct texts of a key among the matching entities, each with how many have it; by code point.
std::vector<std::pair<std::string, std::size_t>> facet_of(const SearchIndex& index,
                                                          std::string_view key,
                                                          const Bitmap& within);

}  // namespace gp::catalog
