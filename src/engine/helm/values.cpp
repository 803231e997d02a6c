#include "engine/helm/values.hpp"

#include "engine/helm/active_chart.hpp"
#include "engine/helm/document.hpp"
#include "engine/template/print.hpp"

// A port of chartutil's coalesce.go: its order of steps is what its users' charts depend on.

namespace gp::helm {
namespace {

constexpr std::string_view kGlobal = "global";

bool is_table(const Val& value) {
  return value.is_map();
}

std::string join_path(std::string_view prefix, std::string_view name) {
  return prefix.empty() ? std::string(name) : fmt::format("{}.{}", prefix, name);
}

Val shallow_copy(const Val& map) {
  Val result = Val::new_map();
  result.map().reserve(map.size());
  for (const auto& entry : map.map().entries()) result.map().set(entry.key, entry.value);
  return result;
}

class Coalescer {
 public:
  Coalescer(bool merge, Warnings* warnings) : merge_(merge), warnings_(warnings) {}

  Result<void> chart(const ActiveChart& chart, const Val& into, const std::string& prefix) {
    own_values(chart, into, prefix);
    for (const ActiveChart& dependency : chart.dependencies) {
      const std::string& name = dependency.name();
      const Val* present = into.map().find(name);
      if (!present) {
        into.map().set(name, Val::new_map());
      } else if (!is_table(*present)) {
        return fail(invalid_argument("type mismatch on {}: {}", name,
                                     tmpl::print_format("%t", {present, 1})));
      }
      const Val below = *into.map().find(name);
      const std::string inner = join_path(prefix, chart.name());
      globals(below, into, inner);
      TRY(this->chart(dependency, below, inner));
    }
    return {};
  }

  void tables(const Val& into, const Val& defaults, const std::string& prefix, bool merge) {
    if (!is_table(into) || !is_table(defaults)) return;
    const std::vector<tmpl::Map::Entry> entries = defaults.map().entries();
    for (const auto& [key, value] : entries) {
      const Val* present = into.map().find(key);
      if (present && !merge && present->is_nil()) {
        into.map().erase(key);
      } else if (!present) {
        into.map().set(key, value);
      } else if (is_table(value)) {
        if (is_table(*present)) {
          tables(Val(*present), value, join_path(prefix, key), merge);
        } else {
          warn("warning: cannot overwrite table with non table for {} ({})", join_path(prefix, key),
               tmpl::print_one(value));
        }
      } else if (is_table(*present) && !value.is_nil()) {
        warn("warning: destination for {} is a table. Ignoring non-table value ({})",
             join_path(prefix, key), tmpl::print_one(value));
      }
    }
  }

 private:
  void own_values(const ActiveChart& chart, const Val& into, const std::string& prefix) {
    const std::string inner = join_path(prefix, chart.name());
    const Val defaults = chart.values_copy();
    const std::vector<tmpl::Map::Entry> entries = defaults.map().entries();
    for (const auto& [key, value] : entries) {
      const Val* present = into.map().find(key);
      if (!present) {
        into.map().set(key, value);
      } else if (present->is_nil() && !merge_) {
        into.map().erase(key);
      } else if (is_table(*present)) {
        if (is_table(value)) {
          tables(Val(*present), value, join_path(inner, key), merge_ || chart.has_dependency(key));
        } else if (!value.is_nil()) {
          warn("warning: skipped value for {}.{}: Not a table.", inner, key);
        }
      }
    }
  }

  // The parent's globals win over the dependency's own.
  void globals(const Val& below, const Val& above, const std::string& prefix) {
    Val into = Val::new_map();
    if (const Val* present = below.map().find(kGlobal)) {
      if (!is_table(*present)) {
        warn("warning: skipping globals because destination {} is not a table.", kGlobal);
        return;
      }
      into = *present;
    }
    Val from = Val::new_map();
    if (const Val* present = above.map().find(kGlobal)) {
      if (!is_table(*present)) {
        warn("warning: skipping globals because source {} is not a table.", kGlobal);
        return;
      }
      from = *present;
    }
    const std::vector<tmpl::Map::Entry> entries = from.map().entries();
    for (const auto& [key, value] : entries) {
      const Val* present = into.map().find(key);
      if (is_table(value)) {
        const Val copy = shallow_copy(value);
        if (present && !is_table(*present)) {
          warn("Conflict: cannot merge map onto non-map for \"{}\". Skipping.", key);
          continue;
        }
        if (present) tables(copy, Val(*present), join_path(prefix, key), true);
        into.map().set(key, copy);
      } else if (present && is_table(*present)) {
        warn("key {} is table. Skipping", key);
      } else {
        into.map().set(key, value);
      }
    }
    below.map().set(kGlobal, into);
  }

  template <typename... Arguments>
  void warn(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    constexpr std::size_t kWarningsMax = 1000;
    if (warnings_ && warnings_->size() < kWarningsMax)
      warnings_->push_back(fmt::format(format, std::forward<Arguments>(arguments)...));
  }

  const bool merge_;
  Warnings* const warnings_;
};

}  // namespace

Result<Val> parse_values(std::string_view text, std::string_view source) {
  auto document = parse_map(text);
  if (!document) {
    return fail(
        std::move(document).error().with_context(fmt::format("failed to parse {}", source)));
  }
  return document->is_null() ? Val::new_map() : Val::from_value(*document);
}

Val deep_copy(const Val& value) {
  if (value.is_map()) {
    Val result = Val::new_map();
    result.map().reserve(value.size());
    for (const auto& entry : value.map().entries())
      result.map().set(entry.key, deep_copy(entry.value));
    return result;
  }
  if (value.is(tmpl::types::kList) && !value.is_nil()) {
    std::vector<Val> items;
    items.reserve(value.size());
    for (const Val& item : value.items()) items.push_back(deep_copy(item));
    return Val::list(std::move(items));
  }
  return value;
}

void merge_maps(Val& into, const Val& over) {
  for (const auto& [key, value] : over.map().entries()) {
    const Val* present = into.map().find(key);
    if (present && present->is_map() && value.is_map()) {
      Val merged = shallow_copy(*present);
      merge_maps(merged, value);
      into.map().set(key, std::move(merged));
    } else {
      into.map().set(key, value);
    }
  }
}

const Val* find_path(const Val& map, std::string_view dotted) {
  const Val* at = &map;
  while (true) {
    const std::size_t dot = dotted.find('.');
    at = at->is_map() ? at->map().find(dotted.substr(0, dot)) : nullptr;
    if (!at || dot == std::string_view::npos) return at;
    dotted.remove_prefix(dot + 1);
  }
}

const Val* find_table(const Val& map, std::string_view dotted) {
  const Val* found = dotted.empty() ? &map : find_path(map, dotted);
  return found && found->is_map() ? found : nullptr;
}

Result<Val> coalesce_values(const ActiveChart& chart, const Val& user, bool merge,
                            Warnings* warnings) {
  Val values = user.is_map() ? deep_copy(user) : Val::new_map();
  TRY(Coalescer(merge, warnings).chart(chart, values, ""));
  return values;
}

void coalesce_tables(Val& into, const Val& defaults, bool merge, Warnings* warnings) {
  Coalescer(merge, warnings).tables(into, defaults, "", merge);
}

}  // namespace gp::helm
