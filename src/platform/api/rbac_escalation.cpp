#include "platform/api/rbac_escalation.hpp"

#include <algorithm>

#include "base/json.hpp"
#include "platform/api/authorizer.hpp"
#include "platform/api/rbac_cover.hpp"
#include "platform/api/status.hpp"

namespace gp::api {
namespace {

using rbac::Rule;

constexpr std::string_view kGroup = "rbac.authorization.k8s.io";
constexpr std::string_view kMasters = "system:masters";

struct Writer {
  const Verbs::Impl& impl;
  Authorizer& authorizer;
  const Target& target;
  const Caller& caller;

  bool may(std::string_view verb, std::string_view resource, std::string_view name) const {
    Attributes attributes;
    attributes.verb = verb;
    attributes.group = kGroup;
    attributes.version = "*";
    attributes.resource = resource;
    attributes.ns = target.ns;
    attributes.name = name;
    return authorizer.decide(caller, attributes).is_allowed;
  }
};

std::vector<Rule> rules_in(const Value& list) {
  std::vector<Rule> rules;
  for (const Value& rule : list.items()) rules.push_back(rbac::read_rule(rule));
  return rules;
}

// `["devs" "system:authenticated"]`, Go's %q.
std::string quoted(const std::vector<std::string>& texts) {
  std::string out = "[";
  for (const std::string& text : texts) {
    if (out.size() > 1) out += ' ';
    append_json_string(out, text, false);
  }
  return out + "]";
}

// The authorizer names missing roles in the singular, the storage of roles in the plural, as the
// real server's two parts do: `clusterroles.rbac.authorization.k8s.io "x" not found`.
std::string in_plural(std::string text) {
  constexpr std::string_view kSingular = "role.rbac.";
  for (std::size_t at = 0; (at = text.find(kSingular, at)) != std::string::npos; ++at) {
    text.insert(at + std::string_view("role").size(), "s");
  }
  return text;
}

// What the writer lacks, a sentence; empty: nothing.
std::string lacks(const Writer& writer, std::span<const Rule> wanted) {
  const Value own = writer.authorizer.rules_of(writer.caller, writer.target.ns);
  std::vector<Rule> held = rules_in(own["resourceRules"]);
  for (Rule& rule : rules_in(own["nonResourceRules"])) held.push_back(std::move(rule));
  std::vector<std::string> lines;
  for (const Rule& rule : rbac::missing_rules(held, wanted)) lines.push_back(to_string(rule));
  if (lines.empty()) return {};
  std::ranges::sort(lines);
  const std::string unresolved = in_plural(own["evaluationError"].string());
  return fmt::format(
      "user \"{}\" (groups={}) is attempting to grant RBAC permissions not currently held:\n{}{}",
      writer.caller.user, quoted(writer.caller.groups), fmt::join(lines, "\n"),
      unresolved.empty() ? std::string() : fmt::format("; resolution errors: [{}]", unresolved));
}

bool aggregates(const Value& role) {
  return !role["aggregationRule"]["clusterRoleSelectors"].empty();
}

Result<> check_role(const Writer& writer, const Value* old, const Value& object) {
  const Kind& kind = *writer.target.kind;
  if (writer.may("escalate", kind.plural, writer.target.name)) return {};
  const std::string_view name = object["metadata"]["name"].text();
  const std::vector<Rule> rules = rules_in(object["rules"]);
  if (const std::string why = lacks(writer, rules); !why.empty()) {
    return fail(status::forbidden(kind, name, why));
  }
  if (!aggregates(object) && (old == nullptr || !aggregates(*old))) return {};
  // Such a role gathers whatever comes: only who holds everything may write one.
  const Rule everything[] = {{{"*"}, {"*"}, {"*"}, {}, {}}, {{"*"}, {}, {}, {}, {"*"}}};
  if (lacks(writer, everything).empty()) return {};
  return fail(status::forbidden(kind, name,
                                "must have cluster-admin privileges to use the aggregationRule"));
}

Result<> check_binding(const Writer& writer, const Value& object) {
  const Value& role = object["roleRef"];
  const bool is_cluster = role["kind"].text() == "ClusterRole";
  if (!is_cluster && role["kind"].text() != "Role") return {};  // validation refuses it
  const std::string_view plural = is_cluster ? "clusterroles" : "roles";
  const std::string_view name = role["name"].text();
  if (writer.may("bind", plural, name)) return {};

  const std::string resource = fmt::format("{}.{}", plural, kGroup);
  const ObjectRef found = writer.impl.store.get(
      resource, is_cluster ? std::string_view() : std::string_view(writer.target.ns), name);
  if (!found) {
    Kind kind;
    kind.group = kGroup;
    kind.plural = plural;
    return fail(status::not_found(kind, name));
  }
  const std::vector<Rule> rules = rules_in(found->parse()["rules"]);
  const std::string why = lacks(writer, rules);
  if (why.empty()) return {};
  return fail(status::forbidden(*writer.target.kind, object["metadata"]["name"].text(), why));
}

// Owners and finalizers may change freely: the garbage collector must be able to do its work.
bool changes_metadata_of_collector_only(const Value& old, Value object) {
  for (const char* name : {"ownerReferences", "finalizers", "managedFields", "resourceVersion"}) {
    const Value* before = old["metadata"].find(name);
    if (before != nullptr) {
      object.edit("metadata").set(name, *before);
    } else {
      object.edit("metadata").erase(name);
    }
  }
  return object == old;
}

}  // namespace

Result<> check_escalation(const Verbs::Impl& impl, const Target& target, const Value* old,
                          const Value& object, const WriteOptions& options) {
  if (target.kind->group != kGroup || options.caller.in_group(kMasters)) return {};
  Authorizer* authorizer = impl.authorizer.load(std::memory_order_acquire);
  if (authorizer == nullptr) return {};
  if (old != nullptr && changes_metadata_of_collector_only(*old, object)) return {};
  const Writer writer{impl, *authorizer, target, options.caller};
  const std::string& plural = target.kind->plural;
  if (plural == "roles" || plural == "clusterroles") return check_role(writer, old, object);
  return check_binding(writer, object);
}

}  // namespace gp::api
