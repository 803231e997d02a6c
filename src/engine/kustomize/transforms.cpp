#include "engine/kustomize/transforms.hpp"

#include <algorithm>
#include <set>

#include "engine/kustomize/image.hpp"

namespace gp::kustomize {
namespace {

bool is_kind(const Value& object, std::string_view group, std::string_view kind) {
  const Gvk gvk = Gvk::of(object);
  return gvk.kind == kind && gvk.group == group;
}

// Names of these are addresses of their own: a prefix would break them.
bool keeps_its_name(const Value& object) {
  return object["kind"].text() == "CustomResourceDefinition" || is_kind(object, "", "Namespace") ||
         Gvk::of(object).group == "apiregistration.k8s.io";
}

bool is_binding(const Value& object) {
  const std::string_view kind = object["kind"].text();
  return kind == "RoleBinding" || kind == "ClusterRoleBinding";
}

void set_subjects(Value& object, const std::string& ns, Subjects subjects) {
  if (subjects == Subjects::None || !is_binding(object) || !object["subjects"].is_array()) return;
  Value& list = object.edit("subjects");
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Value& subject = list.at(i);
    if (subject["kind"].text() != "ServiceAccount") continue;
    const bool is_meant =
        subjects == Subjects::AllServiceAccounts || subject["name"].text() == "default";
    if (is_meant) list.item(i).set("namespace", ns);
  }
}

void change_image(Value& field, const Value& change) {
  if (!field.is_string()) return;
  Image image = Image::parse(field.text());
  if (image.name != change["name"].text()) return;
  if (!change["newName"].empty()) image.name = change["newName"].string();
  const bool has_tag = !change["newTag"].empty();
  const bool has_digest = !change["digest"].empty();
  if (has_tag || has_digest) {
    image.tag = change["newTag"].string();
    image.digest = change["digest"].string();
  }
  if (!has_tag && !has_digest && !change["tagSuffix"].empty()) {
    image.tag += change["tagSuffix"].string();
    image.digest.clear();
  }
  field = image.to_string();
}

// Every `image` of a list called containers or initContainers, however deep.
void change_containers(Value& node, const Value& change) {
  if (node.is_array()) {
    for (std::size_t i = 0; i < node.size(); ++i) change_containers(node.item(i), change);
    return;
  }
  if (!node.is_object()) return;
  for (const char* name : {"containers", "initContainers"}) {
    if (!node[name].is_array()) continue;
    Value& list = node.edit(name);
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (list.at(i)["image"].is_string()) change_image(list.item(i).edit("image"), change);
    }
  }
  std::vector<std::string> names;
  for (const auto& member : node.members()) {
    if (member.value.is_object() || member.value.is_array()) names.emplace_back(member.key());
  }
  for (const std::string& name : names) change_containers(node.edit(name), change);
}

void rename_all(Resources& resources, const std::vector<FieldSpec>& fields,
                const std::function<std::string(std::string_view)>& renamed,
                const std::function<void(Resource&)>& note) {
  for (Resource& resource : resources.all()) {
    for (const FieldSpec& spec : fields) {
      const bool is_name = spec.path == "metadata/name";
      if (is_name && keeps_its_name(resource.object)) continue;
      if (!Gvk::of(resource.object).is_selected_by(spec.gvk)) continue;
      if (is_name) {
        resource.remember();
        note(resource);
      }
      for_each_field(resource.object, spec, [&](Value& field) {
        if (field.is_string()) field = renamed(field.text());
      });
    }
  }
}

}  // namespace

Result<> set_namespace(const Context& context, Resources& resources, const std::string& ns,
                       const std::vector<FieldSpec>& fields, Subjects subjects, bool unset_only) {
  if (ns.empty()) return {};
  std::set<std::string> seen;
  for (Resource& resource : resources.all()) {
    resource.remember();
    const bool is_settled = unset_only && !resource.object["metadata"]["namespace"].empty();
    if (!is_settled && !context.environment.is_cluster_scoped(Gvk::of(resource.object)))
      resource.set_namespace(ns);
    for (const FieldSpec& spec : fields)
      for_each_field(resource.object, spec, [&](Value& field) { field = ns; });
    set_subjects(resource.object, ns, subjects);
    const std::string id = resource.id().to_string();
    if (!seen.insert(id).second) {
      return fail(already_exists("namespace transformation produces ID conflict: {}", id));
    }
  }
  return {};
}

void add_prefix(Resources& resources, const std::string& prefix,
                const std::vector<FieldSpec>& fields) {
  if (prefix.empty()) return;
  rename_all(
      resources, fields, [&](std::string_view name) { return prefix + std::string(name); },
      [&](Resource& resource) { resource.prefixes.push_back(prefix); });
}

void add_suffix(Resources& resources, const std::string& suffix,
                const std::vector<FieldSpec>& fields) {
  if (suffix.empty()) return;
  rename_all(
      resources, fields, [&](std::string_view name) { return std::string(name) + suffix; },
      [&](Resource& resource) { resource.suffixes.push_back(suffix); });
}

Result<> add_pairs(Resources& resources, const Value& pairs, const std::vector<FieldSpec>& fields) {
  for (const auto& pair : pairs.members()) {
    if (!pair.value.is_string()) {
      return fail(invalid_argument("the value of \"{}\" must be a string", pair.key())
                      .with_hint("put it in quotes"));
    }
  }
  if (pairs.empty()) return {};
  for (Resource& resource : resources.all()) {
    for (const FieldSpec& spec : fields) {
      for_each_field(resource.object, spec, [&](Value& field) {
        if (!field.is_object() && !field.is_null()) return;
        for (const auto& pair : pairs.members()) field.set(pair.key(), pair.value);
      });
    }
  }
  return {};
}

void set_image(Resources& resources, const Value& image, const std::vector<FieldSpec>& fields) {
  for (Resource& resource : resources.all()) {
    if (resource.object["kind"].text() == "CustomResourceDefinition") continue;
    change_containers(resource.object, image);
    for (const FieldSpec& spec : fields)
      for_each_field(resource.object, spec, [&](Value& field) { change_image(field, image); });
  }
}

Result<> set_replicas(Resources& resources, const Value& replica,
                      const std::vector<FieldSpec>& fields) {
  const std::string_view name = replica["name"].text();
  bool is_found = false;
  for (Resource& resource : resources.all()) {
    const auto has_name = [&](const Id& id) { return id.name == name; };
    if (!std::ranges::any_of(resource.all_ids(), has_name)) continue;
    for (const FieldSpec& spec : fields) {
      is_found = is_found || Gvk::of(resource.object).is_selected_by(spec.gvk);
      for_each_field(resource.object, spec, [&](Value& field) { field = replica["count"]; });
    }
  }
  if (is_found) return {};
  std::string kinds;
  for (const FieldSpec& spec : fields)
    kinds += fmt::format("{}{}", kinds.empty() ? "" : " ", spec.gvk.kind);
  return fail(not_found("resource with name {} does not match a config with the following GVK [{}]",
                        name, kinds));
}

}  // namespace gp::kustomize
