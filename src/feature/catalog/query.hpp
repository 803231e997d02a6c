#pragma once
// Filters of the catalog API: `filter=kind=component,metadata.tags=go&filter=…` and the predicates
// of POST bodies, both turned into one tree and evaluated over the index.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "feature/catalog/search_index.hpp"

namespace gp::catalog {

struct Query {
  enum class Op { All, Any, Not, Exists, In, Prefix };
  Op op = Op::All;
  std::vector<Query> parts;         // All (empty: everything), Any (empty: nothing), Not (one)
  std::string key;                  // lower case
  std::vector<std::string> values;  // lower case

  static Query everything() { return {}; }
};

constexpr std::size_t kQueryPartsMax = 2'000;
constexpr std::size_t kQueryDepthMax = 32;

// Values of the repeated `filter` parameter; none: everything.
Result<Query> parse_filters(const std::vector<std::string_view>& filters);

// A predicate object: {"kind": "API", "$not": …}. `{}` matches all. InputError "Invalid query: …".
Result<Query> parse_predicate(const Value& predicate);

// Both must hold.
Query both(Query a, Query b);

// Entities that match, all of them live.
Bitmap evaluate(const Query& query, const SearchIndex& index);

// Entities of `within` in which one of the fields contains the term, without case.
Bitmap evaluate_text(std::string_view term, const std::vector<std::string>& fields,
                     const Bitmap& within, const SearchIndex& index);

// The same predicate over a plain document (locations by query), by dotted path.
bool matches(const Query& query, const Value& document);

}  // namespace gp::catalog
