#include "engine/sprig/merge.hpp"

#include "engine/sprig/sprig.hpp"
#include "engine/sprig/values.hpp"

namespace gp::sprig {
namespace {

using tmpl::Map;
using tmpl::Val;

// A map that holds itself would be walked for ever: Go runs out of stack.
constexpr int kDepthMax = 400;

Error too_deep() {
  return too_large("maps are nested more than {} deep: does one hold itself?", kDepthMax);
}

class Merger {
 public:
  explicit Merger(Overwrite overwrite) : overwrites_(overwrite == Overwrite::Yes) {}

  Result<void> run(const Val& into, const Val& from, int depth) {
    if (!from.is_map() || into.same_body(from)) return {};
    if (depth > kDepthMax) return fail(too_deep());
    const std::vector<Map::Entry> entries = from.map().entries();  // a copy: `into` may be in it
    steps_ += entries.size();
    TRY(check_items(steps_));
    for (const Map::Entry& entry : entries) TRY(put(into, entry, depth));
    return {};
  }

 private:
  Result<void> put(const Val& into, const Map::Entry& entry, int depth) {
    const Val& from = entry.value;
    const Val* present = into.map().find(entry.key);
    if (from.is_nil()) {
      if (overwrites_) into.map().set(entry.key, from);
      return {};
    }
    if (present && present->is_map() && from.is_map()) {
      const Val inner = *present;
      TRY(run(inner, from, depth + 1));
      if (inner.size() > 0) return {};
    }
    if (!present || overwrites_ || is_empty(*present)) into.map().set(entry.key, from);
    return {};
  }

  const bool overwrites_;
  std::size_t steps_ = 0;
};

Result<Val> copy_at(const Val& value, int depth, std::size_t& copied) {
  TRY(check_items(++copied));
  if (depth > kDepthMax) return fail(too_deep());
  if (value.is_map()) {
    Val copy = Val::new_map(*value.type());
    copy.map().reserve(value.size());
    for (const Map::Entry& entry : value.map().entries()) {
      Val inner = TRY(copy_at(entry.value, depth + 1, copied));
      copy.map().set(entry.key, std::move(inner));
    }
    return copy;
  }
  if (value.is_slice() && !value.is_bytes() && !value.is_nil()) {
    std::vector<Val> items;
    items.reserve(value.size());
    for (const Val& item : value.items()) {
      Val inner = TRY(copy_at(item, depth + 1, copied));
      items.push_back(std::move(inner));
    }
    return Val::list(std::move(items), *value.type());
  }
  return value;
}

}  // namespace

Result<void> merge_maps(const Val& into, const Val& from, Overwrite overwrite) {
  return Merger(overwrite).run(into, from, 0);
}

Result<Val> deep_copy(const Val& value) {
  std::size_t copied = 0;
  return copy_at(value, 0, copied);
}

}  // namespace gp::sprig
