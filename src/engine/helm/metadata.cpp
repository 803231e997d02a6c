#include "engine/helm/metadata.hpp"

#include <set>

#include "base/json.hpp"
#include "engine/helm/document.hpp"
#include "engine/sprig/semver.hpp"

namespace gp::helm {
namespace {

// One struct's members, converted as Go's decoder does when it knows the target's type: numbers and
// booleans become text where text is wanted.
class Members {
 public:
  Members(const Value& object, std::string_view type) : object_(object), type_(type) {}

  void text(std::string& into, std::string_view name) {
    const Value* value = object_.find(name);
    if (value && !value->is_null()) convert(into, *value, name);
  }
  void texts(std::vector<std::string>& into, std::string_view name) {
    const Value* value = object_.find(name);
    if (!value || value->is_null()) return;
    if (!value->is_array()) return mismatch(*value, name, "[]string");
    into.assign(value->size(), {});
    for (std::size_t i = 0; i < value->size(); ++i)
      if (!value->at(i).is_null()) convert(into[i], value->at(i), name);
  }
  void flag(bool& into, std::string_view name) {
    const Value* value = object_.find(name);
    if (!value || value->is_null()) return;
    if (!value->is_bool()) return mismatch(*value, name, "bool");
    into = value->boolean();
  }
  std::span<const Value> list(std::string_view name, std::string_view type) {
    const Value* value = object_.find(name);
    if (!value || value->is_null()) return {};
    if (!value->is_array()) mismatch(*value, name, type);
    return value->items();
  }
  const Value& map(std::string_view name, std::string_view type) {
    const Value* value = object_.find(name);
    if (!value || value->is_null()) return null_value();
    if (!value->is_object()) mismatch(*value, name, type);
    return *value;
  }
  void convert(std::string& into, const Value& value, std::string_view name) {
    if (value.is_string()) {
      into = value.string();
    } else if (value.is_bool()) {
      into = value.boolean() ? "true" : "false";
    } else if (value.is_number()) {
      into = to_json(value);
    } else {
      mismatch(value, name, "string");
    }
  }
  void mismatch(const Value& value, std::string_view name, std::string_view type) {
    if (problem_.empty())
      problem_ = fmt::format("cannot unmarshal {} into Go struct field {}.{} of type {}",
                             json_kind(value), type_, name, type);
  }
  void adopt(const Members& inner) {
    if (problem_.empty()) problem_ = inner.problem_;
  }
  Result<void> result() const {
    if (problem_.empty()) return {};
    return fail(
        invalid_argument("error unmarshaling JSON: while decoding JSON: json: {}", problem_));
  }

 private:
  const Value& object_;
  const std::string_view type_;
  std::string problem_;
};

Dependency read_dependency(Members& outer, const Value& entry) {
  Dependency result;
  Members members(entry, "Dependency");
  members.text(result.name, "name");
  members.text(result.version, "version");
  members.text(result.repository, "repository");
  members.text(result.condition, "condition");
  members.text(result.alias, "alias");
  members.texts(result.tags, "tags");
  members.flag(result.enabled, "enabled");
  for (const Value& item : members.list("import-values", "[]interface {}"))
    result.import_values.push_back(item);
  outer.adopt(members);
  return result;
}

Maintainer read_maintainer(Members& outer, const Value& entry) {
  Maintainer result;
  Members members(entry, "Maintainer");
  members.text(result.name, "name");
  members.text(result.email, "email");
  members.text(result.url, "url");
  outer.adopt(members);
  return result;
}

template <typename... Arguments>
Error problem(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  return invalid_argument("validation: {}",
                          fmt::format(format, std::forward<Arguments>(arguments)...));
}

bool is_alias(std::string_view text) {
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!letter && !(c >= '0' && c <= '9') && c != '_' && c != '-') return false;
  }
  return true;
}

}  // namespace

Result<void> read_metadata(Metadata& metadata, std::string_view text) {
  const Value document = TRY(parse_document(text));
  if (document.is_null()) return {};
  if (!document.is_object()) {
    return fail(
        invalid_argument("error unmarshaling JSON: while decoding JSON: json: cannot "
                         "unmarshal {} into Go value of type chart.Metadata",
                         json_kind(document)));
  }
  Members members(document, "Metadata");
  members.text(metadata.name, "name");
  members.text(metadata.home, "home");
  members.text(metadata.version, "version");
  members.text(metadata.description, "description");
  members.text(metadata.icon, "icon");
  members.text(metadata.api_version, "apiVersion");
  members.text(metadata.condition, "condition");
  members.text(metadata.tags, "tags");
  members.text(metadata.app_version, "appVersion");
  members.text(metadata.kube_version, "kubeVersion");
  members.text(metadata.type, "type");
  members.texts(metadata.sources, "sources");
  members.texts(metadata.keywords, "keywords");
  members.flag(metadata.deprecated, "deprecated");
  const Value& annotations = members.map("annotations", "map[string]string");
  for (const auto& member : annotations.members())
    members.convert(metadata.annotations[std::string(member.key())], member.value, "annotations");
  if (document.contains("maintainers")) metadata.maintainers.clear();
  for (const Value& entry : members.list("maintainers", "[]*chart.Maintainer"))
    metadata.maintainers.push_back(read_maintainer(members, entry));
  if (document.contains("dependencies")) metadata.dependencies.clear();
  for (const Value& entry : members.list("dependencies", "[]*chart.Dependency"))
    metadata.dependencies.push_back(read_dependency(members, entry));
  return members.result();
}

Result<void> validate(const Metadata& metadata) {
  if (metadata.api_version.empty()) return fail(problem("chart.metadata.apiVersion is required"));
  if (metadata.name.empty()) return fail(problem("chart.metadata.name is required"));
  if (metadata.name.contains('/') || metadata.name == "." || metadata.name == "..")
    return fail(problem("chart.metadata.name \"{}\" is invalid", metadata.name));
  if (metadata.version.empty()) return fail(problem("chart.metadata.version is required"));
  if (!sprig::Version::parse(metadata.version))
    return fail(problem("chart.metadata.version \"{}\" is invalid", metadata.version));
  if (!metadata.type.empty() && metadata.type != "application" && metadata.type != "library")
    return fail(problem("chart.metadata.type must be application or library"));
  std::set<std::string> seen;
  for (const Dependency& dependency : metadata.dependencies) {
    if (!is_alias(dependency.alias)) {
      return fail(
          problem("dependency \"{}\" has disallowed characters in the alias", dependency.name));
    }
    if (!seen.insert(dependency.known_as()).second) {
      return fail(
          problem("more than one dependency with name or alias \"{}\"", dependency.known_as()));
    }
  }
  return {};
}

}  // namespace gp::helm
