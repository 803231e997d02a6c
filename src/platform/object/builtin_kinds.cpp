// From the `kind` lines of types/ to kinds of the registry.

#include "base/json.hpp"
#include "base/text.hpp"
#include "platform/object/columns_builtin.hpp"
#include "platform/object/rules.hpp"
#include "platform/object/type_schema.hpp"
#include "platform/object/type_text.hpp"
#include "platform/object/types.hpp"

namespace gp::object {
namespace {

std::vector<std::string> words_of(std::string_view list) {
  std::vector<std::string> words;
  for (const std::string_view word : split_at(list, ',')) words.emplace_back(word);
  return words;
}

NameRule name_rule_of(std::string_view word) {
  if (word == "label") return NameRule::DnsLabel;
  if (word == "label1035") return NameRule::Dns1035Label;
  if (word == "path") return NameRule::PathSegment;
  GP_CHECK(word == "subdomain", "a kind line names a rule that is not known");
  return NameRule::DnsSubdomain;
}

// true: the kind is described by a schema made of its type, as custom resources are.
bool apply_word(std::string_view word, std::string_view value, Kind& kind) {
  if (word == "short") {
    kind.short_names = words_of(value);
  } else if (word == "singular") {
    kind.singular = value;
  } else if (word == "categories") {
    kind.categories = words_of(value);
  } else if (word == "fields") {
    kind.selectable_fields = words_of(value);
  } else if (word == "verbs") {
    kind.verbs = words_of(value);
  } else if (word == "name") {
    kind.name_rule = name_rule_of(value);
  } else if (word == "cluster") {
    kind.is_namespaced = false;
  } else if (word == "status") {
    kind.has_status = true;
  } else if (word == "scale") {
    kind.scale = ScalePaths{".spec.replicas", ".status.replicas", ".spec.selector"};
  } else if (word == "generation") {
    kind.tracks_generation = true;
  } else if (word == "anywhere") {
    kind.requires_namespace = false;
  } else if (word == "stored") {
    kind.stored_as = value;
  } else if (word == "openmeta") {
    kind.has_open_metadata = true;
  } else if (word == "virtual") {
    kind.is_virtual = true;
    kind.verbs = {"create"};
  } else {
    GP_CHECK(word == "custom", "a kind line has a word that is not known");
    return true;
  }
  return false;
}

// `"Sync Status" string .status.sync.status priority=1 : what it is`
Column parse_column(std::string_view line) {
  Column column;
  column.description = take_description(line);
  const std::vector<std::string_view> words = split_words(line);
  GP_CHECK(words.size() >= 3, "a column line needs a name, a type and a path");
  column.name = words[0];
  std::erase(column.name, '"');
  column.type = words[1];
  column.json_path = words[2];
  if (words.size() > 3 && words[3] == "wide") column.priority = 1;
  return column;
}

Kind to_kind(const KindLine& line) {
  Kind kind;
  kind.group = line.group;
  kind.version = line.version;
  kind.kind = line.type->name;
  kind.list_kind = kind.kind + "List";
  kind.plural = line.plural;
  kind.singular = lower(kind.kind);
  kind.tracks_generation = false;
  bool is_custom = false;
  for (const auto& [word, value] : line.words) is_custom |= apply_word(word, value, kind);
  if (is_custom) {
    kind.schema = structural_schema(*line.type);
    if (kind.scale) kind.scale->label_selector = ".status.selector";
    kind.tracks_generation = true;
  } else {
    kind.type = line.type;
  }

  kind.columns = builtin_columns(kind.group, kind.kind);
  for (const std::string_view column : line.columns) kind.columns.push_back(parse_column(column));
  if (const Rule rule = rule_of(kind.group, kind.kind); rule != nullptr) {
    kind.validate = [rule](const Value& object, const Value* before,
                           std::vector<FieldError>& errors) {
      Report report(errors);
      rule(object, before, report);
    };
  }
  return kind;
}

}  // namespace

void add_builtin_kinds(KindRegistry& registry) {
  std::vector<Kind> kinds;
  for (const KindLine& line : builtin_types().kinds()) kinds.push_back(to_kind(line));
  registry.add_all(std::move(kinds));
}

}  // namespace gp::object
