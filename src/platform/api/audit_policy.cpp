#include "platform/api/audit_policy.hpp"

#include <algorithm>

#include "base/yaml.hpp"

namespace gp::api::audit {
namespace {

using Texts = std::vector<std::string>;

constexpr std::string_view kLevels[] = {"None", "Metadata", "Request", "RequestResponse"};
constexpr std::string_view kStages[] = {"RequestReceived", "ResponseStarted", "ResponseComplete",
                                        "Panic"};
constexpr std::string_view kStandard = R"(
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
omitManagedFields: true
rules:
- level: None
  nonResourceURLs: ["/healthz*", "/livez*", "/readyz*", /version, /version/, /metrics, /, /api, "/api/*", /apis, "/apis/*", "/openapi/*"]
- level: None
  resources:
  - {group: "", resources: [events]}
  - {group: events.k8s.io, resources: [events]}
- level: Metadata
)";

bool has(const Texts& list, std::string_view wanted) {
  return std::ranges::find(list, wanted) != list.end();
}

Texts texts(const Value& list) {
  Texts out;
  for (const Value& item : list.items()) out.push_back(item.string());
  return out;
}

Result<unsigned> read_stages(const Value& list, const std::string& where) {
  unsigned bits = 0;
  for (const Value& item : list.items()) {
    const auto found = std::ranges::find(kStages, item.text());
    if (found == std::end(kStages)) {
      return fail(invalid_argument("{} has \"{}\", expected {}", where, item.text(),
                                   fmt::join(kStages, ", ")));
    }
    bits |= 1U << static_cast<unsigned>(found - std::begin(kStages));
  }
  return bits;
}

Result<> check_members(const Value& value, const std::string& where,
                       std::initializer_list<std::string_view> known) {
  for (const Value::Member& member : value.members()) {
    if (std::ranges::find(known, member.key()) == known.end()) {
      return fail(invalid_argument("{}: unknown field \"{}\", expected {}", where, member.key(),
                                   fmt::join(known, ", ")));
    }
  }
  return {};
}

bool matches_url(const Texts& urls, std::string_view path) {
  return std::ranges::any_of(urls, [&](std::string_view url) {
    if (!url.ends_with('*')) return url == path;
    url.remove_suffix(1);
    return path.starts_with(url);
  });
}

// "pods", "pods/log", "*", "*/scale", "pods/*"
bool matches_name(std::string_view pattern, const RequestInfo& info) {
  if (pattern == "*") return true;
  const std::size_t slash = pattern.find('/');
  if (slash == std::string_view::npos) {
    return info.subresource.empty() && pattern == info.resource;
  }
  const std::string_view resource = pattern.substr(0, slash);
  const std::string_view subresource = pattern.substr(slash + 1);
  if (subresource == "*") return resource == info.resource;
  return subresource == info.subresource && (resource == "*" || resource == info.resource);
}

}  // namespace

std::string_view level_name(Level level) {
  return kLevels[static_cast<std::size_t>(level)];
}

std::string_view stage_name(Stage stage) {
  return kStages[static_cast<std::size_t>(stage)];
}

Result<Policy::Rule> Policy::read_rule(const Value& value, const std::string& where) {
  TRY(check_members(value, where,
                    {"level", "users", "userGroups", "verbs", "resources", "namespaces",
                     "nonResourceURLs", "omitStages", "omitManagedFields"}));
  Rule rule;
  const auto level = std::ranges::find(kLevels, value["level"].text());
  if (level == std::end(kLevels)) {
    return fail(invalid_argument("{}.level is \"{}\", expected {}", where, value["level"].text(),
                                 fmt::join(kLevels, ", ")));
  }
  rule.verdict.level = static_cast<Level>(level - std::begin(kLevels));
  rule.verdict.omitted_stages = TRY(read_stages(value["omitStages"], where + ".omitStages"));
  if (const Value* choice = value.find("omitManagedFields")) {
    rule.omits_managed_fields = choice->boolean();
  }
  rule.users = texts(value["users"]);
  rule.groups = texts(value["userGroups"]);
  rule.verbs = texts(value["verbs"]);
  rule.namespaces = texts(value["namespaces"]);
  rule.urls = texts(value["nonResourceURLs"]);
  for (const Value& item : value["resources"].items()) {
    TRY(check_members(item, where + ".resources", {"group", "resources", "resourceNames"}));
    rule.resources.push_back(
        {item["group"].string(), texts(item["resources"]), texts(item["resourceNames"])});
    if (!rule.resources.back().names.empty() && rule.resources.back().resources.empty()) {
      return fail(invalid_argument("{}.resources: resourceNames need resources", where));
    }
  }
  if (!rule.urls.empty() && (!rule.resources.empty() || !rule.namespaces.empty())) {
    return fail(invalid_argument(
        "{}.nonResourceURLs: rules cannot apply to both regular resources and non-resource URLs",
        where));
  }
  for (const std::string& url : rule.urls) {
    const bool is_good = url == "*" || (url.starts_with('/') && url.find('*') >= url.size() - 1);
    if (!is_good) {
      return fail(invalid_argument(
          "{}.nonResourceURLs has \"{}\", expected a path with at most one \"*\", at its end",
          where, url));
    }
  }
  return rule;
}

Result<Policy> Policy::parse(std::string_view text, std::string_view path) {
  auto parsed = parse_yaml(text);
  if (!parsed) return fail(invalid_argument("{}: {}", path, parsed.error().message));
  const Value& document = *parsed;
  if (document["kind"].text() != "Policy" || document["apiVersion"].text() != "audit.k8s.io/v1") {
    return fail(invalid_argument("{}: expected kind Policy of audit.k8s.io/v1", path));
  }
  TRY(check_members(
      document, std::string(path),
      {"apiVersion", "kind", "metadata", "rules", "omitStages", "omitManagedFields"}));
  const unsigned omitted =
      TRY(read_stages(document["omitStages"], fmt::format("{}: omitStages", path)));
  const bool omits_managed = document["omitManagedFields"].boolean();
  Policy policy;
  for (std::size_t i = 0; i < document["rules"].size(); ++i) {
    Rule rule = TRY(read_rule(document["rules"].at(i), fmt::format("{}: rules[{}]", path, i)));
    rule.verdict.omitted_stages |= omitted;
    rule.verdict.omits_managed_fields = rule.omits_managed_fields.value_or(omits_managed);
    policy.rules_.push_back(std::move(rule));
  }
  if (policy.rules_.empty()) {
    return fail(invalid_argument("{}: the policy has no rules, so nothing would be logged", path));
  }
  return policy;
}

Policy Policy::standard() {
  auto policy = parse(kStandard, "standard policy");
  GP_CHECK(policy, "our own policy reads well");
  return std::move(*policy);
}

bool Policy::Rule::matches_resource(const RequestInfo& info) const {
  if (!info.is_resource) return false;
  if (!namespaces.empty() && !has(namespaces, info.ns)) return false;
  if (resources.empty()) return true;
  return std::ranges::any_of(resources, [&](const Resources& wanted) {
    if (wanted.group != info.group) return false;
    if (wanted.resources.empty()) return true;
    if (!wanted.names.empty() && !has(wanted.names, info.name)) return false;
    return std::ranges::any_of(
        wanted.resources, [&](const std::string& pattern) { return matches_name(pattern, info); });
  });
}

bool Policy::Rule::matches(const Caller& caller, const RequestInfo& info) const {
  if (!users.empty() && !has(users, caller.user)) return false;
  const auto is_member = [&](const std::string& group) { return caller.in_group(group); };
  if (!groups.empty() && std::ranges::none_of(groups, is_member)) return false;
  if (!verbs.empty() && !has(verbs, info.verb)) return false;
  if (!namespaces.empty() || !resources.empty()) return matches_resource(info);
  if (!urls.empty()) return !info.is_resource && matches_url(urls, info.path);
  return true;
}

Verdict Policy::judge(const Caller& caller, const RequestInfo& info) const {
  const auto found =
      std::ranges::find_if(rules_, [&](const Rule& rule) { return rule.matches(caller, info); });
  return found == rules_.end() ? Verdict{} : found->verdict;
}

}  // namespace gp::api::audit
