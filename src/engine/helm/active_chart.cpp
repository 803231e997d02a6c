#include "engine/helm/active_chart.hpp"

#include <set>

#include "base/text.hpp"
#include "engine/sprig/semver.hpp"

// A port of chartutil's dependencies.go, its oddities included: a dependency's conditions are
// looked up in the values of the whole tree.

namespace gp::helm {
namespace {

template <typename... Arguments>
void warn(Warnings* warnings, fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  if (warnings) warnings->push_back(fmt::format(format, std::forward<Arguments>(arguments)...));
}

ActiveChart whole(const std::shared_ptr<const Chart>& chart) {
  ActiveChart result{chart, chart->metadata, {}, {}};
  for (const auto& dependency : chart->dependencies)
    result.dependencies.push_back(whole(dependency));
  return result;
}

bool fits(const Dependency& wanted, const ActiveChart& chart) {
  return chart.name() == wanted.name && satisfies(wanted.version, chart.metadata.version);
}

void apply_tags(std::vector<Dependency>& wanted, const Val& values, Warnings* warnings) {
  const Val* tags = find_table(values, "tags");
  if (!tags) return;
  for (Dependency& dependency : wanted) {
    bool has_true = false;
    bool has_false = false;
    for (const std::string& tag : dependency.tags) {
      const Val* value = tags->map().find(tag);
      if (!value) continue;
      if (value->kind() == tmpl::Kind::Bool) {
        (value->boolean() ? has_true : has_false) = true;
      } else {
        warn(warnings, "Warning: Tag '{}' for chart {} returned non-bool value", tag,
             dependency.name);
      }
    }
    dependency.enabled = has_true || !has_false;
  }
}

void apply_conditions(std::vector<Dependency>& wanted, const Val& values, const std::string& path,
                      Warnings* warnings) {
  for (Dependency& dependency : wanted) {
    for (const std::string_view condition : split(trimmed(dependency.condition), ',')) {
      if (condition.empty()) continue;
      const Val* value = find_path(values, path + std::string(condition));
      if (!value || value->is_map()) continue;  // a table has no value of its own
      if (value->kind() == tmpl::Kind::Bool) {
        dependency.enabled = value->boolean();
        break;
      }
      warn(warnings, "Warning: Condition path '{}' for chart {} returned non-bool value", condition,
           dependency.name);
    }
  }
}

// Charts in charts/ that Chart.yaml does not name come first, then its entries in order, an aliased
// one once for each alias.
void select_dependencies(ActiveChart& chart) {
  std::vector<ActiveChart> selected;
  for (const ActiveChart& present : chart.dependencies) {
    const bool is_named =
        std::ranges::any_of(chart.metadata.dependencies,
                            [&](const Dependency& wanted) { return fits(wanted, present); });
    if (!is_named) selected.push_back(present);
  }
  for (Dependency& wanted : chart.metadata.dependencies) {
    const auto found = std::ranges::find_if(
        chart.dependencies, [&](const ActiveChart& present) { return fits(wanted, present); });
    if (found != chart.dependencies.end()) {
      selected.push_back(*found);
      selected.back().metadata.name = wanted.known_as();
    }
    if (!wanted.alias.empty()) wanted.name = wanted.alias;
  }
  chart.dependencies = std::move(selected);
}

Result<void> enable(ActiveChart& chart, const Val& user, const std::string& path,
                    Warnings* warnings) {
  auto& wanted = chart.metadata.dependencies;
  if (wanted.empty()) return {};
  select_dependencies(chart);
  for (Dependency& dependency : wanted) dependency.enabled = true;
  const Val values = TRY(coalesce_values(chart, user, false, warnings));
  apply_tags(wanted, values, warnings);
  apply_conditions(wanted, values, path, warnings);

  std::set<std::string> disabled;
  for (const Dependency& dependency : wanted)
    if (!dependency.enabled) disabled.insert(dependency.name);
  std::erase_if(chart.dependencies,
                [&](const ActiveChart& present) { return disabled.contains(present.name()); });
  std::erase_if(wanted,
                [&](const Dependency& dependency) { return disabled.contains(dependency.name); });
  for (ActiveChart& dependency : chart.dependencies)
    TRY(enable(dependency, values, path + dependency.name() + ".", warnings));
  return {};
}

// A map that holds `value` at the dotted path.
Val nested_at(std::string_view path, const Val& value) {
  if (path == ".") return value;
  Val result = value;
  std::vector<std::string_view> parts = split(path, '.');
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
    Val outer = Val::new_map();
    outer.map().set(*part, result);
    result = std::move(outer);
  }
  return result;
}

void import_one(Dependency& dependency, Value& entry, const Val& values, Val& imported,
                Warnings* warnings) {
  std::string child;
  std::string parent = ".";
  if (entry.is_string()) {
    child = fmt::format("exports.{}", entry.text());
  } else {
    child = entry["child"].string();
    parent = entry["parent"].string();
  }
  entry = Value::object({{"child", Value(child)}, {"parent", Value(parent)}});
  const Val* table = find_table(values, dependency.name + "." + child);
  if (!table) {
    warn(warnings, "Warning: ImportValues missing table from chart {}: \"{}\" is not a table",
         dependency.name, child);
    return;
  }
  coalesce_tables(imported, nested_at(parent, *table), true, warnings);
}

Result<void> import_values(ActiveChart& chart, Warnings* warnings) {
  for (ActiveChart& dependency : chart.dependencies) TRY(import_values(dependency, warnings));
  if (chart.metadata.dependencies.empty()) return {};
  const Val values = TRY(coalesce_values(chart, Val(), true, nullptr));
  Val imported = Val::new_map();
  for (Dependency& dependency : chart.metadata.dependencies)
    for (Value& entry : dependency.import_values)
      if (entry.is_string() || entry.is_object())
        import_one(dependency, entry, values, imported, warnings);
  Val merged = deep_copy(values);
  coalesce_tables(merged, imported, true, warnings);
  chart.values = std::move(merged);
  return {};
}

}  // namespace

bool ActiveChart::has_dependency(std::string_view wanted) const {
  return std::ranges::any_of(
      dependencies, [&](const ActiveChart& dependency) { return dependency.name() == wanted; });
}

Val ActiveChart::values_copy() const {
  if (values.is_map()) return deep_copy(values);
  return chart->values.is_object() ? Val::from_value(chart->values) : Val::new_map();
}

Result<ActiveChart> activate(std::shared_ptr<const Chart> chart, const Val& user,
                             Warnings* warnings) {
  ActiveChart result = whole(chart);
  TRY(enable(result, user, "", warnings));
  TRY(import_values(result, warnings));
  return result;
}

bool satisfies(std::string_view constraint, std::string_view version) {
  const auto allowed = sprig::VersionConstraint::parse(constraint);
  const auto have = sprig::Version::parse(version);
  return allowed && have && allowed->allows(*have);
}

}  // namespace gp::helm
