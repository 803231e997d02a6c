#include "platform/api/discovery.hpp"

#include <algorithm>

#include "base/digest.hpp"
#include "base/encoding.hpp"
#include "base/json.hpp"
#include "platform/api/negotiation.hpp"
#include "platform/api/render.hpp"
#include "platform/api/status.hpp"
#include "platform/api/subresources.hpp"

namespace gp::api {
namespace {

using object::Kind;
using object::KindPtr;

Value texts(const std::vector<std::string>& list) {
  Value array = Value::array();
  for (const std::string& text : list) array.push_back(text);
  return array;
}

Value response_kind(std::string_view group, std::string_view version, std::string_view kind) {
  return Value::object({{"group", group}, {"version", version}, {"kind", kind}});
}

// What a client may hope for; of custom kinds in the real server's order.
Value verbs_of(const Kind& kind) {
  if (!kind.is_custom) return texts(kind.verbs);
  if (kind.is_terminating) {
    return Value::array({"delete", "deletecollection", "get", "list", "watch"});
  }
  return Value::array(
      {"delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"});
}

Value aggregated_resource(const Kind& kind) {
  Value resource =
      Value::object({{"resource", kind.plural},
                     {"responseKind", response_kind(kind.group, kind.version, kind.kind)},
                     {"scope", kind.is_namespaced ? "Namespaced" : "Cluster"},
                     {"singularResource", kind.singular},
                     {"verbs", verbs_of(kind)}});
  if (!kind.short_names.empty()) resource.set("shortNames", texts(kind.short_names));
  if (!kind.categories.empty()) resource.set("categories", texts(kind.categories));
  Value subresources = Value::array();
  for (const Subresource& sub : subresources_of(kind)) {
    subresources.push_back(
        Value::object({{"subresource", sub.name},
                       {"responseKind", response_kind(sub.group, sub.version, sub.kind)},
                       {"verbs", texts(sub.verbs)}}));
  }
  if (!subresources.empty()) resource.set("subresources", std::move(subresources));
  return resource;
}

Value legacy_resource(const Kind& kind) {
  Value resource = Value::object({{"name", kind.plural},
                                  {"singularName", kind.singular},
                                  {"namespaced", kind.is_namespaced},
                                  {"kind", kind.kind},
                                  {"verbs", verbs_of(kind)}});
  if (!kind.short_names.empty()) resource.set("shortNames", texts(kind.short_names));
  if (!kind.categories.empty()) resource.set("categories", texts(kind.categories));
  return resource;
}

Value legacy_subresource(const Kind& kind, const Subresource& sub) {
  Value resource = Value::object({{"name", fmt::format("{}/{}", kind.plural, sub.name)},
                                  {"singularName", ""},
                                  {"namespaced", kind.is_namespaced},
                                  {"kind", sub.kind},
                                  {"verbs", texts(sub.verbs)}});
  if (sub.group != kind.group || sub.version != kind.version) {
    resource.set("group", sub.group);
    resource.set("version", sub.version);
  }
  return resource;
}

struct Version {
  std::string name;
  std::vector<KindPtr> kinds;
};

struct Group {
  std::string name;
  std::vector<Version> versions;  // the preferred one first
};

// The registry lists kinds by group and then by the priority of versions.
std::vector<Group> groups_of(const object::KindRegistry& registry) {
  std::vector<Group> groups;
  for (const KindPtr& kind : registry.all()) {
    if (groups.empty() || groups.back().name != kind->group) groups.push_back({kind->group, {}});
    std::vector<Version>& versions = groups.back().versions;
    auto version = std::ranges::find(versions, kind->version, &Version::name);
    if (version == versions.end()) {
      version = versions.insert(versions.end(), Version{kind->version, {}});
    }
    version->kinds.push_back(kind);
  }
  return groups;
}

Value aggregated_group(const Group& group) {
  Value versions = Value::array();
  for (const Version& version : group.versions) {
    Value resources = Value::array();
    for (const KindPtr& kind : version.kinds) resources.push_back(aggregated_resource(*kind));
    versions.push_back(Value::object({{"version", version.name},
                                      {"resources", std::move(resources)},
                                      {"freshness", "Current"}}));
  }
  Value metadata = Value::object({{"creationTimestamp", Value()}});
  if (!group.name.empty()) metadata.set("name", group.name);
  return Value::object({{"metadata", std::move(metadata)}, {"versions", std::move(versions)}});
}

Value legacy_group(const Group& group) {
  Value versions = Value::array();
  const auto entry = [&group](const Version& version) {
    return Value::object(
        {{"groupVersion", group.name + "/" + version.name}, {"version", version.name}});
  };
  for (const Version& version : group.versions) versions.push_back(entry(version));
  return Value::object({{"name", group.name},
                        {"versions", std::move(versions)},
                        {"preferredVersion", entry(group.versions.front())}});
}

net::Response plain_not_found() {
  return net::Response::text(404, "404 page not found\n");
}

std::string content_type(bool is_beta) {
  return fmt::format("application/json;g=apidiscovery.k8s.io;v={};as=APIGroupDiscoveryList",
                     is_beta ? "v2beta1" : "v2");
}

}  // namespace

Discovery::Aggregated Discovery::aggregated(bool is_core, bool is_beta) {
  const std::lock_guard lock(mutex_);
  if (const std::uint64_t now = kinds_.generation(); now != generation_) {
    generation_ = now;
    for (auto& form : cache_) {
      for (Aggregated& cached : form) cached = {};
    }
  }
  Aggregated& cached = cache_[is_core ? 1 : 0][is_beta ? 1 : 0];
  if (cached.json) return cached;
  Value items = Value::array();
  for (const Group& group : groups_of(kinds_)) {
    if (group.name.empty() == is_core) items.push_back(aggregated_group(group));
  }
  const Value list = Value::object(
      {{"kind", "APIGroupDiscoveryList"},
       {"apiVersion", is_beta ? "apidiscovery.k8s.io/v2beta1" : "apidiscovery.k8s.io/v2"},
       {"metadata", Value::object()},
       {"items", std::move(items)}});
  cached.json = std::make_shared<const std::string>(to_json(list, {.sort_members = false}));
  cached.etag = fmt::format("\"{}\"", sha256_hex(*cached.json));
  return cached;
}

net::Response Discovery::root(const net::Request& request, bool is_core) {
  const std::string_view version = discovery_version(request);
  if (!version.empty()) {
    const Aggregated document = aggregated(is_core, version == "v2beta1");
    net::Response response = request.headers.get("If-None-Match") == document.etag
                                 ? net::Response::empty(304)
                                 : render_shared(200, document.json, Accepted{});
    response.headers.set("Content-Type", content_type(version == "v2beta1"));
    response.headers.set("ETag", document.etag);
    response.headers.set("Vary", "Accept");
    return response;
  }

  const auto accepted = negotiate(request, Views::ObjectOnly);
  if (!accepted) return render_error(status::not_acceptable(kRepresentations), Accepted{});
  Value list;
  if (is_core) {
    list = Value::object({{"kind", "APIVersions"},
                          {"versions", Value::array({"v1"})},
                          {"serverAddressByClientCIDRs", Value::array()}});
  } else {
    Value groups = Value::array();
    for (const Group& group : groups_of(kinds_)) {
      if (!group.name.empty()) groups.push_back(legacy_group(group));
    }
    list = Value::object(
        {{"kind", "APIGroupList"}, {"apiVersion", "v1"}, {"groups", std::move(groups)}});
  }
  net::Response response = render_value(200, list, *accepted);
  response.headers.set("Vary", "Accept");
  return response;
}

net::Response Discovery::group(const net::Request& request, std::string_view name) {
  const auto accepted = negotiate(request, Views::ObjectOnly);
  if (!accepted) return render_error(status::not_acceptable(kRepresentations), Accepted{});
  for (const Group& group : groups_of(kinds_)) {
    if (group.name != name || name.empty()) continue;
    Value document = Value::object({{"kind", "APIGroup"}, {"apiVersion", "v1"}});
    const Value body = legacy_group(group);
    for (const Value::Member& member : body.members()) document.set(member.key(), member.value);
    return render_value(200, document, *accepted);
  }
  return plain_not_found();
}

bool Discovery::serves(std::string_view group, std::string_view version) const {
  return std::ranges::any_of(kinds_.all(), [&](const KindPtr& kind) {
    return kind->group == group && kind->version == version;
  });
}

net::Response Discovery::resources(const net::Request& request, std::string_view group,
                                   std::string_view version) {
  const auto accepted = negotiate(request, Views::ObjectOnly);
  if (!accepted) return render_error(status::not_acceptable(kRepresentations), Accepted{});
  Value resources = Value::array();
  for (const KindPtr& kind : kinds_.all()) {
    if (kind->group != group || kind->version != version) continue;
    resources.push_back(legacy_resource(*kind));
    for (const Subresource& sub : subresources_of(*kind)) {
      resources.push_back(legacy_subresource(*kind, sub));
    }
  }
  if (resources.empty()) return plain_not_found();
  Value list = Value::object({{"kind", "APIResourceList"}});
  if (!group.empty()) list.set("apiVersion", "v1");
  list.set("groupVersion",
           group.empty() ? std::string(version) : fmt::format("{}/{}", group, version));
  list.set("resources", std::move(resources));
  return render_value(200, list, *accepted);
}

}  // namespace gp::api
