#include "platform/cluster/discovery.hpp"

#include <algorithm>
#include <set>

#include "base/encoding.hpp"

namespace gp::cluster {
namespace {

constexpr Duration kAgeMax = std::chrono::minutes(10);
constexpr std::string_view kAggregated =
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
    "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";
constexpr std::size_t kKindsMax = 50'000;

std::vector<std::string> texts(const Value& list) {
  std::vector<std::string> all;
  for (const Value& item : list.items()) all.push_back(item.string());
  return all;
}

ApiCall get(std::string path, std::string_view accept = "application/json") {
  ApiCall call;
  call.path = std::move(path);
  call.accept = accept;
  return call;
}

void read_aggregated(const Value& list, std::vector<RemoteKind>& kinds) {
  for (const Value& group : list["items"].items()) {
    std::set<std::string_view> seen;
    for (const Value& version : group["versions"].items()) {
      for (const Value& resource : version["resources"].items()) {
        RemoteKind kind;
        kind.group = group["metadata"]["name"].string();
        kind.version = version["version"].string();
        kind.kind = resource["responseKind"]["kind"].string();
        kind.plural = resource["resource"].string();
        kind.singular = resource["singularResource"].string();
        kind.is_namespaced = resource["scope"].text() == "Namespaced";
        kind.is_preferred = seen.insert(resource["resource"].text()).second;
        kind.verbs = texts(resource["verbs"]);
        for (const Value& sub : resource["subresources"].items())
          kind.subresources.push_back(sub["subresource"].string());
        kind.short_names = texts(resource["shortNames"]);
        kind.categories = texts(resource["categories"]);
        kinds.push_back(std::move(kind));
      }
    }
  }
}

// An APIResourceList: subresources stand beside their resources as "deployments/status".
void read_legacy(const Value& list, const std::string& group, const std::string& version,
                 std::set<std::string>& seen, std::vector<RemoteKind>& kinds) {
  const std::size_t from = kinds.size();
  for (const Value& resource : list["resources"].items()) {
    const std::string name = resource["name"].string();
    const std::size_t slash = name.find('/');
    if (slash != std::string::npos) {
      for (std::size_t i = from; i < kinds.size(); ++i) {
        if (kinds[i].plural == name.substr(0, slash))
          kinds[i].subresources.push_back(name.substr(slash + 1));
      }
      continue;
    }
    RemoteKind kind;
    kind.group = group;
    kind.version = version;
    kind.kind = resource["kind"].string();
    kind.plural = name;
    kind.singular = resource["singularName"].string();
    kind.is_namespaced = resource["namespaced"].boolean();
    kind.is_preferred = seen.insert(name).second;
    kind.verbs = texts(resource["verbs"]);
    kind.short_names = texts(resource["shortNames"]);
    kind.categories = texts(resource["categories"]);
    kinds.push_back(std::move(kind));
  }
}

Result<> ask_group_by_group(Session& session, const Context& context, const Value& groups,
                            std::vector<RemoteKind>& kinds) {
  std::set<std::string> core;
  const Value list = TRY(session.call(context, get("/api/v1")));
  read_legacy(list, "", "v1", core, kinds);
  for (const Value& group : groups["groups"].items()) {
    std::set<std::string> seen;
    const std::string preferred = group["preferredVersion"]["version"].string();
    std::vector<std::string> versions = {preferred};
    for (const Value& version : group["versions"].items()) {
      if (version["version"].text() != preferred) versions.push_back(version["version"].string());
    }
    for (const std::string& version : versions) {
      const std::string name = group["name"].string();
      const auto answer = session.call(context, get(fmt::format("/apis/{}/{}", name, version)));
      // An aggregated API that is down takes only itself along.
      if (answer) read_legacy(*answer, name, version, seen, kinds);
    }
  }
  return {};
}

}  // namespace

bool RemoteKind::can(std::string_view verb) const {
  return std::ranges::find(verbs, verb) != verbs.end();
}

std::string RemoteKind::path(std::string_view ns, std::string_view name,
                             std::string_view subresource) const {
  std::string path = group.empty() ? "/api/" + version : fmt::format("/apis/{}/{}", group, version);
  if (is_namespaced && !ns.empty()) path += "/namespaces/" + percent_encode(ns);
  path += "/" + plural;
  if (!name.empty()) path += "/" + percent_encode(name);
  if (!subresource.empty()) path += fmt::format("/{}", subresource);
  return path;
}

Result<RemoteKinds> Discovery::refresh(const Context& context) {
  auto kinds = std::make_shared<std::vector<RemoteKind>>();
  const Value core = TRY(session_.call(context, get("/api", kAggregated)));
  const Value groups = TRY(session_.call(context, get("/apis", kAggregated)));
  if (groups["kind"].text() == "APIGroupDiscoveryList") {
    read_aggregated(core, *kinds);
    read_aggregated(groups, *kinds);
  } else {
    TRY(ask_group_by_group(session_, context, groups, *kinds));
  }
  if (kinds->size() > kKindsMax) {
    return fail(too_large("cluster \"{}\" serves more than {} kinds", session_.name(), kKindsMax));
  }
  const std::lock_guard lock(mutex_);
  kinds_ = std::move(kinds);
  refreshed_ = session_.clock().monotonic();
  return kinds_;
}

Result<RemoteKinds> Discovery::cached(const Context& context, bool& is_new) {
  {
    const std::lock_guard lock(mutex_);
    const bool is_fresh = kinds_ && session_.clock().monotonic() - refreshed_ < kAgeMax;
    if (is_fresh) return kinds_;
  }
  is_new = true;
  return refresh(context);
}

Result<RemoteKinds> Discovery::all(const Context& context) {
  bool is_new = false;
  return cached(context, is_new);
}

template <typename Matches>
Result<std::optional<RemoteKind>> Discovery::find(const Context& context, Matches matches) {
  bool is_new = false;
  RemoteKinds kinds = TRY(cached(context, is_new));
  auto found = std::ranges::find_if(*kinds, matches);
  if (found == kinds->end() && !is_new) {  // a definition may have come since
    kinds = TRY(refresh(context));
    found = std::ranges::find_if(*kinds, matches);
  }
  if (found == kinds->end()) return std::nullopt;
  return *found;
}

Result<RemoteKind> Discovery::of_resource(const Context& context, std::string_view resource) {
  const std::optional<RemoteKind> found = TRY(find(context, [&](const RemoteKind& kind) {
    return kind.is_preferred && kind.resource() == resource;
  }));
  if (!found) return fail(not_found("no resource \"{}\" is served here", resource));
  return *found;
}

Result<RemoteKind> Discovery::of_kind(const Context& context, std::string_view api_version,
                                      std::string_view name) {
  const std::optional<RemoteKind> found = TRY(find(context, [&](const RemoteKind& kind) {
    return kind.kind == name && kind.api_version() == api_version;
  }));
  if (!found) {
    return fail(
        not_found("no kind \"{}\" in \"{}\" is served here", name, api_version)
            .with_hint("check apiVersion and kind, or install its CustomResourceDefinition"));
  }
  return *found;
}

}  // namespace gp::cluster
