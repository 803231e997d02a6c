#include "platform/object/columns.hpp"

#include <array>

#include "base/json.hpp"
#include "engine/jsonpath/jsonpath.hpp"
#include "platform/object/columns_builtin.hpp"

namespace gp::object {
namespace {

const Column& name_column() {
  static const Column column = [] {
    Column made;
    made.name = "Name";
    made.format = "name";
    made.description = "The name, unique within the namespace.";
    made.cell = [](const Value& object, TimePoint) { return object["metadata"]["name"]; };
    return made;
  }();
  return column;
}

const Column& age_column() {
  static const Column column = [] {
    Column made;
    made.name = "Age";
    made.type = "string";
    made.description = "Time since the object was created.";
    made.cell = [](const Value& object, TimePoint now) {
      return Value(age(object["metadata"]["creationTimestamp"], now));
    };
    return made;
  }();
  return column;
}

bool has_name_column(const Kind& kind) {
  for (const Column& column : kind.columns) {
    if (column.format == "name") return true;
  }
  return false;
}

template <typename Visit>
void for_each_column(const Kind& kind, Visit&& visit) {
  if (!has_name_column(kind)) visit(name_column());
  for (const Column& column : kind.columns) visit(column);
  if (kind.columns.empty()) visit(age_column());
}

bool is_true(const Value& value) {
  return value.is_bool() && value.boolean();
}

// What a path finds, shaped to the column's type as the API server does for custom resources.
Value shaped(std::string_view type, const std::vector<Value>& found, TimePoint now) {
  if (found.empty() || found[0].is_null()) return {};
  const Value& first = found[0];
  if (type == "date") return age(first, now);
  if (type == "integer") return first.is_number() ? first : Value();
  if (type == "number") return first.is_number() ? first : Value();
  if (type == "boolean") return first.is_bool() ? Value(is_true(first)) : Value();
  std::string text;
  for (const Value& value : found) {
    if (!text.empty()) text += ",";
    text += value.is_string() ? value.string() : to_json(value);
  }
  return text;
}

}  // namespace

std::string age(const Value& timestamp, TimePoint now) {
  const auto created = parse_time(timestamp.text());
  if (!created) return "<unknown>";
  return human_duration(now - *created);
}

void compile_columns(Kind& kind) {
  for (Column& column : kind.columns) {
    if (column.cell || column.json_path.empty()) continue;
    auto path = jsonpath::JsonPath::parse_relaxed(column.json_path);
    if (!path) continue;  // whoever made the kind has checked it; its cells stay empty
    path->allow_missing();
    column.cell = [path = std::move(*path), type = column.type](const Value& object,
                                                                TimePoint now) {
      const auto found = path.find(object);
      return found ? shaped(type, *found, now) : Value();
    };
  }
}

Value column_definitions(const Kind& kind) {
  Value definitions = Value::array();
  for_each_column(kind, [&](const Column& column) {
    definitions.push_back(Value::object({{"name", column.name},
                                         {"type", column.type},
                                         {"format", column.format},
                                         {"description", column.description},
                                         {"priority", column.priority}}));
  });
  return definitions;
}

Value row_cells(const Kind& kind, const Value& object, TimePoint now) {
  Value cells = Value::array();
  for_each_column(kind, [&](const Column& column) {
    cells.push_back(column.cell ? column.cell(object, now) : Value());
  });
  return cells;
}

}  // namespace gp::object
