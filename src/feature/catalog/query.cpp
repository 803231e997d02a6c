#include "feature/catalog/query.hpp"

#include "feature/catalog/entity_ref.hpp"

namespace gp::catalog {
namespace {

Bitmap having(const Query& query, const SearchIndex& index) {
  Bitmap found(index.slots());
  const auto column = index.column(query.key);
  if (query.op == Query::Op::Exists) {
    for (const auto& entry : *column) found.set(entry.slot);
    return found;
  }
  if (query.op == Query::Op::Prefix) {
    for (const auto& entry : *column) {
      if (entry.lower != SearchIndex::kNoText &&
          index.text(entry.lower).starts_with(query.values.front())) {
        found.set(entry.slot);
      }
    }
    return found;
  }
  std::vector<std::uint32_t> wanted;
  for (const std::string& value : query.values) {
    const std::uint32_t text = index.find_text(value);
    if (text != TextTable::kNone) wanted.push_back(text);
  }
  if (wanted.empty()) return found;
  std::ranges::sort(wanted);
  for (const auto& entry : *column) {
    const bool is_wanted = wanted.size() == 1 ? entry.lower == wanted.front()
                                              : std::ranges::binary_search(wanted, entry.lower);
    if (is_wanted && entry.lower != SearchIndex::kNoText) found.set(entry.slot);
  }
  return found;
}

// Texts of a document at a lower-case key, as the index would have them.
bool any_term(const Value& document, const std::string& key,
              const std::function<bool(const Term&)>& test) {
  bool found = false;
  for_each_term(document, [&](const Term& term) {
    if (!found && term.key == key) found = test(term);
  });
  return found;
}

}  // namespace

Query both(Query a, Query b) {
  Query all;
  all.parts.push_back(std::move(a));
  all.parts.push_back(std::move(b));
  return all;
}

Bitmap evaluate(const Query& query, const SearchIndex& index) {
  switch (query.op) {
    case Query::Op::All: {
      Bitmap found = index.live();
      for (const Query& part : query.parts) found &= evaluate(part, index);
      return found;
    }
    case Query::Op::Any: {
      Bitmap found(index.slots());
      for (const Query& part : query.parts) found |= evaluate(part, index);
      return found;
    }
    case Query::Op::Not: {
      Bitmap found = evaluate(query.parts.front(), index);
      found.flip();
      found &= index.live();
      return found;
    }
    default: return having(query, index);
  }
}

Bitmap evaluate_text(std::string_view term, const std::vector<std::string>& fields,
                     const Bitmap& within, const SearchIndex& index) {
  const std::string wanted = lower(term);
  Bitmap found(index.slots());
  for (const std::string& field : fields) {
    const auto column = index.column(lower(field));
    std::uint32_t last = SearchIndex::kNoText;
    bool last_matches = false;
    for (const auto& entry : *column) {
      if (entry.lower == SearchIndex::kNoText || !within.test(entry.slot)) continue;
      if (entry.lower != last) {
        last = entry.lower;
        last_matches = index.text(last).find(wanted) != std::string_view::npos;
      }
      if (last_matches) found.set(entry.slot);
    }
  }
  return found;
}

bool matches(const Query& query, const Value& document) {
  const auto holds = [&](const Query& part) { return matches(part, document); };
  switch (query.op) {
    case Query::Op::All: return std::ranges::all_of(query.parts, holds);
    case Query::Op::Any: return std::ranges::any_of(query.parts, holds);
    case Query::Op::Not: return !holds(query.parts.front());
    case Query::Op::Exists: return any_term(document, query.key, [](const Term&) { return true; });
    case Query::Op::Prefix:
      return any_term(document, query.key, [&](const Term& term) {
        return term.has_value && lower(term.value).starts_with(query.values.front());
      });
    case Query::Op::In:
      return any_term(document, query.key, [&](const Term& term) {
        return term.has_value &&
               std::ranges::find(query.values, lower(term.value)) != query.values.end();
      });
  }
  return false;
}

}  // namespace gp::catalog
