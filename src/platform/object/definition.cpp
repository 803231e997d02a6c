#include "platform/object/definition.hpp"

#include <algorithm>

#include "engine/jsonpath/jsonpath.hpp"
#include "platform/object/custom_kind.hpp"

namespace gp::object {
namespace {

std::vector<std::string> texts_of(const Value& list) {
  std::vector<std::string> texts;
  for (const Value& item : list.items()) texts.push_back(item.string());
  return texts;
}

// As on the real server, a path that does not parse ends the columns: nobody refuses it before.
std::vector<Column> columns_of(const Value& version) {
  std::vector<Column> columns;
  for (const Value& described : version["additionalPrinterColumns"].items()) {
    if (!jsonpath::JsonPath::parse_relaxed(described["jsonPath"].text())) break;
    Column column;
    column.name = described["name"].string();
    column.type = described["type"].string("string");
    column.format = described["format"].string();
    column.description = described["description"].string();
    if (column.description.empty()) {
      column.description = fmt::format("Custom resource definition column (in JSONPath format): {}",
                                       described["jsonPath"].text());
    }
    column.priority = static_cast<int>(described["priority"].integer());
    column.json_path = described["jsonPath"].string();
    // Only the name's own column may say that it is the name.
    if (column.format == "name") column.format.clear();
    columns.push_back(std::move(column));
  }
  return columns;
}

// Of all versions: objects are one set in the store, found by one set of fields.
std::vector<std::string> selectable_fields_of(const Value& versions) {
  std::vector<std::string> fields;
  for (const Value& version : versions.items()) {
    for (const Value& field : version["selectableFields"].items()) {
      std::string path = field["jsonPath"].string();
      if (path.starts_with('.')) path.erase(0, 1);
      if (std::ranges::find(fields, path) == fields.end()) fields.push_back(std::move(path));
    }
  }
  return fields;
}

// The version to use instead: the first, in Kubernetes' order, that is served and not deprecated.
std::string replacement_of(const Value& versions) {
  std::string best;
  for (const Value& version : versions.items()) {
    if (!version["served"].boolean() || version["deprecated"].boolean()) continue;
    const std::string_view name = version["name"].text();
    if (best.empty() || is_version_before(name, best)) best = name;
  }
  return best;
}

std::string deprecation_of(const Kind& kind, const Value& version, const Value& versions) {
  if (!version["deprecated"].boolean()) return {};
  const Value& warning = version["deprecationWarning"];
  if (!warning.is_null()) return warning.string();
  std::string text = fmt::format("{} {} is deprecated", kind.api_version(), kind.kind);
  const std::string replacement = replacement_of(versions);
  if (replacement.empty()) return text;
  return text + fmt::format("; use {}/{} {}", kind.group, replacement, kind.kind);
}

Kind kind_of(const Value& spec, const Value& names, const Value& version) {
  Kind kind;
  kind.is_custom = true;
  kind.group = spec["group"].string();
  kind.version = version["name"].string();
  kind.kind = names["kind"].string();
  kind.list_kind = names["listKind"].string(kind.kind + "List");
  kind.plural = names["plural"].string();
  kind.singular = names["singular"].string();
  kind.short_names = texts_of(names["shortNames"]);
  kind.categories = texts_of(names["categories"]);
  kind.is_namespaced = spec["scope"].text() != "Cluster";
  kind.columns = columns_of(version);
  kind.selectable_fields = selectable_fields_of(spec["versions"]);
  kind.deprecation_warning = deprecation_of(kind, version, spec["versions"]);
  kind.needs_webhook = spec["conversion"]["strategy"].text() == "Webhook";
  const Value& subresources = version["subresources"];
  kind.has_status = subresources["status"].is_object();
  if (const Value& scale = subresources["scale"]; scale.is_object()) {
    kind.scale =
        ScalePaths{scale["specReplicasPath"].string(), scale["statusReplicasPath"].string(),
                   scale["labelSelectorPath"].string()};
  }
  kind.schema = version["schema"]["openAPIV3Schema"];
  add_custom_rules(kind);
  return kind;
}

bool is_url(std::string_view text) {
  const std::size_t colon = text.find("://");
  return colon != std::string_view::npos && colon > 0 && text.size() > colon + 3 &&
         text[colon + 3] != '/' && text.find_first_of(" \t\r\n") == std::string_view::npos;
}

bool is_group_or_below(std::string_view group, std::string_view root) {
  return group == root || (group.ends_with(root) && group.size() > root.size() &&
                           group[group.size() - root.size() - 1] == '.');
}

}  // namespace

bool is_definition(const Kind& kind) {
  return kind.kind == "CustomResourceDefinition" && kind.group == "apiextensions.k8s.io";
}

std::vector<Kind> kinds_of_definition(const Value& definition) {
  std::vector<Kind> kinds;
  const Value& spec = definition["spec"];
  const Value& accepted = definition["status"]["acceptedNames"];
  const Value& names = accepted["plural"].empty() ? spec["names"] : accepted;
  std::string stored;
  for (const Value& version : spec["versions"].items()) {
    if (version["storage"].boolean()) stored = version["name"].string();
  }
  for (const Value& version : spec["versions"].items()) {
    if (!version["served"].boolean()) continue;
    kinds.push_back(kind_of(spec, names, version));
    kinds.back().storage_version = stored;
    kinds.back().is_terminating = !definition["metadata"]["deletionTimestamp"].is_null();
  }
  return kinds;
}

bool may_be_redefined(const Kind& builtin) {
  return builtin.type == nullptr && builtin.schema.is_object() && !builtin.has_open_metadata &&
         !is_group_or_below(builtin.group, "goldenpath.dev") &&
         !is_group_or_below(builtin.group, "backstage.io");
}

Kind redefined(const Kind& builtin, Kind described) {
  Kind kind = builtin;
  kind.compiled_schema = nullptr;
  const Value status = builtin.schema["properties"]["status"];
  kind.schema = described.schema;
  if (!status.is_null()) kind.schema.edit("properties").set("status", status);
  if (!described.columns.empty()) kind.columns = std::move(described.columns);
  if (described.scale) kind.scale = described.scale;
  for (const std::string& field : described.selectable_fields) {
    if (std::ranges::find(kind.selectable_fields, field) == kind.selectable_fields.end()) {
      kind.selectable_fields.push_back(field);
    }
  }
  kind.short_names = std::move(described.short_names);
  kind.categories = std::move(described.categories);
  kind.validate_last = std::move(described.validate_last);
  kind.deprecation_warning = std::move(described.deprecation_warning);
  return kind;
}

bool is_protected_group(std::string_view group) {
  return is_group_or_below(group, "k8s.io") || is_group_or_below(group, "kubernetes.io");
}

Approval approval_of(const Value& definition) {
  constexpr std::string_view kSee = "see https://github.com/kubernetes/enhancements/pull/1111";
  const std::string_view note = definition["metadata"]["annotations"][kApprovalAnnotation].text();
  if (note.empty()) {
    return {Approval::State::Missing,
            fmt::format("protected groups must have approval annotation \"{}\", {}",
                        kApprovalAnnotation, kSee)};
  }
  if (note.starts_with("unapproved")) {
    return {Approval::State::Bypassed, fmt::format("not approved: \"{}\"", note)};
  }
  if (is_url(note)) return {Approval::State::Approved, fmt::format("approved in {}", note)};
  return {Approval::State::Invalid,
          fmt::format("protected groups must have approval annotation \"{}\" with either a URL or "
                      "a reason starting with \"unapproved\", {}",
                      kApprovalAnnotation, kSee)};
}

}  // namespace gp::object
