#include "platform/api/admission_match.hpp"

#include <algorithm>

#include "platform/object/convert.hpp"

namespace gp::api {

std::string_view operation_name(Operation operation) {
  switch (operation) {
    case Operation::Create: return "CREATE";
    case Operation::Update: return "UPDATE";
    case Operation::Delete: return "DELETE";
    case Operation::Connect: break;
  }
  return "CONNECT";
}

namespace {

const Value& shown(const AdmissionRequest& request) {
  return request.object.is_null() ? request.old_object : request.object;
}

}  // namespace

std::string_view AdmissionRequest::api_version() const {
  return shown(*this)["apiVersion"].text();
}

std::string_view AdmissionRequest::kind() const {
  return shown(*this)["kind"].text();
}

}  // namespace gp::api

namespace gp::api::admission {
namespace {

bool lists(const std::vector<std::string>& list, std::string_view wanted) {
  return std::ranges::any_of(
      list, [&](const std::string& item) { return item == "*" || item == wanted; });
}

std::vector<std::string> texts(const Value& list) {
  std::vector<std::string> out;
  for (const Value& item : list.items()) out.push_back(item.string());
  return out;
}

// "pods", "pods/status", "pods/*", "*/scale", "*/*"; "*" alone is every resource, no subresource.
bool covers_resource(std::string_view rule, std::string_view plural, std::string_view subresource) {
  const std::size_t slash = rule.find('/');
  const std::string_view resource = rule.substr(0, slash);
  const std::string_view sub =
      slash == std::string_view::npos ? std::string_view() : rule.substr(slash + 1);
  return (resource == "*" || resource == plural) && (sub == "*" || sub == subresource);
}

Result<selector::LabelSelector> read_selector(const Value& value) {
  if (value.is_null()) return selector::LabelSelector();
  return selector::LabelSelector::from_object(value);
}

}  // namespace

Value Surroundings::namespace_of(const AdmissionRequest& request) const {
  const Target& target = request.target;
  const bool is_namespace = target.kind->group.empty() && target.kind->plural == "namespaces";
  if (is_namespace) return request.object.is_null() ? request.old_object : request.object;
  if (target.ns.empty()) return {};
  const ObjectRef found = store->get("namespaces", "", target.ns);
  return found ? found->parse() : Value();
}

Rule Rule::read(const Value& value) {
  Rule rule{texts(value["operations"]), texts(value["apiGroups"]),     texts(value["apiVersions"]),
            texts(value["resources"]),  texts(value["resourceNames"]), value["scope"].string("*")};
  return rule;
}

bool Rule::covers(Operation operation, const object::Kind& kind,
                  std::string_view subresource) const {
  if (scope == "Cluster" && kind.is_namespaced) return false;
  if (scope == "Namespaced" && !kind.is_namespaced) return false;
  if (!lists(operations, operation_name(operation)) || !lists(groups, kind.group) ||
      !lists(versions, kind.version)) {
    return false;
  }
  return std::ranges::any_of(resources, [&](const std::string& resource) {
    return covers_resource(resource, kind.plural, subresource);
  });
}

Result<Match> Match::read(const Value& value) {
  Match match;
  const bool is_webhook = value.contains("rules");
  for (const Value& rule : value[is_webhook ? "rules" : "resourceRules"].items()) {
    match.rules_.push_back(Rule::read(rule));
  }
  for (const Value& rule : value["excludeResourceRules"].items()) {
    match.excluded_.push_back(Rule::read(rule));
  }
  match.is_exact_ = value["matchPolicy"].text() == "Exact";
  match.namespaces_ = TRY(read_selector(value["namespaceSelector"]));
  match.objects_ = TRY(read_selector(value["objectSelector"]));
  return match;
}

Result<Match> Match::read_narrowing(const Value& value) {
  Match match = TRY(read(value));
  match.is_narrowing_ = match.rules_.empty();
  return match;
}

const Rule* Match::rule_for(Operation operation, const Target& target,
                            const object::Kind& kind) const {
  for (const Rule& rule : rules_) {
    if (rule.covers(operation, kind, target.subresource) &&
        (rule.names.empty() || target.name.empty() || lists(rule.names, target.name))) {
      return &rule;
    }
  }
  return nullptr;
}

KindPtr Match::kind_for(Operation operation, const Target& target,
                        const object::KindRegistry& kinds) const {
  if (rule_for(operation, target, *target.kind) != nullptr) return target.kind;
  if (is_exact_ || rules_.empty()) return nullptr;
  // A cheap way out for the usual case: no rule speaks of this resource in any version.
  const bool is_possible = std::ranges::any_of(rules_, [&](const Rule& rule) {
    return std::ranges::any_of(rule.resources, [&](const std::string& resource) {
      return covers_resource(resource, target.kind->plural, target.subresource);
    });
  });
  if (!is_possible) return nullptr;
  const std::string stored = target.kind->store_resource();
  for (const KindPtr& kind : kinds.all()) {
    if (kind->store_resource() == stored && rule_for(operation, target, *kind) != nullptr) {
      return kind;
    }
  }
  return nullptr;
}

bool Match::selectors_match(const AdmissionRequest& request, const Surroundings& around) const {
  const bool is_in_namespace =
      !request.target.ns.empty() ||
      (request.target.kind->group.empty() && request.target.kind->plural == "namespaces");
  if (!namespaces_.empty() && is_in_namespace) {
    const Value ns = around.namespace_of(request);
    if (ns.is_null() || !namespaces_.matches_labels(ns["metadata"]["labels"])) return false;
  }
  if (objects_.empty()) return true;
  for (const Value* object : {&request.object, &request.old_object}) {
    if (!object->is_null() && objects_.matches_labels((*object)["metadata"]["labels"])) return true;
  }
  return false;
}

KindPtr Match::matches(const AdmissionRequest& request, const Surroundings& around) const {
  const auto is_excluded = [&](const Rule& rule) {
    return rule.covers(request.operation, *request.target.kind, request.target.subresource) &&
           (rule.names.empty() || lists(rule.names, request.target.name));
  };
  if (std::ranges::any_of(excluded_, is_excluded)) return nullptr;
  KindPtr kind = is_narrowing_ ? request.target.kind
                               : kind_for(request.operation, request.target, *around.kinds);
  if (!kind || !selectors_match(request, around)) return nullptr;
  // A name that is still to be made is none that a rule could mean.
  const Rule* rule = rule_for(request.operation, request.target, *kind);
  if (rule != nullptr && !rule->names.empty() && request.target.name.empty()) return nullptr;
  return kind;
}

}  // namespace gp::api::admission
