#include "platform/object/columns_builtin.hpp"

#include "engine/selector/selector.hpp"
#include "platform/object/columns.hpp"

namespace gp::object {
namespace {

Column make_column(std::string type, std::string name, std::string description, Cell cell,
                   int priority) {
  Column column;
  column.name = std::move(name);
  column.type = std::move(type);
  column.description = std::move(description);
  column.cell = cell;
  column.priority = priority;
  return column;
}

}  // namespace

Column text_column(std::string name, std::string description, Cell cell, int priority) {
  return make_column("string", std::move(name), std::move(description), cell, priority);
}

Column integer_column(std::string name, std::string description, Cell cell, int priority) {
  return make_column("integer", std::move(name), std::move(description), cell, priority);
}

Column name_first() {
  Column column =
      text_column("Name", "The name, unique within the namespace.",
                  [](const Value& object, TimePoint) { return object["metadata"]["name"]; });
  column.format = "name";
  return column;
}

Column age_last() {
  return text_column("Age", "Time since the object was created.",
                     [](const Value& object, TimePoint now) {
                       return Value(age(object["metadata"]["creationTimestamp"], now));
                     });
}

std::string joined(const std::vector<std::string>& words, std::string_view none) {
  if (words.empty()) return std::string(none);
  return fmt::format("{}", fmt::join(words, ","));
}

Value or_none(const Value& text, std::string_view none) {
  return text.empty() ? Value(none) : text;
}

std::string selector_text(const Value& selector) {
  const auto parsed = selector::LabelSelector::from_object(selector);
  if (!parsed) return "<error>";
  const std::string text = parsed->to_string();
  return text.empty() ? "<none>" : text;
}

std::string labels_text(const Value& labels) {
  std::vector<std::string> words;
  for (const Value::Member& member : labels.members()) {
    words.push_back(fmt::format("{}={}", member.key(), member.value.text()));
  }
  std::ranges::sort(words);
  return joined(words);
}

std::vector<Column> builtin_columns(std::string_view group, std::string_view kind) {
  // Kinds of ours share names with Kubernetes' (a Group, a Template): only its own groups are
  // asked.
  if (group.contains('.') && !group.ends_with(".k8s.io")) return {};
  for (const auto find : {core_columns, workload_columns, network_columns, cluster_columns}) {
    std::vector<Column> columns = find(kind);
    if (!columns.empty()) return columns;
  }
  return {};
}

}  // namespace gp::object
