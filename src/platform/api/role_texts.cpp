#include "platform/api/role_texts.hpp"

#include <algorithm>

#include "base/result.hpp"

namespace gp::api {
namespace {

constexpr std::string_view kGroup = "rbac.authorization.k8s.io";
constexpr std::string_view kController = "system:controller:";
constexpr std::string_view kAggregate = "rbac.authorization.k8s.io/aggregate-to-";

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    if (end > 0) parts.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

Value to_list(std::span<const std::string_view> parts) {
  Value list = Value::array();
  for (const std::string_view part : parts) list.push_back(part == "core" ? "" : part);
  return list;
}

std::string_view verbs_of(std::string_view text) {
  if (text == "read") return "get,list,watch";
  if (text == "write") return "create,delete,deletecollection,patch,update";
  if (text == "all") return "create,delete,deletecollection,get,list,patch,update,watch";
  return text;
}

Value rule_of(std::span<const std::string_view> words) {
  constexpr std::string_view kEvents[] = {"create,patch,update", "core,events.k8s.io", "events"};
  if (words.size() == 1 && words[0] == "events") words = kEvents;
  GP_CHECK(words.size() >= 3, "a rule has verbs, groups and resources");
  Value rule = Value::object();
  const auto rest = words.subspan(2);
  if (words[1] == "url") {
    rule.set("nonResourceURLs", to_list(rest));
  } else {
    const auto names = std::ranges::find(rest, std::string_view("names"));
    const auto count = static_cast<std::size_t>(names - rest.begin());
    rule.set("apiGroups", to_list(split(words[1], ',')));
    if (count < rest.size()) rule.set("resourceNames", to_list(rest.subspan(count + 1)));
    rule.set("resources", to_list(rest.first(count)));
  }
  rule.set("verbs", to_list(split(verbs_of(words[0]), ',')));
  return rule;
}

Value subject_of(std::string_view kind, std::string_view name) {
  if (kind == "account") {
    const std::size_t slash = name.find('/');
    return Value::object({{"kind", "ServiceAccount"},
                          {"name", name.substr(slash + 1)},
                          {"namespace", name.substr(0, slash)}});
  }
  return Value::object(
      {{"apiGroup", kGroup}, {"kind", kind == "user" ? "User" : "Group"}, {"name", name}});
}

struct Reader {
  std::vector<Value> roles, bindings;

  static Value start(std::string_view kind, std::string_view ns, std::string_view name) {
    Value metadata = Value::object({{"name", name}});
    if (!ns.empty()) metadata.set("namespace", ns);
    metadata.edit("labels").set("kubernetes.io/bootstrapping", "rbac-defaults");
    metadata.edit("annotations").set("rbac.authorization.kubernetes.io/autoupdate", "true");
    return Value::object({{"apiVersion", "rbac.authorization.k8s.io/v1"},
                          {"kind", kind},
                          {"metadata", std::move(metadata)}});
  }

  void begin_role(std::string_view kind, std::string_view place) {
    const std::size_t slash = kind == "role" ? place.find('/') : std::string_view::npos;
    const bool is_namespaced = slash != std::string_view::npos;
    const std::string_view ns = is_namespaced ? place.substr(0, slash) : std::string_view();
    const std::string name = kind == "controller"
                                 ? fmt::format("{}{}", kController, place)
                                 : std::string(is_namespaced ? place.substr(slash + 1) : place);
    roles.push_back(start(is_namespaced ? "Role" : "ClusterRole", ns, name));
    roles.back().set("rules", Value::array());
    has_binding_ = false;
    if (kind == "controller") bind("account", fmt::format("kube-system/{}", place));
  }

  void bind(std::string_view kind, std::string_view name) {
    const Value& role = roles.back();
    const std::string_view role_kind = role["kind"].text();
    const std::string_view role_name = role["metadata"]["name"].text();
    if (!std::exchange(has_binding_, true)) {
      Value binding = start(role_kind == "Role" ? "RoleBinding" : "ClusterRoleBinding",
                            role["metadata"]["namespace"].text(), role_name);
      binding.set("roleRef",
                  Value::object({{"apiGroup", kGroup}, {"kind", role_kind}, {"name", role_name}}));
      bindings.push_back(std::move(binding));
    }
    if (kind != "nobody") bindings.back().edit("subjects").push_back(subject_of(kind, name));
  }

  void line(std::string_view text) {
    const std::vector<std::string_view> words = split(text, ' ');
    if (words.empty() || words[0].starts_with('#')) return;
    const std::string_view second = words.size() > 1 ? words[1] : std::string_view();
    if (!text.starts_with(' ')) return begin_role(words[0], second);
    Value& role = roles.back();
    if (words[0] == "to") return bind(second, words.size() > 2 ? words[2] : std::string_view());
    if (words[0] == "binding") {
      bindings.back().edit("metadata").set("name", second);
    } else if (words[0] == "given-to") {
      role.edit("metadata").edit("labels").set(fmt::format("{}{}", kAggregate, second), "true");
    } else if (words[0] == "gathers") {
      Value labels = Value::object({{fmt::format("{}{}", kAggregate, second), "true"}});
      role.edit("aggregationRule")
          .set("clusterRoleSelectors",
               Value::array({Value::object({{"matchLabels", std::move(labels)}})}));
    } else {
      role.edit("rules").push_back(rule_of(words));
    }
  }

 private:
  bool has_binding_ = false;  // of the last role
};

}  // namespace

std::vector<Value> default_role_objects(std::span<const std::string_view> texts) {
  Reader reader;
  for (const std::string_view text : texts) {
    for (const std::string_view line : split(text, '\n')) reader.line(line);
  }
  std::vector<Value> all = std::move(reader.roles);
  std::ranges::move(reader.bindings, std::back_inserter(all));
  return all;
}

}  // namespace gp::api
