#include "feature/catalog/pages.hpp"

#include "feature/catalog/entity_ref.hpp"

namespace gp::catalog {
namespace {

// An order walked in either direction, seeing only what matches.
class Walk {
 public:
  Walk(const SearchIndex& index, const SearchIndex::Order& order, const Bitmap& matching)
      : index_(index), order_(order), matching_(matching) {}

  // Index of the first row that is not before (or, `after`, behind) the position.
  std::ptrdiff_t bound(const Position& position, bool after) const {
    std::ptrdiff_t low = 0, high = std::ssize(order_.slots);
    while (low < high) {
      const std::ptrdiff_t middle = low + (high - low) / 2;
      const int compared = compare(middle, position);
      if (compared < 0 || (after && compared == 0))
        low = middle + 1;
      else
        high = middle;
    }
    return low;
  }

  // The next matching row at or beyond `at` in the direction; -1 when there is none.
  std::ptrdiff_t next(std::ptrdiff_t at, int step) const {
    for (; at >= 0 && at < std::ssize(order_.slots); at += step) {
      if (matching_.test(order_.slots[static_cast<std::size_t>(at)])) return at;
    }
    return -1;
  }

  Slot slot(std::ptrdiff_t at) const { return order_.slots[static_cast<std::size_t>(at)]; }
  Position position(std::ptrdiff_t at) const {
    return {std::string(text(at)), index_.uid(slot(at))};
  }
  std::size_t count() const {
    const auto is_matching = [&](Slot slot) { return matching_.test(slot); };
    return static_cast<std::size_t>(std::ranges::count_if(order_.slots, is_matching));
  }
  std::ptrdiff_t size() const { return std::ssize(order_.slots); }

 private:
  std::string_view text(std::ptrdiff_t at) const {
    const std::uint32_t id = order_.texts[static_cast<std::size_t>(at)];
    return id == SearchIndex::kNoText ? std::string_view() : index_.text(id);
  }
  int compare(std::ptrdiff_t at, const Position& position) const {
    if (const int texts = text(at).compare(position.text); texts != 0) return texts;
    const Uuid& uid = index_.uid(slot(at));
    return uid < position.uid ? -1 : uid == position.uid ? 0 : 1;
  }

  const SearchIndex& index_;
  const SearchIndex::Order& order_;
  const Bitmap& matching_;
};

Bitmap matching(const SearchIndex& index, const PageRequest& request) {
  Bitmap found = evaluate(request.query, index);
  if (!request.term.empty()) {
    found &= evaluate_text(request.term, request.term_fields, found, index);
  }
  return found;
}

// Lower-case texts of one field, by slot.
std::vector<std::uint32_t> texts_by_slot(const SearchIndex& index, const std::string& field) {
  std::vector<std::uint32_t> texts(index.slots(), SearchIndex::kNoText);
  for (const auto& entry : *index.column(field)) {
    if (texts[entry.slot] == SearchIndex::kNoText) texts[entry.slot] = entry.lower;
  }
  return texts;
}

}  // namespace

Page page_of(const SearchIndex& index, const PageRequest& request) {
  const Bitmap found = matching(index, request);
  const auto order = index.order(request.order_field);
  const Walk walk(index, *order, found);
  Page page;
  if (request.counts) page.total = walk.count();
  if (request.limit == 0) return page;

  const int step = request.is_descending == request.is_backwards ? 1 : -1;
  std::ptrdiff_t at = step > 0 ? 0 : walk.size() - 1;
  if (request.from) {
    at = step > 0 ? walk.bound(*request.from, true) : walk.bound(*request.from, false) - 1;
  }
  at = walk.next(at, step);
  for (std::size_t skipped = 0; skipped < request.offset && at >= 0; ++skipped) {
    at = walk.next(at + step, step);
  }
  if (at < 0) return page;

  std::vector<std::ptrdiff_t> rows;
  for (; at >= 0 && rows.size() < request.limit; at = walk.next(at + step, step))
    rows.push_back(at);
  const bool has_beyond = at >= 0;
  const bool has_behind = walk.next(rows.front() - step, -step) >= 0;
  if (request.is_backwards) std::ranges::reverse(rows);
  page.has_after = request.is_backwards ? has_behind : has_beyond;
  page.has_before = request.is_backwards ? has_beyond : has_behind;
  page.first = walk.position(rows.front());
  page.last = walk.position(rows.back());
  page.items.reserve(rows.size());
  for (const std::ptrdiff_t row : rows) page.items.push_back(index.entity(walk.slot(row)));
  return page;
}

Listing list_of(const SearchIndex& index, const ListRequest& request) {
  const Bitmap found = evaluate(request.query, index);
  std::vector<Slot> slots;
  if (!request.limit && !request.order.empty()) {
    const auto order = index.order(request.order.front().first);
    for (const Slot slot : order->slots) {
      if (found.test(slot)) slots.push_back(slot);
    }
    if (request.order.front().second) std::ranges::reverse(slots);
  } else {
    found.for_each([&](std::size_t slot) { slots.push_back(static_cast<Slot>(slot)); });
  }
  if (request.limit) {
    std::vector<std::vector<std::uint32_t>> texts;
    for (const auto& field : request.order) texts.push_back(texts_by_slot(index, field.first));
    std::ranges::sort(slots, [&](Slot a, Slot b) {
      for (std::size_t i = 0; i < texts.size(); ++i) {
        const std::uint32_t left = texts[i][a], right = texts[i][b];
        if (left == right) continue;
        if (left == SearchIndex::kNoText || right == SearchIndex::kNoText) {
          return right == SearchIndex::kNoText;
        }
        const int compared = index.text(left).compare(index.text(right));
        return request.order[i].second ? compared > 0 : compared < 0;
      }
      return index.ref(a) < index.ref(b);
    });
  }
  Listing listing;
  const std::size_t begin = std::min(request.offset, slots.size());
  const std::size_t end =
      request.limit ? std::min(begin + *request.limit, slots.size()) : slots.size();
  listing.has_more = end < slots.size();
  listing.entities.reserve(end - begin);
  for (std::size_t i = begin; i < end; ++i) listing.entities.push_back(index.entity(slots[i]));
  return listing;
}

std::vector<std::pair<std::string, std::size_t>> facet_of(const SearchIndex& index,
                                                          std::string_view key,
                                                          const Bitmap& within) {
  std::unordered_map<std::uint32_t, std::size_t> counts;
  for (const auto& entry : *index.column(lower(key))) {
    if (entry.original != SearchIndex::kNoText && within.test(entry.slot)) ++counts[entry.original];
  }
  std::vector<std::pair<std::string, std::size_t>> facets;
  facets.reserve(counts.size());
  for (const auto& [text, count] : counts) facets.emplace_back(index.text(text), count);
  std::ranges::sort(facets);
  return facets;
}

}  // namespace gp::catalog
