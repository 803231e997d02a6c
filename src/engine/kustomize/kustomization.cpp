#include "engine/kustomize/kustomization.hpp"

#include <algorithm>
#include <array>

#include "base/contains.hpp"
#include "base/edit_distance.hpp"

namespace gp::kustomize {
namespace {

constexpr std::array<std::string_view, 3> kFileNames = {"kustomization.yaml", "kustomization.yml",
                                                        "Kustomization"};
constexpr std::array<std::string_view, 36> kFields = {
    "apiVersion",
    "kind",
    "metadata",
    "openapi",
    "namePrefix",
    "nameSuffix",
    "namespace",
    "commonLabels",
    "labels",
    "commonAnnotations",
    "patchesStrategicMerge",
    "patchesJson6902",
    "patches",
    "images",
    "imageTags",
    "replacements",
    "replicas",
    "vars",
    "sortOptions",
    "resources",
    "components",
    "crds",
    "bases",
    "configMapGenerator",
    "secretGenerator",
    "helmGlobals",
    "helmCharts",
    "helmChartInflationGenerator",
    "generatorOptions",
    "configurations",
    "generators",
    "transformers",
    "validators",
    "buildMetadata",
    "inventory",
    "validate",
};

Result<std::string> find_file(Environment& environment, const Folder& folder, std::string& path) {
  std::optional<std::string> text;
  for (const std::string_view name : kFileNames) {
    const std::string candidate = clean_path(fmt::format("{}/{}", folder.path, name));
    auto read = environment.read(candidate);
    if (!read && read.error().code == Code::NotFound) continue;
    if (!read) return fail(std::move(read).error());
    if (text) {
      return fail(invalid_argument("Found multiple kustomization files under: {}", folder.path)
                      .with_hint("keep kustomization.yaml"));
    }
    text = std::move(*read);
    path = candidate;
  }
  if (text) return std::move(*text);
  return fail(
      not_found("unable to find one of 'kustomization.yaml', 'kustomization.yml' or "
                "'Kustomization' in directory '{}'",
                folder.path));
}

Result<> check_fields(const Value& fields) {
  for (const auto& member : fields.members()) {
    if (contains(kFields, member.key())) continue;
    const std::string_view near = nearest_word(member.key(), kFields);
    Error error =
        invalid_argument("invalid Kustomization: json: unknown field \"{}\"", member.key());
    if (!near.empty()) error.hint = fmt::format("did you mean \"{}\"?", near);
    return fail(std::move(error));
  }
  if (!fields["openapi"].empty())
    return fail(unimplemented("openapi: schemas of your own are not supported"));
  return {};
}

std::string_view json_type(const Value& value) {
  if (value.is_bool()) return "bool";
  if (value.is_number()) return "number";
  return value.is_array() ? "array" : "object";
}

// As Go's decoder words it, for `newTag: 1.10` and the like, which would become another text.
Result<> expect_text(const Value& value, std::string_view field) {
  if (value.is_null() || value.is_string()) return {};
  return fail(invalid_argument("invalid Kustomization: json: cannot unmarshal {} into Go struct "
                               "field {} of type string",
                               json_type(value), field)
                  .with_hint("put the value in quotes"));
}

Result<> expect_texts(const Value& fields) {
  for (const char* name : {"namePrefix", "nameSuffix", "namespace"})
    TRY(expect_text(fields[name], fmt::format("Kustomization.{}", name)));
  for (const char* name : {"commonLabels", "commonAnnotations"}) {
    for (const auto& pair : fields[name].members())
      TRY(expect_text(pair.value, fmt::format("Kustomization.{}", name)));
  }
  for (const Value& image : fields["images"].items()) {
    for (const auto& member : image.members())
      TRY(expect_text(member.value, fmt::format("Image.images.{}", member.key())));
  }
  return {};
}

void move_items(Value& fields, const char* from, const char* to) {
  if (fields[from].is_array()) {
    for (const Value& item : fields[from].items()) fields.edit(to).push_back(item);
  }
  fields.erase(from);
}

// What `kustomize edit fix` does of itself before each build.
void modernise(Value& fields, std::vector<std::string>& warnings, std::string_view path) {
  const auto deprecate = [&](const char* old, const char* now) {
    if (!fields[old].empty())
      warnings.push_back(fmt::format("{}: '{}' is deprecated; use '{}'", path, old, now));
  };
  deprecate("bases", "resources");
  deprecate("imageTags", "images");
  deprecate("commonLabels", "labels");
  deprecate("patchesStrategicMerge", "patches");
  deprecate("patchesJson6902", "patches");
  deprecate("vars", "replacements");
  move_items(fields, "bases", "resources");
  move_items(fields, "imageTags", "images");
  if (!fields["helmChartInflationGenerator"].empty()) {
    for (const Value& old : fields["helmChartInflationGenerator"].items()) {
      Value chart = old;
      for (const auto& [from, to] : {std::pair{"chartName", "name"},
                                     {"chartVersion", "version"},
                                     {"chartRepoUrl", "repo"},
                                     {"values", "valuesFile"}}) {
        if (!chart[from].empty()) chart.set(to, chart[from]);
        chart.erase(from);
      }
      fields.edit("helmCharts").push_back(std::move(chart));
    }
    fields.erase("helmChartInflationGenerator");
  }
}

}  // namespace

bool is_kustomization_file(std::string_view name) {
  return contains(kFileNames, name);
}

Result<Kustomization> load_kustomization(Environment& environment, const Folder& folder,
                                         const std::function<void(Value&)>& edit,
                                         std::vector<std::string>& warnings) {
  Kustomization found;
  const std::string text = TRY(find_file(environment, folder, found.path));
  auto parsed = parse_yaml(text);
  if (!parsed) return fail(std::move(parsed.error()).with_context(found.path));
  found.fields = std::move(*parsed);
  if (found.fields.is_null()) {
    return fail(invalid_argument("{}: kustomization.yaml is empty", found.path));
  }
  if (!found.fields.is_object())
    return fail(invalid_argument("{}: an object was expected", found.path));
  if (edit) edit(found.fields);
  auto checked = check_fields(found.fields);
  if (!checked) return fail(std::move(checked.error()).with_context(found.path));
  const std::string_view kind = found.fields["kind"].text("Kustomization");
  if (kind != "Kustomization" && kind != "Component") {
    return fail(invalid_argument("{}: kind should be Kustomization or Component, not {}",
                                 found.path, kind));
  }
  found.is_component = kind == "Component";
  modernise(found.fields, warnings, found.path);
  auto typed = expect_texts(found.fields);
  if (!typed) return fail(std::move(typed.error()).with_context(found.path));
  return found;
}

}  // namespace gp::kustomize
