#include "feature/catalog/validate.hpp"

#include <map>

#include "base/json.hpp"
#include "engine/schema/json_schema.hpp"
#include "feature/catalog/entity_ref.hpp"
#include "feature/catalog/errors.hpp"
#include "feature/catalog/kinds.hpp"
#include "feature/catalog/name_rules.hpp"

namespace gp::catalog {
namespace {

using schema::JsonSchema;
using schema::JsonSchemaError;

constexpr std::string_view kEnvelopeSchema = R"({
  "type": "object", "required": ["apiVersion", "kind", "metadata"],
  "properties": {
    "apiVersion": {"type": "string", "minLength": 1}, "kind": {"type": "string", "minLength": 1},
    "metadata": {"type": "object", "required": ["name"], "properties": {
      "name": {"type": "string", "minLength": 1}, "namespace": {"type": "string", "minLength": 1},
      "annotations": {"type": "object"}}}}})";

constexpr std::string_view kEntitySchema = R"({
  "type": "object", "required": ["apiVersion", "kind", "metadata"], "additionalProperties": false,
  "properties": {
    "apiVersion": {"type": "string", "minLength": 1}, "kind": {"type": "string", "minLength": 1},
    "metadata": {"type": "object", "required": ["name"], "properties": {
      "uid": {"type": "string", "minLength": 1}, "etag": {"type": "string", "minLength": 1},
      "name": {"type": "string", "minLength": 1}, "namespace": {"type": "string", "minLength": 1},
      "title": {"type": "string", "minLength": 1}, "description": {"type": "string"},
      "labels": {"type": "object", "additionalProperties": {"type": "string"}},
      "annotations": {"type": "object", "additionalProperties": {"type": "string"}},
      "tags": {"type": "array", "items": {"type": "string", "minLength": 1}},
      "links": {"type": "array", "items": {"type": "object", "required": ["url"], "properties": {
        "url": {"type": "string", "minLength": 1}, "title": {"type": "string", "minLength": 1},
        "icon": {"type": "string", "minLength": 1}, "type": {"type": "string", "minLength": 1}}}}}},
    "spec": {"type": "object"},
    "relations": {"type": "array"}, "status": {"type": "object"}}})";

JsonSchema compile(std::string_view text) {
  auto parsed = parse_json(text);
  GP_CHECK(parsed.has_value(), "the schema is ours");
  schema::JsonSchemaOptions options;
  options.all_errors = false;  // Backstage shows the first one only
  auto compiled = JsonSchema::compile(*parsed, options);
  GP_CHECK(compiled.has_value(), "the schema is ours");
  return std::move(*compiled);
}

const JsonSchema& kind_schema(const EntityKind& kind) {
  static const auto schemas = [] {
    std::map<std::string_view, JsonSchema> all;
    for (const EntityKind& known : entity_kinds()) {
      all.emplace(known.kind,
                  compile(fmt::format(
                      R"({{"type":"object","required":["spec"],"properties":{{"spec":{}}}}})",
                      known.spec_schema)));
    }
    return all;
  }();
  return schemas.at(kind.kind);
}

std::string_view path_or_root(const JsonSchemaError& error) {
  return error.instance_path.empty() ? std::string_view("<root>") : error.instance_path;
}

std::string dotted(std::string_view pointer) {
  std::string path(pointer.starts_with('/') ? pointer.substr(1) : pointer);
  std::ranges::replace(path, '/', '.');
  return path;
}

std::string param_text(const Value& value) {
  if (value.is_string()) return value.string();
  if (!value.is_array()) return to_json(value);
  std::string joined;
  for (const Value& item : value.items()) {
    joined += (joined.empty() ? "" : ",") + param_text(item);
  }
  return joined;
}

// As Backstage prints one of Ajv's errors: `/spec must have …'owner' - missingProperty: owner`.
Error ajv_error(const JsonSchemaError& error) {
  std::string text = fmt::format("{} {}", path_or_root(error), error.message);
  std::string_view separator = " - ";
  for (const auto& [key, value] : error.params.members()) {
    text += fmt::format("{}{}: {}", separator, key.text(), param_text(value));
    separator = ", ";
  }
  return with_place(named_error("TypeError", std::move(text)), {}, 0, dotted(error.instance_path));
}

constexpr std::string_view kNameFormat =
    "a string that is sequences of [a-zA-Z0-9] separated by any of [-_.], at most 63 characters in "
    "total";
constexpr std::string_view kLabelFormat =
    "a string that is sequences of [a-z0-9] separated by [-], at most 63 characters in total";
constexpr std::string_view kTagFormat =
    "a string that is sequences of [a-z0-9+#] separated by [-], at most 63 characters in total";
constexpr std::string_view kKindFormat =
    "a string that is a sequence of [a-zA-Z][a-z0-9A-Z], at most 63 characters in total";
constexpr std::string_view kPairFormat = "a valid prefix and/or suffix";
constexpr std::string_view kUrlFormat = "a string that is a valid url";

Result<> check_format(std::string_view field, const Value& value,
                      bool (*is_valid)(std::string_view), std::string_view expected,
                      std::string_view path) {
  if (is_valid(value.text())) return {};
  return fail(with_place(
      named_error("Error",
                  fmt::format("\"{}\" is not valid; expected {} but found \"{}\". To learn more "
                              "about catalog file format, visit: "
                              "https://github.com/backstage/backstage/blob/master/docs/"
                              "architecture-decisions/adr002-default-catalog-file-format.md",
                              field, expected, value.text())),
      {}, 0, path));
}

Result<> check_pairs(std::string_view field, const Value& pairs, bool are_labels) {
  for (const auto& [key, value] : pairs.members()) {
    const std::string name = fmt::format("{}.{}", field, key.text());
    const std::string path = fmt::format("metadata.{}", name);
    TRY(check_format(name, key, is_label_key, kPairFormat, path));
    if (are_labels) TRY(check_format(name, value, is_label_value, kNameFormat, path));
  }
  return {};
}

Result<> check_formats(const Value& entity) {
  const Value& metadata = entity["metadata"];
  TRY(check_format("apiVersion", entity["apiVersion"], is_api_version, kPairFormat, "apiVersion"));
  TRY(check_format("kind", entity["kind"], is_kind, kKindFormat, "kind"));
  TRY(check_format("metadata.name", metadata["name"], is_entity_name, kNameFormat,
                   "metadata.name"));
  if (metadata.contains("namespace")) {
    TRY(check_format("metadata.namespace", metadata["namespace"], is_namespace, kLabelFormat,
                     "metadata.namespace"));
  }
  TRY(check_pairs("labels", metadata["labels"], true));
  TRY(check_pairs("annotations", metadata["annotations"], false));
  for (std::size_t i = 0; i < metadata["tags"].size(); ++i) {
    TRY(check_format(fmt::format("tags.{}", i), metadata["tags"].at(i), is_tag, kTagFormat,
                     fmt::format("metadata.tags.{}", i)));
  }
  for (std::size_t i = 0; i < metadata["links"].size(); ++i) {
    TRY(check_format(fmt::format("links.{}.url", i), metadata["links"].at(i)["url"], is_url,
                     kUrlFormat, fmt::format("metadata.links.{}.url", i)));
  }
  return {};
}

// Keys of one object that differ only in case could not be told apart in filters.
Result<> check_case(const Value& value, const std::string& path) {
  for (const Value& item : value.items()) TRY(check_case(item, path));
  const auto members = value.members();
  if (members.empty()) return {};
  std::map<std::string, std::string_view> seen;
  for (const auto& member : members) {
    const std::string here =
        path.empty() ? std::string(member.key()) : fmt::format("{}.{}", path, member.key());
    const auto [other, is_new] = seen.emplace(lower(member.key()), member.key());
    if (!is_new) {
      return fail(with_place(
          named_error("InputError",
                      fmt::format("Entity has duplicate keys that vary only in casing, {}", here)),
          {}, 0, here));
    }
    if (member.value.is_object() || member.value.is_array()) {
      TRY(check_case(member.value, here));
    }
  }
  return {};
}

}  // namespace

Result<> check_envelope(const Value& document) {
  static const JsonSchema schema = compile(kEnvelopeSchema);
  const auto errors = schema.validate(document);
  if (!errors.empty()) return fail(ajv_error(errors.front()));
  return {};
}

Result<> check_policies(const Value& entity) {
  static const JsonSchema schema = compile(kEntitySchema);
  if (const auto errors = schema.validate(entity); !errors.empty()) {
    const JsonSchemaError& error = errors.front();
    const std::string path = error.keyword == "additionalProperties" && error.instance_path.empty()
                                 ? error.params["additionalProperty"].string()
                                 : dotted(error.instance_path);
    return fail(with_place(named_error("Error", fmt::format("Malformed envelope, {} {}",
                                                            path_or_root(error), error.message)),
                           {}, 0, path));
  }
  for (const std::string_view computed : {"relations", "status"}) {
    if (!entity.contains(computed)) continue;
    return fail(with_place(named_error("Error", fmt::format("Unknown field {}", computed)), {}, 0,
                           computed));
  }
  TRY(check_formats(entity));
  return check_case(entity, "");
}

Result<> check_kind(const Value& entity) {
  const EntityKind* kind = find_entity_kind(entity["apiVersion"].text(), entity["kind"].text());
  if (kind == nullptr) {
    return fail(with_place(
        named_error("InputError",
                    fmt::format("No processor recognized the entity {} as valid, possibly caused "
                                "by a foreign kind or apiVersion",
                                ref_of(entity))),
        {}, 0, "kind"));
  }
  // A Location may do without a spec.
  if (kind->kind == "Location" && !entity.contains("spec")) return {};
  const auto errors = kind_schema(*kind).validate(entity);
  if (errors.empty()) return {};
  return fail(caused_by("InputError",
                        fmt::format("Processor {} threw an error while validating the entity {}",
                                    kind->processor, ref_of(entity)),
                        ajv_error(errors.front())));
}

}  // namespace gp::catalog
