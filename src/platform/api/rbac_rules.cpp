#include "platform/api/rbac_rules.hpp"

#include <algorithm>

namespace gp::api::rbac {
namespace {

std::vector<std::string> texts(const Value& array) {
  std::vector<std::string> list;
  for (const Value& item : array.items()) list.push_back(item.string());
  return list;
}

bool has(const std::vector<std::string>& list, std::string_view wanted) {
  return std::ranges::any_of(
      list, [&](const std::string& item) { return item == "*" || item == wanted; });
}

// "pods", "pods/log", "*/scale", "*"
bool has_resource(const std::vector<std::string>& list, const Attributes& attributes) {
  const std::string full = attributes.subresource.empty()
                               ? attributes.resource
                               : attributes.resource + "/" + attributes.subresource;
  if (has(list, full)) return true;
  return !attributes.subresource.empty() &&
         std::ranges::find(list, "*/" + attributes.subresource) != list.end();
}

bool has_url(const std::vector<std::string>& list, std::string_view path) {
  return std::ranges::any_of(list, [&](std::string_view url) {
    if (!url.ends_with('*')) return url == path;
    url.remove_suffix(1);
    return path.starts_with(url);
  });
}

}  // namespace

bool Rule::allows(const Attributes& attributes) const {
  if (!has(verbs, attributes.verb)) return false;
  if (!attributes.is_resource) return has_url(urls, attributes.path);
  if (!has(groups, attributes.group) || !has_resource(resources, attributes)) return false;
  return names.empty() || std::ranges::find(names, attributes.name) != names.end();
}

bool Subject::is(const Caller& caller) const {
  if (kind == "User") return caller.user == name;
  if (kind == "Group") return caller.in_group(name);
  return kind == "ServiceAccount" &&
         caller.user == fmt::format("system:serviceaccount:{}:{}", ns, name);
}

std::string Subject::to_string() const {
  if (kind == "ServiceAccount") return fmt::format("ServiceAccount \"{}/{}\"", name, ns);
  return fmt::format("{} \"{}\"", kind, name);
}

const Subject* Binding::subject_of(const Caller& caller) const {
  for (const Subject& subject : subjects) {
    if (subject.is(caller)) return &subject;
  }
  return nullptr;
}

Rule read_rule(const Value& value) {
  return {texts(value["verbs"]), texts(value["apiGroups"]), texts(value["resources"]),
          texts(value["resourceNames"]), texts(value["nonResourceURLs"])};
}

Role read_role(const Value& document) {
  Role role;
  for (const Value& rule : document["rules"].items()) role.rules.push_back(read_rule(rule));
  return role;
}

Binding read_binding(const Value& document) {
  Binding binding;
  binding.ns = document["metadata"]["namespace"].string();
  binding.name = document["metadata"]["name"].string();
  binding.role_kind = document["roleRef"]["kind"].string();
  binding.role_name = document["roleRef"]["name"].string();
  for (const Value& subject : document["subjects"].items()) {
    binding.subjects.push_back({subject["kind"].string(), subject["name"].string(),
                                subject["namespace"].string(binding.ns)});
  }
  return binding;
}

}  // namespace gp::api::rbac
