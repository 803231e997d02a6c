#include "engine/kustomize/field_spec.hpp"

#include <algorithm>
#include <span>

#include "base/contains.hpp"

namespace gp::kustomize {
namespace {

using Path = std::span<const std::string>;

// "containers[]" is the list "containers".
std::string_view member_name(const std::string& segment) {
  std::string_view name = segment;
  if (name.ends_with("[]")) name.remove_suffix(2);
  return name;
}

void walk(Value& node, Path path, bool create, const std::function<void(Value&)>& change) {
  if (path.empty()) return change(node);
  if (node.is_array()) {
    for (std::size_t i = 0; i < node.size(); ++i) walk(node.item(i), path, create, change);
    return;
  }
  if (!node.is_object() && !(node.is_null() && create)) return;
  const std::string_view name = member_name(path.front());
  const Value* found = node.find(name);
  const bool is_missing = found == nullptr || found->is_null();
  if (is_missing && (!create || path.front().ends_with("[]"))) return;
  walk(node.edit(name), path.subspan(1), create, change);
}

void visit(const Value& node, Path path, const std::function<void(const Value&)>& action) {
  if (path.empty()) return action(node);
  if (node.is_array()) {
    for (const Value& item : node.items()) visit(item, path, action);
    return;
  }
  const Value* found = node.find(member_name(path.front()));
  if (found != nullptr) visit(*found, path.subspan(1), action);
}

void append(std::vector<FieldSpec>& list, const Value& items) {
  for (const Value& item : items.items()) {
    FieldSpec spec = FieldSpec::of(item);
    if (!contains(list, spec)) list.push_back(std::move(spec));
  }
}

}  // namespace

FieldSpec FieldSpec::of(const Value& value) {
  return {{value["group"].string(), value["version"].string(), value["kind"].string()},
          value["path"].string(),
          value["create"].boolean()};
}

std::vector<std::string> split_field_path(std::string_view path) {
  if (path.starts_with('/')) path.remove_prefix(1);
  std::vector<std::string> segments(1);
  for (std::size_t i = 0; i < path.size(); ++i) {
    const bool is_escape = path[i] == '\\' && i + 1 < path.size() && path[i + 1] == '/';
    if (is_escape) {
      segments.back() += path[++i];
    } else if (path[i] == '/') {
      segments.emplace_back();
    } else {
      segments.back() += path[i];
    }
  }
  return segments;
}

void for_each_field(Value& object, const FieldSpec& spec,
                    const std::function<void(Value& field)>& change) {
  if (!Gvk::of(object).is_selected_by(spec.gvk)) return;
  const std::vector<std::string> path = split_field_path(spec.path);
  walk(object, path, spec.create, change);
}

void visit_fields(const Value& object, std::string_view path,
                  const std::function<void(const Value& field)>& action) {
  const std::vector<std::string> segments = split_field_path(path);
  visit(object, segments, action);
}

Result<> Configuration::merge(const Value& file) {
  append(name_prefix, file["namePrefix"]);
  append(name_suffix, file["nameSuffix"]);
  append(name_space, file["namespace"]);
  append(common_labels, file["commonLabels"]);
  append(template_labels, file["templateLabels"]);
  append(common_annotations, file["commonAnnotations"]);
  append(images, file["images"]);
  append(replicas, file["replicas"]);
  append(var_reference, file["varReference"]);
  for (const Value& item : file["nameReference"].items()) {
    const Gvk target{item["group"].string(), item["version"].string(), item["kind"].string()};
    if (target.kind.empty()) {
      return fail(invalid_argument("nameReference: an entry has no kind"));
    }
    auto same = std::ranges::find_if(
        name_reference, [&](const ReferenceSpec& spec) { return spec.target == target; });
    if (same == name_reference.end()) same = name_reference.insert(same, {target, {}});
    append(same->referrers, item["fieldSpecs"]);
  }
  return {};
}

}  // namespace gp::kustomize
