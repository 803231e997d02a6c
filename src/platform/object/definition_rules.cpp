// When a CustomResourceDefinition is acceptable (apiextensions' validation package).
//
// The real server looks at what versions share as fields of the spec itself: with one version, or
// the same schema in all, the schema's path is "spec.validation.openAPIV3Schema".

#include <algorithm>
#include <array>
#include <set>

#include "base/text.hpp"
#include "engine/jsonpath/jsonpath.hpp"
#include "engine/selector/names.hpp"
#include "platform/object/definition.hpp"
#include "platform/object/definition_schema.hpp"
#include "platform/object/rules_builtin.hpp"

namespace gp::object {
namespace {

std::string joined(const std::vector<std::string>& parts) {
  return fmt::format("{}", fmt::join(parts, ","));
}

void check_names(const Value& names, Report& report) {
  for (const char* field : {"plural", "singular", "kind", "listKind"}) {
    if (names[field].empty()) report.required(child("spec.names", field));
  }
  for (const char* field : {"plural", "singular"}) {
    if (names[field].empty()) continue;
    const auto errors = selector::dns1035_label_errors(names[field].text());
    if (!errors.empty()) report.invalid(child("spec.names", field), names[field], joined(errors));
  }
  for (const char* field : {"kind", "listKind"}) {
    if (names[field].empty()) continue;
    const auto errors = selector::dns1035_label_errors(lower(names[field].text()));
    if (errors.empty()) continue;
    report.invalid(
        child("spec.names", field), names[field],
        fmt::format("may have mixed case, but should otherwise match: {}", joined(errors)));
  }
  for (const char* field : {"shortNames", "categories"}) {
    for (std::size_t i = 0; i < names[field].size(); ++i) {
      const auto errors = selector::dns1035_label_errors(names[field].at(i).text());
      if (errors.empty()) continue;
      report.invalid(element(child("spec.names", field), i), names[field].at(i), joined(errors));
    }
  }
  if (!names["kind"].empty() && names["kind"] == names["listKind"]) {
    report.invalid("spec.names.listKind", names["listKind"],
                   "kind and listKind may not be the same");
  }
}

void check_group(const Value& group, Report& report) {
  if (group.empty()) {
    report.required("spec.group");
    return;
  }
  const auto errors = selector::dns_subdomain_errors(group.text());
  if (!errors.empty()) {
    report.invalid("spec.group", group, joined(errors));
  } else if (!group.text().contains('.')) {
    report.invalid("spec.group", group, "should be a domain with at least one dot");
  }
}

void check_column(const Value& column, const std::string& path, Report& report) {
  constexpr std::string_view kTypes[] = {"boolean", "date", "integer", "number", "string"};
  constexpr std::string_view kFormats[] = {"byte",  "date",  "date-time", "double",
                                           "float", "int32", "int64",     "password"};
  if (column["name"].empty()) report.required(child(path, "name"));
  const std::string types = fmt::format("must be one of {}", fmt::join(kTypes, ","));
  if (column["type"].empty()) {
    report.required(child(path, "type"), types);
  } else if (std::ranges::find(kTypes, column["type"].text()) == std::end(kTypes)) {
    report.invalid(child(path, "type"), column["type"], types);
  }
  const std::string_view format = column["format"].text();
  if (!format.empty() && std::ranges::find(kFormats, format) == std::end(kFormats)) {
    report.invalid(child(path, "format"), column["format"],
                   fmt::format("must be one of {}", fmt::join(kFormats, ",")));
  }
  const std::string_view json_path = column["jsonPath"].text();
  if (json_path.empty()) {
    report.required(child(path, "jsonPath"));
  } else if (auto parsed = jsonpath::JsonPath::parse_relaxed(json_path); !parsed) {
    report.invalid(child(path, "jsonPath"), column["jsonPath"],
                   fmt::format("does not parse: {}", parsed.error().message));
  }
}

// `.spec.replicas`: names and dots only.
bool is_simple_path(std::string_view path) {
  if (!path.starts_with('.') || path.size() < 2) return false;
  for (const std::string_view part : split(path.substr(1), '.')) {
    if (part.empty() || part.find_first_of("[]*?@'\"{}") != std::string_view::npos) return false;
  }
  return true;
}

void check_scale_path(const Value& scale, std::string_view field,
                      std::initializer_list<std::string_view> roots, const std::string& path,
                      Report& report) {
  const Value& value = scale[field];
  const std::string at = child(path, field);
  if (!is_simple_path(value.text())) {
    report.invalid(at, value, "should be a simple json path of names and dots");
    return;
  }
  for (const std::string_view root : roots) {
    if (value.text().starts_with(fmt::format("{}.", root))) return;
  }
  report.invalid(at, value,
                 roots.size() > 1 ? "should be a json path under either .status or .spec"
                                  : fmt::format("should be a json path under {}", *roots.begin()));
}

void check_scale(const Value& scale, const std::string& path, Report& report) {
  if (!scale.is_object()) return;
  for (const auto& [field, root] :
       {std::pair("specReplicasPath", ".spec"), std::pair("statusReplicasPath", ".status")}) {
    if (scale[field].empty()) {
      report.required(child(path, field));
    } else {
      check_scale_path(scale, field, {root}, path, report);
    }
  }
  if (!scale["labelSelectorPath"].empty()) {
    check_scale_path(scale, "labelSelectorPath", {".status", ".spec"}, path, report);
  }
}

// The schema's part that a simple path names; null if none.
const Value& schema_at(const Value& schema, std::string_view path) {
  const Value* at = &schema;
  for (const std::string_view part : split(path.substr(1), '.')) {
    at = &(*at)["properties"][part];
  }
  return *at;
}

void check_selectable(const Value& fields, const Value& schema, const std::string& path,
                      Report& report) {
  constexpr std::size_t kFieldsMax = 8;
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const std::string at = child(element(path, i), "jsonPath");
    const Value& json_path = fields.at(i)["jsonPath"];
    if (json_path.empty()) {
      report.required(at);
      continue;
    }
    if (!is_simple_path(json_path.text())) {
      report.invalid(at, json_path, "is an invalid path: must be a simple path of names and dots");
      continue;
    }
    const Value& type = schema_at(schema, json_path.text())["type"];
    if (json_path.text().starts_with(".metadata.")) {
      report.invalid(at, json_path, "must not point to fields in metadata");
    } else if (type.is_null()) {
      report.invalid(at, json_path, "is an invalid path: does not refer to a valid field");
    } else if (type.text() != "string" && type.text() != "boolean" && type.text() != "integer") {
      report.invalid(at, json_path,
                     "must point to a field of type string, boolean or integer. "
                     "Enum string fields and strings with formats are allowed.");
    }
    if (!seen.insert(json_path.text()).second) report.duplicate(at, json_path);
  }
  if (fields.size() > kFieldsMax) {
    report.errors().push_back({FieldError::Type::TooMany, path, std::to_string(fields.size()),
                               fmt::format("must have at most {} items", kFieldsMax)});
  }
}

// Whether all versions say the same about a field: then the spec has it.
bool is_shared(const Value& versions, std::string_view field) {
  for (const Value& version : versions.items()) {
    if (!(version[field] == versions.at(0)[field])) return false;
  }
  return true;
}

void check_parts(const Value& version, const std::string& schema_at, const std::string& base,
                 Report& report) {
  const Value& schema = version["schema"]["openAPIV3Schema"];
  if (schema.is_object()) {
    check_definition_schema(schema, schema_at, version["subresources"]["status"].is_object(),
                            report);
  }
  check_scale(version["subresources"]["scale"], child(base, "subresources.scale"), report);
  const Value& columns = version["additionalPrinterColumns"];
  for (std::size_t i = 0; i < columns.size(); ++i) {
    check_column(columns.at(i), element(child(base, "additionalPrinterColumns"), i), report);
  }
  check_selectable(version["selectableFields"], schema, child(base, "selectableFields"), report);
}

std::string names_of(const Value& versions) {
  std::vector<std::string> names;
  for (const Value& version : versions.items()) {
    names.push_back(fmt::format("\"{}\"", version["name"].text()));
  }
  return fmt::format("[{}]", fmt::join(names, ", "));
}

void check_versions(const Value& versions, Report& report) {
  std::set<std::string_view> names;
  std::size_t stored = 0;
  bool has_schema = false;
  for (const Value& version : versions.items()) {
    has_schema = has_schema || version["schema"]["openAPIV3Schema"].is_object();
  }
  for (std::size_t i = 0; i < versions.size(); ++i) {
    const Value& version = versions.at(i);
    const std::string at = element("spec.versions", i);
    const auto errors = selector::dns1035_label_errors(version["name"].text());
    if (!errors.empty()) report.invalid(child(at, "name"), version["name"], joined(errors));
    names.insert(version["name"].text());
    stored += version["storage"].boolean() ? 1U : 0U;
    if (!version["schema"]["openAPIV3Schema"].is_object() && version["served"].boolean()) {
      report.required(child(at, "schema.openAPIV3Schema"), "schemas are required");
    }
    if (!version["deprecated"].boolean() && !version["deprecationWarning"].is_null()) {
      report.invalid(child(at, "deprecationWarning"), version["deprecationWarning"],
                     "can only be set for deprecated versions");
    }
  }
  if (names.size() != versions.size()) {
    report.invalid_printed("spec.versions", names_of(versions),
                           "must contain unique version names");
  }
  if (stored != 1) {
    report.invalid_printed("spec.versions", names_of(versions),
                           "must have exactly one version marked as storage version");
  }
  if (versions.empty()) return;
  const bool is_one_schema = is_shared(versions, "schema");
  const bool is_all_one = is_one_schema && is_shared(versions, "subresources") &&
                          is_shared(versions, "additionalPrinterColumns") &&
                          is_shared(versions, "selectableFields");
  for (std::size_t i = 0; i < versions.size(); ++i) {
    if (is_all_one && i > 0) break;
    const std::string at = element("spec.versions", i);
    check_parts(
        versions.at(i),
        is_one_schema ? "spec.validation.openAPIV3Schema" : child(at, "schema.openAPIV3Schema"),
        is_all_one ? "spec" : at, report);
  }
}

void check_conversion(const Value& conversion, Report& report) {
  const std::string_view strategy = conversion["strategy"].text();
  const Value& hook = conversion["webhook"];
  if (strategy != "Webhook") {
    if (hook.is_object()) {
      report.forbidden("spec.conversion.webhookClientConfig",
                       "should not be set when strategy is not set to Webhook");
    }
    return;
  }
  if (!hook["clientConfig"].is_object()) {
    report.required("spec.conversion.webhookClientConfig",
                    "required when strategy is set to Webhook");
  }
  const Value& versions = hook["conversionReviewVersions"];
  const bool is_spoken = std::ranges::any_of(versions.items(), [](const Value& version) {
    return version.text() == "v1" || version.text() == "v1beta1";
  });
  if (versions.empty()) {
    report.required("spec.conversion.conversionReviewVersions");
  } else if (!is_spoken) {
    report.invalid("spec.conversion.conversionReviewVersions", versions,
                   "must include at least one of v1, v1beta1");
  }
}

// Versions in which objects may still be stored must not vanish from the definition.
void check_stored(const Value& object, Report& report) {
  const Value& stored = object["status"]["storedVersions"];
  const Value& versions = object["spec"]["versions"];
  for (std::size_t i = 0; i < stored.size(); ++i) {
    const bool is_there = std::ranges::any_of(
        versions.items(), [&](const Value& version) { return version["name"] == stored.at(i); });
    if (!is_there) {
      report.invalid(element("status.storedVersions", i), stored.at(i),
                     fmt::format("missing from spec.versions; {} was previously a storage version, "
                                 "and must remain in spec.versions until a storage migration "
                                 "ensures no data remains persisted in {} and removes {} from "
                                 "status.storedVersions",
                                 stored.at(i).text(), stored.at(i).text(), stored.at(i).text()));
    }
  }
}

void check_approval(const Value& object, const Value* before, Report& report) {
  if (!is_protected_group(object["spec"]["group"].text())) return;
  const Approval approval = approval_of(object);
  if (before != nullptr && approval_of(*before).state == approval.state) return;
  const std::string at = fmt::format("metadata.annotations[{}]", kApprovalAnnotation);
  if (approval.state == Approval::State::Missing) report.required(at, approval.message);
  if (approval.state == Approval::State::Invalid) {
    report.invalid(at, object["metadata"]["annotations"][kApprovalAnnotation], approval.message);
  }
}

bool is_established(const Value& definition) {
  return std::ranges::any_of(
      definition["status"]["conditions"].items(), [](const Value& condition) {
        return condition["type"].text() == "Established" && condition["status"].text() == "True";
      });
}

}  // namespace

void check_definition(const Value& object, const Value* before, Report& report) {
  const Value& spec = object["spec"];
  const std::string wanted =
      fmt::format("{}.{}", spec["names"]["plural"].text(), spec["group"].text());
  if (object["metadata"]["name"].text() != wanted) {
    report.invalid("metadata.name", object["metadata"]["name"],
                   "must be spec.names.plural+\".\"+spec.group");
  }
  check_stored(object, report);
  check_approval(object, before, report);
  if (before != nullptr && (*before)["spec"] == spec) return;  // its status alone has changed

  check_group(spec["group"], report);
  check_names(spec["names"], report);
  check_versions(spec["versions"], report);
  check_conversion(spec["conversion"], report);
  if (spec["preserveUnknownFields"].boolean()) {
    report.invalid("spec.preserveUnknownFields", true,
                   "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in "
                   "spec.versions[*].schema instead");
  }
  if (before == nullptr) return;
  const Value& old = (*before)["spec"];
  report.immutable("spec.group", spec["group"], old["group"]);
  report.immutable("spec.names.plural", spec["names"]["plural"], old["names"]["plural"]);
  if (!is_established(*before)) return;
  report.immutable("spec.scope", spec["scope"], old["scope"]);
  report.immutable("spec.names.kind", spec["names"]["kind"], old["names"]["kind"]);
}

}  // namespace gp::object
