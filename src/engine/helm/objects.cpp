#include "engine/helm/objects.hpp"

#include "base/json.hpp"
#include "engine/helm/output.hpp"
#include "engine/sprig/values.hpp"
#include "engine/template/host.hpp"
#include "engine/template/print.hpp"

namespace gp::helm {
namespace {

using tmpl::Kind;
using tmpl::Type;
namespace types = tmpl::types;

// A struct as a list of fields, in Go's order. `json` is empty where the tag says "-"; empty values
// are left out of JSON.
struct Field {
  std::string_view name;
  std::string_view json;
  Val value;
};

class Struct final : public tmpl::Host {
 public:
  Struct(const Type& type, std::vector<Field> fields) : type_(type), fields_(std::move(fields)) {}

  const Type& type() const override { return type_; }
  std::optional<Val> field(std::string_view name) const override {
    for (const Field& field : fields_)
      if (field.name == name) return field.value;
    return std::nullopt;
  }
  std::string text() const override {
    std::string out = type_.kind == Kind::Pointer ? "&{" : "{";
    for (const Field& field : fields_) {
      if (&field != &fields_.front()) out += ' ';
      out += tmpl::print_one(field.value);
    }
    return out + "}";
  }
  Value to_value() const override {
    Value object = Value::object();
    for (const Field& field : fields_)
      if (!field.json.empty() && !sprig::is_empty(field.value))
        object.set(field.json, to_document(field.value));
    return object;
  }

 private:
  const Type& type_;
  const std::vector<Field> fields_;
};

const Type kMaintainer{"chart.Maintainer", Kind::Struct};
const Type kMaintainerPointer{"*chart.Maintainer", Kind::Pointer, &kMaintainer};
const Type kMaintainers{"[]*chart.Maintainer", Kind::Slice, &kMaintainerPointer};
const Type kDependency{"chart.Dependency", Kind::Struct};
const Type kDependencyPointer{"*chart.Dependency", Kind::Pointer, &kDependency};
const Type kDependencies{"[]*chart.Dependency", Kind::Slice, &kDependencyPointer};
const Type kChart{"struct { chart.Metadata; IsRoot bool }", Kind::Struct};
const Type kHelmBuild{"version.BuildInfo", Kind::Struct};
const Type kKubeVersion{"chartutil.KubeVersion", Kind::Struct};
const Type kCapabilitiesStruct{"chartutil.Capabilities", Kind::Struct};
const Type kCapabilities{"*chartutil.Capabilities", Kind::Pointer, &kCapabilitiesStruct};

Val text(const std::string& value) {
  return Val::string(value);
}

Val texts(const std::vector<std::string>& values) {
  return values.empty() ? Val::nil_of(types::kStrings) : Val::strings(values);
}

Val host(const Type& type, std::vector<Field> fields) {
  return Val::host(std::make_unique<Struct>(type, std::move(fields)));
}

Val maintainers(const std::vector<Maintainer>& people) {
  if (people.empty()) return Val::nil_of(kMaintainers);
  std::vector<Val> items;
  for (const Maintainer& person : people) {
    items.push_back(host(kMaintainerPointer, {{"Name", "name", text(person.name)},
                                              {"Email", "email", text(person.email)},
                                              {"URL", "url", text(person.url)}}));
  }
  return Val::list(std::move(items), kMaintainers);
}

Val dependencies(const std::vector<Dependency>& all) {
  if (all.empty()) return Val::nil_of(kDependencies);
  std::vector<Val> items;
  for (const Dependency& one : all) {
    std::vector<Val> imports;
    for (const Value& entry : one.import_values) imports.push_back(Val::from_value(entry));
    items.push_back(host(kDependencyPointer, {{"Name", "name", text(one.name)},
                                              {"Version", "version", text(one.version)},
                                              {"Repository", "repository", text(one.repository)},
                                              {"Condition", "condition", text(one.condition)},
                                              {"Tags", "tags", texts(one.tags)},
                                              {"Enabled", "enabled", Val::boolean(one.enabled)},
                                              {"ImportValues", "import-values",
                                               imports.empty() ? Val::nil_of(types::kList)
                                                               : Val::list(std::move(imports))},
                                              {"Alias", "alias", text(one.alias)}}));
  }
  return Val::list(std::move(items), kDependencies);
}

// `{{ .Capabilities.KubeVersion }}` prints by String(), as its address can be taken; once copied
// into an argument it is a plain struct.
class KubeVersionObject final : public tmpl::Host {
 public:
  explicit KubeVersionObject(KubeVersion version) : version_(std::move(version)) {}
  const Type& type() const override { return kKubeVersion; }
  std::optional<Val> field(std::string_view name) const override {
    if (name == "Version") return Val::string(version_.version);
    if (name == "Major") return Val::string(version_.major);
    if (name == "Minor") return Val::string(version_.minor);
    return std::nullopt;
  }
  std::optional<tmpl::Function> method(std::string_view name) const override {
    if (name != "String" && name != "GitVersion") return std::nullopt;
    return tmpl::Function{{}, [version = version_.version](auto&, auto) -> Result<Val> {
                            return Val::string(version);
                          }};
  }
  std::string text() const override {
    return fmt::format("{{{} {} {}}}", version_.version, version_.major, version_.minor);
  }
  std::string addressed_text() const override { return version_.version; }
  Value to_value() const override {
    return Value::object({{"Version", Value(version_.version)},
                          {"Major", Value(version_.major)},
                          {"Minor", Value(version_.minor)}});
  }

 private:
  const KubeVersion version_;
};

std::optional<tmpl::Function> version_set_method(const Val& receiver, std::string_view name) {
  if (name != "Has") return std::nullopt;
  return tmpl::Function{{{&types::kString}}, [receiver](auto&, auto arguments) -> Result<Val> {
                          for (const Val& item : receiver.items())
                            if (item.text() == arguments[0].text()) return Val::boolean(true);
                          return Val::boolean(false);
                        }};
}
const tmpl::Methods kVersionSetMethods{version_set_method};
const Type kVersionSet{"chartutil.VersionSet", Kind::Slice, &types::kString, &kVersionSetMethods};

extern const Type kValues;

std::optional<tmpl::Function> values_method(const Val& receiver, std::string_view name) {
  const auto with_path = [&](auto result) {
    return tmpl::Function{{{&types::kString}}, std::move(result)};
  };
  if (name == "AsMap") {
    return tmpl::Function{{}, [receiver](auto&, auto) -> Result<Val> {
                            return receiver.is_nil() ? Val::new_map()
                                                     : Val(receiver).retyped(types::kMap);
                          }};
  }
  if (name == "YAML") {
    return tmpl::Function{
        {}, [receiver](auto&, auto) -> Result<Val> { return Val::string(yaml_text(receiver)); }};
  }
  if (name == "Table") {
    return with_path([receiver](auto&, auto arguments) -> Result<Val> {
      const Val* table = find_table(receiver, arguments[0].text());
      if (!table) return fail(not_found("\"{}\" is not a table", std::string(arguments[0].text())));
      return Val(*table).retyped(kValues);
    });
  }
  if (name == "PathValue") {
    return with_path([receiver](auto&, auto arguments) -> Result<Val> {
      const Val* found = find_path(receiver, arguments[0].text());
      if (!found || found->is_map())
        return fail(not_found("\"{}\" is not a value", std::string(arguments[0].text())));
      return *found;
    });
  }
  return std::nullopt;
}
const tmpl::Methods kValuesMethods{values_method};
const Type kValues{"chartutil.Values", Kind::Map, &types::kInterface, &kValuesMethods};

}  // namespace

Val chart_object(const Metadata& m, bool is_root) {
  Val annotations = Val::nil_of(sprig::kStringMap);
  if (!m.annotations.empty()) {
    annotations = Val::new_map(sprig::kStringMap);
    for (const auto& [key, value] : m.annotations) annotations.map().set(key, text(value));
  }
  return host(kChart, {{"Name", "name", text(m.name)},
                       {"Home", "home", text(m.home)},
                       {"Sources", "sources", texts(m.sources)},
                       {"Version", "version", text(m.version)},
                       {"Description", "description", text(m.description)},
                       {"Keywords", "keywords", texts(m.keywords)},
                       {"Maintainers", "maintainers", maintainers(m.maintainers)},
                       {"Icon", "icon", text(m.icon)},
                       {"APIVersion", "apiVersion", text(m.api_version)},
                       {"Condition", "condition", text(m.condition)},
                       {"Tags", "tags", text(m.tags)},
                       {"AppVersion", "appVersion", text(m.app_version)},
                       {"Deprecated", "deprecated", Val::boolean(m.deprecated)},
                       {"Annotations", "annotations", std::move(annotations)},
                       {"KubeVersion", "kubeVersion", text(m.kube_version)},
                       {"Dependencies", "dependencies", dependencies(m.dependencies)},
                       {"Type", "type", text(m.type)},
                       {"IsRoot", "IsRoot", Val::boolean(is_root)}});
}

Val capabilities_object(const Capabilities& capabilities) {
  std::vector<Val> versions;
  versions.reserve(capabilities.api_versions.size());
  for (const std::string& version : capabilities.api_versions) versions.push_back(text(version));
  return host(kCapabilities,
              {{"KubeVersion", "KubeVersion",
                Val::host(std::make_unique<KubeVersionObject>(capabilities.kube_version))},
               {"APIVersions", "APIVersions", Val::list(std::move(versions), kVersionSet)},
               {"HelmVersion", "HelmVersion",
                host(kHelmBuild, {{"Version", "version", text(std::string(kHelmVersion))},
                                  {"GitCommit", "git_commit", text("")},
                                  {"GitTreeState", "git_tree_state", text("")},
                                  {"GoVersion", "go_version", text("go1.23.5")}})}});
}

Val as_values(Val map) {
  return std::move(map).retyped(kValues);
}

}  // namespace gp::helm
