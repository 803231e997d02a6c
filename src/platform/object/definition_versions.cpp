#include "platform/object/definition_versions.hpp"

#include <algorithm>
#include <set>

#include "engine/selector/names.hpp"
#include "platform/object/definition_schema.hpp"
#include "platform/object/go_text.hpp"

namespace gp::object {
namespace {

constexpr std::string_view kNoDot = "must be a simple json path starting with .";

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
  // Named as the real server's own type has it.
  if (column["jsonPath"].empty()) {
    report.required(child(path, "JSONPath"));
  } else if (!column["jsonPath"].text().starts_with('.')) {
    report.invalid(child(path, "JSONPath"), column["jsonPath"], std::string(kNoDot));
  }
}

void check_scale_path(const Value& value, std::initializer_list<std::string_view> roots,
                      const std::string& at, Report& report) {
  if (!value.text().starts_with('.')) {
    report.invalid(at, value, std::string(kNoDot));
    return;
  }
  for (const std::string_view root : roots) {
    if (value.text().starts_with(fmt::format("{}.", root))) return;
  }
  report.invalid(at, value,
                 roots.size() > 1 ? "should be a json path under either .spec or .status"
                                  : fmt::format("should be a json path under {}", *roots.begin()));
}

void check_scale(const Value& scale, const std::string& path, Report& report) {
  if (!scale.is_object()) return;
  for (const auto& [field, root] :
       {std::pair("specReplicasPath", ".spec"), std::pair("statusReplicasPath", ".status")}) {
    if (scale[field].empty()) {
      report.required(child(path, field));
    } else {
      check_scale_path(scale[field], {root}, child(path, field), report);
    }
  }
  if (!scale["labelSelectorPath"].empty()) {
    check_scale_path(scale["labelSelectorPath"], {".spec", ".status"},
                     child(path, "labelSelectorPath"), report);
  }
}

// Why a path does not name a field of the schema, or nothing; `found` is that field's schema.
std::string path_problem(std::string_view path, const Value& schema, const Value*& found) {
  found = &schema;
  while (!path.empty()) {
    if (path.front() == '[') return "array notation is not allowed";
    if (path.front() != '.') {
      return fmt::format("expected [ or . but got: {}",
                         path.substr(0, std::min(path.find_first_of(".[]"), path.size())));
    }
    path.remove_prefix(1);
    if (path.empty()) return "unexpected end of JSON path";
    const std::string_view name = path.substr(0, std::min(path.find_first_of(".[]"), path.size()));
    found = (*found)["properties"].find(name);
    if (found == nullptr) return "does not refer to a valid field";
    path.remove_prefix(std::max<std::size_t>(name.size(), 1));
  }
  return {};
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
    const Value* field = nullptr;
    if (const std::string problem = path_problem(json_path.text(), schema, field);
        !problem.empty()) {
      report.invalid(at, json_path, fmt::format("is an invalid path: {}", problem));
      continue;
    }
    if (json_path.text() == ".metadata" || json_path.text().starts_with(".metadata.")) {
      report.invalid(at, json_path, "must not point to fields in metadata");
    }
    const std::string_view type = (*field)["type"].text();
    if (type != "string" && type != "boolean" && type != "integer") {
      report.invalid(at, json_path,
                     "must point to a field of type string, boolean or integer. "
                     "Enum string fields and strings with formats are allowed.");
    }
    if (!seen.insert(json_path.text()).second) report.duplicate(at, json_path);
  }
  if (seen.size() > kFieldsMax) {
    report.errors().push_back({FieldError::Type::TooMany, path, std::to_string(seen.size()),
                               fmt::format("must have at most {} items", kFieldsMax)});
  }
}

// Whether all versions say the same about a field: then the real server keeps it in the spec, and
// says so in its messages.
bool is_shared(const Value& versions, std::string_view field) {
  const auto all = versions.items();
  return std::ranges::all_of(
      all, [&](const Value& version) { return version[field] == versions.at(0)[field]; });
}

bool has_status(const Value& version) {
  return version["subresources"]["status"].is_object();
}

// The schema that a version had; null if there was none.
const Value* schema_before(const Value* before, const Value& version) {
  if (before == nullptr) return nullptr;
  for (const Value& old : (*before)["spec"]["versions"].items()) {
    if (old["name"] == version["name"]) return old["schema"].find("openAPIV3Schema");
  }
  return nullptr;
}

void check_schemas(const Value& versions, const Value* before, Report& report) {
  const bool is_one = is_shared(versions, "schema");
  const auto all = versions.items();
  const bool any_status = std::ranges::any_of(all, has_status);
  for (std::size_t i = 0; i < (is_one ? 1 : versions.size()); ++i) {
    const Value& version = versions.at(i);
    const Value& schema = version["schema"]["openAPIV3Schema"];
    if (!schema.is_object()) continue;
    check_definition_schema(schema,
                            is_one ? "spec.validation.openAPIV3Schema"
                                   : child(element("spec.versions", i), "schema.openAPIV3Schema"),
                            is_one ? any_status : has_status(version),
                            schema_before(before, version), report);
  }
}

void check_subresources(const Value& versions, Report& report) {
  const bool is_one = is_shared(versions, "subresources");
  for (std::size_t i = 0; i < (is_one ? 1 : versions.size()); ++i) {
    check_scale(versions.at(i)["subresources"]["scale"],
                child(is_one ? "spec" : element("spec.versions", i), "subresources.scale"), report);
  }
}

void check_columns(const Value& versions, Report& report) {
  constexpr const char* kField = "additionalPrinterColumns";
  const bool is_one = is_shared(versions, kField);
  for (std::size_t i = 0; i < (is_one ? 1 : versions.size()); ++i) {
    const std::string at = child(is_one ? "spec" : element("spec.versions", i), kField);
    const Value& columns = versions.at(i)[kField];
    for (std::size_t j = 0; j < columns.size(); ++j) {
      check_column(columns.at(j), element(at, j), report);
    }
  }
}

void check_selectable_fields(const Value& versions, Report& report) {
  constexpr const char* kField = "selectableFields";
  const bool is_one = is_shared(versions, kField) && is_shared(versions, "schema");
  for (std::size_t i = 0; i < (is_one ? 1 : versions.size()); ++i) {
    const Value& version = versions.at(i);
    check_selectable(version[kField], version["schema"]["openAPIV3Schema"],
                     child(is_one ? "spec" : element("spec.versions", i), kField), report);
  }
}

void check_deprecation(const Value& version, const std::string& at, Report& report) {
  constexpr std::size_t kBytesMax = 256;
  const Value& warning = version["deprecationWarning"];
  if (warning.is_null()) return;
  if (!version["deprecated"].boolean()) {
    report.invalid(at, warning, "can only be set for deprecated versions");
    return;
  }
  if (warning.size() > kBytesMax) report.invalid(at, warning, "must be <= 256 characters long");
  if (warning.empty()) report.invalid(at, warning, "must not be an empty string");
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  const std::string_view text = warning.text();
  if (const auto found = std::ranges::find_if(text, is_control); found != text.end()) {
    report.invalid(at, warning,
                   fmt::format("must only contain printable UTF-8 characters; non-printable "
                               "character found at index {}",
                               found - text.begin()));
  }
}

// As Go prints the versions; what they share stands in the spec, and a pointer says nothing.
std::string printed_versions(const Value& versions) {
  constexpr const char* kSet = "0xc000000000";
  const auto pointer = [&](const Value& version, const char* field, const char* type) {
    const bool is_set = !version[field].is_null() && !is_shared(versions, field);
    return fmt::format("(*{})({})", type, is_set ? kSet : "nil");
  };
  const auto list = [&](const Value& version, const char* field, const char* type) {
    const bool is_set = !version[field].empty() && !is_shared(versions, field);
    return fmt::format("[]{}{}", type, is_set ? "{…}" : "(nil)");
  };
  std::vector<std::string> printed;
  for (const Value& version : versions.items()) {
    printed.push_back(fmt::format(
        "apiextensions.CustomResourceDefinitionVersion{{Name:{}, Served:{}, Storage:{}, "
        "Deprecated:{}, DeprecationWarning:(*string)({}), Schema:{}, Subresources:{}, "
        "AdditionalPrinterColumns:{}, SelectableFields:{}}}",
        go_quote(version["name"].text()), version["served"].boolean(), version["storage"].boolean(),
        version["deprecated"].boolean(), version["deprecationWarning"].is_null() ? "nil" : kSet,
        pointer(version, "schema", "apiextensions.CustomResourceValidation"),
        pointer(version, "subresources", "apiextensions.CustomResourceSubresources"),
        list(version, "additionalPrinterColumns", "apiextensions.CustomResourceColumnDefinition"),
        list(version, "selectableFields", "apiextensions.SelectableField")));
  }
  return fmt::format("[]apiextensions.CustomResourceDefinitionVersion{{{}}}",
                     fmt::join(printed, ", "));
}

}  // namespace

void check_definition_versions(const Value& versions, const Value* before, Report& report) {
  std::set<std::string_view> names;
  std::size_t stored = 0;
  for (std::size_t i = 0; i < versions.size(); ++i) {
    const Value& version = versions.at(i);
    const std::string at = element("spec.versions", i);
    if (!version["schema"]["openAPIV3Schema"].is_object()) {
      report.required(child(at, "schema.openAPIV3Schema"), "schemas are required");
    }
    const auto errors = selector::dns1035_label_errors(version["name"].text());
    if (!errors.empty())
      report.invalid(child(at, "name"), version["name"], fmt::format("{}", fmt::join(errors, ",")));
    names.insert(version["name"].text());
    stored += version["storage"].boolean() ? 1U : 0U;
    check_deprecation(version, child(at, "deprecationWarning"), report);
  }
  if (names.size() != versions.size()) {
    report.invalid_printed("spec.versions", printed_versions(versions),
                           "must contain unique version names");
  }
  if (stored != 1) {
    report.invalid_printed("spec.versions", printed_versions(versions),
                           "must have exactly one version marked as storage version");
  }
  if (versions.empty()) return;
  check_schemas(versions, before, report);
  check_subresources(versions, report);
  check_columns(versions, report);
  check_selectable_fields(versions, report);
}

}  // namespace gp::object
