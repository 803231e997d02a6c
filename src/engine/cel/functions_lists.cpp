// Lists and sets: Kubernetes' list library and cel-go's sets extension.

#include "engine/cel/functions.hpp"

namespace gp::cel {

Val string_index_of(Arguments arguments);  // functions_strings.cpp

namespace {

using Kind = Val::Kind;

const FunctionRow& core_row(std::string_view name) {
  for (const FunctionRow& row : core_library()) {
    if (row.name == name) return row;
  }
  return core_library().front();
}

Val is_sorted(Arguments a) {
  for (std::size_t i = 1; i < a[0].size(); ++i) {
    const int order = a[0].at(i - 1).compare(a[0].at(i));
    if (order == 2) return no_such_overload("isSorted", a);
    if (order > 0) return Val::boolean(false);
  }
  return Val::boolean(true);
}

Val sum(Arguments a) {
  if (a[0].size() == 0) return Val::integer(0);
  Val total = a[0].at(0);
  for (std::size_t i = 1; i < a[0].size() && !total.is_error(); ++i) {
    const Val pair[] = {total, a[0].at(i)};
    total = core_row("_+_").call(pair);
  }
  return total;
}

Val extreme(Arguments a, int wanted, std::string_view name) {
  if (a[0].size() == 0) return Val::error(fmt::format("{} called on empty list", name));
  Val best = a[0].at(0);
  for (std::size_t i = 1; i < a[0].size(); ++i) {
    const Val item = a[0].at(i);
    const int order = item.compare(best);
    if (order == 2) return no_such_overload(name, a);
    if (order == wanted) best = item;
  }
  return best;
}
Val min(Arguments a) {
  return extreme(a, -1, "min");
}
Val max(Arguments a) {
  return extreme(a, 1, "max");
}

Val index_of(Arguments a) {
  if (a[0].is(Kind::String)) return string_index_of(a);
  for (std::size_t i = 0; i < a[0].size(); ++i) {
    if (a[0].at(i).equals(a[1])) return Val::integer(static_cast<std::int64_t>(i));
  }
  return Val::integer(-1);
}

bool has(const Val& list, const Val& item) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (list.at(i).equals(item)) return true;
  }
  return false;
}

bool has_all(const Val& list, const Val& items) {
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (!has(list, items.at(i))) return false;
  }
  return true;
}

Val sets_contains(Arguments a) {
  return Val::boolean(has_all(a[0], a[1]));
}
Val sets_equivalent(Arguments a) {
  return Val::boolean(has_all(a[0], a[1]) && has_all(a[1], a[0]));
}
Val sets_intersects(Arguments a) {
  for (std::size_t i = 0; i < a[1].size(); ++i) {
    if (has(a[0], a[1].at(i))) return Val::boolean(true);
  }
  return Val::boolean(false);
}

Val distinct(Arguments a) {
  ValList out;
  for (std::size_t i = 0; i < a[0].size(); ++i) {
    Val item = a[0].at(i);
    const bool is_known =
        std::any_of(out.begin(), out.end(), [&](const Val& seen) { return seen.equals(item); });
    if (!is_known) out.push_back(std::move(item));
  }
  return Val::list(std::move(out));
}

Val slice(Arguments a) {
  const std::int64_t from = a[1].as_int();
  const std::int64_t to = a[2].as_int();
  if (from < 0 || to < from || static_cast<std::size_t>(to) > a[0].size()) {
    return Val::error(
        fmt::format("cannot slice({}, {}), list has {} items", from, to, a[0].size()));
  }
  ValList out;
  for (std::int64_t i = from; i < to; ++i) out.push_back(a[0].at(static_cast<std::size_t>(i)));
  return Val::list(std::move(out));
}

constexpr FunctionRow kRows[] = {
    {"isSorted", {"list(A).()bool"}, is_sorted, true},
    {"sum", {"list(A).()A"}, sum, true},
    {"min", {"list(A).()A"}, min, true},
    {"max", {"list(A).()A"}, max, true},
    {"indexOf", {"list(A).(A)int", "string.(string)int", "string.(string,int)int"}, index_of, true},
    {"sets.contains", {"(list(A),list(A))bool"}, sets_contains, true},
    {"sets.equivalent", {"(list(A),list(A))bool"}, sets_equivalent, true},
    {"sets.intersects", {"(list(A),list(A))bool"}, sets_intersects, true},
    {"distinct", {"list(A).()list(A)"}, distinct, true},
    {"slice", {"list(A).(int,int)list(A)"}, slice, true},
};

}  // namespace

Library list_library() {
  return kRows;
}

}  // namespace gp::cel
