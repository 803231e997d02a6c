#include "engine/kustomize/references.hpp"

#include <algorithm>
#include <map>

#include "base/contains.hpp"

namespace gp::kustomize {
namespace {

// Objects that were renamed, by what they were called before: most fields name none of them.
using Renamed = std::multimap<std::string, const Resource*, std::less<>>;

Renamed renamed_objects(const Resources& resources) {
  Renamed renamed;
  for (const Resource& resource : resources.all()) {
    std::vector<std::string> names;
    for (const Id& id : resource.previous) {
      if (!contains(names, id.name)) names.push_back(id.name);
    }
    for (std::string& name : names) renamed.emplace(std::move(name), &resource);
  }
  return renamed;
}

class Fixer {
 public:
  Fixer(const Context& context, const Renamed& renamed, Resource& referrer, const Gvk& target)
      : context_(context), renamed_(renamed), referrer_(referrer), target_(target) {}

  Result<> fix(Value& field) {
    if (field.is_string()) return fix_name(field);
    if (field.is_array()) {
      for (std::size_t i = 0; i < field.size(); ++i) TRY(fix(field.item(i)));
      return {};
    }
    if (field.is_object()) return fix_mapping(field);
    return {};
  }

 private:
  bool is_of_target(const Id& id) const { return id.gvk.is_selected_by(target_); }

  // A reference reaches its own namespace, cluster-wide objects, and from those any namespace.
  bool is_reachable(const Id& id, const std::optional<std::string>& ns) const {
    if (context_.environment.is_cluster_scoped(id.gvk)) return true;
    if (ns) return id.is_in_same_namespace({{}, {}, *ns});
    const Gvk from = Gvk::of(referrer_.object);
    if (context_.environment.is_cluster_scoped(from)) return true;
    const auto is_shared = [&](const Id& own) { return own.is_in_same_namespace(id); };
    return std::ranges::any_of(referrer_.all_ids(), is_shared);
  }

  std::vector<const Resource*> candidates(std::string_view name,
                                          const std::optional<std::string>& ns) const {
    std::vector<const Resource*> found;
    const auto [begin, end] = renamed_.equal_range(name);
    for (auto it = begin; it != end; ++it) {
      const auto fits = [&](const Id& id) {
        return id.name == name && is_of_target(id) && is_reachable(id, ns);
      };
      if (std::ranges::any_of(it->second->all_ids(), fits)) found.push_back(it->second);
    }
    return found;
  }

  // Of several, those that went through the same kustomizations as the referrer.
  void prefer_same_context(std::vector<const Resource*>& found) const {
    const auto is_near = [&](const Resource* one) {
      return one->prefixes == referrer_.prefixes && one->suffixes == referrer_.suffixes;
    };
    if (std::ranges::any_of(found, is_near)) std::erase_if(found, std::not_fn(is_near));
    const auto is_same_place = [&](const Resource* one) {
      return one->id().is_in_same_namespace(referrer_.id());
    };
    if (found.size() > 1 && std::ranges::any_of(found, is_same_place))
      std::erase_if(found, std::not_fn(is_same_place));
  }

  Result<const Resource*> meant(std::string_view name, const std::optional<std::string>& ns) const {
    std::vector<const Resource*> found = candidates(name, ns);
    if (found.size() > 1) prefer_same_context(found);
    if (found.empty()) return nullptr;
    const auto differs = [&](const Resource* one) { return one->name() != found.front()->name(); };
    if (std::ranges::any_of(found, differs)) {
      return fail(failed_precondition(
          "found multiple possible referrals: {} names \"{}\", which could be {} or {}",
          referrer_.id().to_string(), name, found.front()->id().to_string(),
          found.back()->id().to_string()));
    }
    return found.front();
  }

  Result<> fix_name(Value& field) {
    const Resource* resource = TRY(meant(field.text(), std::nullopt));
    if (resource != nullptr) field = resource->name();
    return {};
  }

  // {kind, name, namespace}: a subject of a binding, a service of a webhook.
  Result<> fix_mapping(Value& field) {
    if (!field["name"].is_string()) return {};
    const std::string kind = field["kind"].string();
    if (!kind.empty() && kind != target_.kind) return {};
    std::optional<std::string> ns;
    if (field["namespace"].is_string()) ns = field["namespace"].string();
    const Resource* resource = TRY(meant(field["name"].text(), ns));
    if (resource == nullptr) return {};
    field.set("name", resource->name());
    const std::string new_ns = resource->id().ns;
    if (!new_ns.empty() && (ns || !kind.empty())) field.set("namespace", new_ns);
    return {};
  }

  const Context& context_;
  const Renamed& renamed_;
  Resource& referrer_;
  const Gvk& target_;
};

}  // namespace

Result<> fix_references(const Context& context, Resources& resources,
                        const std::vector<ReferenceSpec>& specs) {
  const Renamed renamed = renamed_objects(resources);
  if (renamed.empty()) return {};
  for (Resource& referrer : resources.all()) {
    const Gvk own = Gvk::of(referrer.object);
    Value changed = referrer.object;  // the candidates may hold the referrer itself
    for (const ReferenceSpec& spec : specs) {
      for (const FieldSpec& place : spec.referrers) {
        if (!own.is_selected_by(place.gvk)) continue;
        Result<> outcome;
        Fixer fixer(context, renamed, referrer, spec.target);
        for_each_field(changed, place, [&](Value& field) {
          if (outcome) outcome = fixer.fix(field);
        });
        TRY(std::move(outcome));
      }
    }
    referrer.object = std::move(changed);
  }
  return {};
}

}  // namespace gp::kustomize
