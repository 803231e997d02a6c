#include "engine/kustomize/resource.hpp"

#include <algorithm>

#include "base/contains.hpp"
#include "base/digest.hpp"
#include "base/json.hpp"

namespace gp::kustomize {
namespace {

constexpr std::size_t kHashLetters = 10;

std::string_view namespace_or_default(const std::string& ns) {
  return ns.empty() ? std::string_view("default") : std::string_view(ns);
}

// Members of `from` over those of `into`.
void merge_members(Value& into, const Value& from) {
  for (const auto& member : from.members()) into.set(member.key(), member.value);
}

// What a generator merges: the data, and labels and annotations.
void merge_generated(Value& into, const Value& from) {
  for (const char* part : {"data", "binaryData"}) {
    if (from[part].is_object()) merge_members(into.edit(part), from[part]);
  }
  for (const char* part : {"labels", "annotations"}) {
    const Value& members = from["metadata"][part];
    if (members.is_object()) merge_members(into.edit("metadata").edit(part), members);
  }
  if (!from["type"].empty()) into.set("type", from["type"]);
}

}  // namespace

Gvk Gvk::of(std::string_view api_version, std::string_view kind) {
  const std::size_t slash = api_version.find('/');
  const bool is_core = slash == std::string_view::npos;
  return {std::string(is_core ? std::string_view() : api_version.substr(0, slash)),
          std::string(is_core ? api_version : api_version.substr(slash + 1)), std::string(kind)};
}

Gvk Gvk::of(const Value& object) {
  return of(object["apiVersion"].text(), object["kind"].text());
}

std::string Gvk::to_string() const {
  return fmt::format("{}.{}.{}", kind.empty() ? "[noKind]" : kind,
                     version.empty() ? "[noVer]" : version, group.empty() ? "[noGrp]" : group);
}

bool Gvk::is_selected_by(const Gvk& selector) const {
  return (selector.group.empty() || selector.group == group) &&
         (selector.version.empty() || selector.version == version) &&
         (selector.kind.empty() || selector.kind == kind);
}

std::string Id::to_string() const {
  return fmt::format("{}/{}.{}", gvk.to_string(), name.empty() ? "[noName]" : name,
                     ns.empty() ? "[noNs]" : ns);
}

bool Id::is_in_same_namespace(const Id& other) const {
  return namespace_or_default(ns) == namespace_or_default(other.ns);
}

bool Id::operator==(const Id& other) const {
  return gvk == other.gvk && name == other.name && is_in_same_namespace(other);
}

Id Resource::id() const {
  return {Gvk::of(object), name(), object["metadata"]["namespace"].string()};
}

std::vector<Id> Resource::all_ids() const {
  std::vector<Id> ids = previous;
  ids.push_back(id());
  return ids;
}

void Resource::remember() {
  const Id now = id();
  if (previous.empty() || !(previous.back() == now) || previous.back().ns != now.ns)
    previous.push_back(now);
}

void Resource::set_name(std::string_view name) {
  object.edit("metadata").set("name", name);
}

void Resource::set_namespace(std::string_view ns) {
  object.edit("metadata").set("namespace", ns);
}

Result<> Resources::append(Resource resource) {
  const Id id = resource.id();
  if (const Resource* other = with_present_id(id)) {
    return fail(
        already_exists("may not add resource with an already registered id: {}", id.to_string())
            .with_detail(other->origin));
  }
  all_.push_back(std::move(resource));
  return {};
}

Result<> Resources::append_all(Resources others) {
  for (Resource& resource : others.all_) TRY(append(std::move(resource)));
  return {};
}

Result<> Resources::absorb(Resource resource) {
  const Id id = resource.id();
  const std::vector<Resource*> found = with_id(id);
  const bool must_exist =
      resource.behavior == Behavior::Merge || resource.behavior == Behavior::Replace;
  if (found.size() > 1) {
    return fail(failed_precondition("multiple matches for Id {}; failed to find unique match",
                                    id.to_string()));
  }
  if (found.empty()) {
    if (must_exist) {
      return fail(not_found("id {} does not exist; cannot merge or replace", id.to_string()));
    }
    return append(std::move(resource));
  }
  if (!must_exist) {
    return fail(already_exists("id {} exists; behavior must be merge or replace", id.to_string()));
  }
  Resource& old = *found.front();
  const Value metadata = old.object["metadata"];
  if (resource.behavior == Behavior::Merge) {
    merge_generated(old.object, resource.object);
  } else {
    const Value labels = resource.object["metadata"]["labels"];
    const Value annotations = resource.object["metadata"]["annotations"];
    old.object = std::move(resource.object);
    old.object.set("metadata", metadata);
    if (labels.is_object()) merge_members(old.object.edit("metadata").edit("labels"), labels);
    if (annotations.is_object())
      merge_members(old.object.edit("metadata").edit("annotations"), annotations);
  }
  old.needs_hash = old.needs_hash || resource.needs_hash;
  return {};
}

std::vector<Resource*> Resources::with_id(const Id& id) {
  std::vector<Resource*> found;
  for (Resource& resource : all_) {
    if (contains(resource.all_ids(), id)) found.push_back(&resource);
  }
  return found;
}

Resource* Resources::with_present_id(const Id& id) {
  const auto found =
      std::ranges::find_if(all_, [&](const Resource& resource) { return resource.id() == id; });
  return found == all_.end() ? nullptr : &*found;
}

std::vector<Resource*> Resources::with_original_id(const Id& id) {
  std::vector<Resource*> found;
  for (Resource& resource : all_) {
    if (resource.original_id() == id) found.push_back(&resource);
  }
  return found;
}

// The letters are those of the digest, but none that could spell a word or be taken for another.
std::string hash_of(const Value& object) {
  const auto member = [&](std::string_view name) {
    const Value& value = object[name];
    return value.is_null() ? Value("") : value;
  };
  Value content;
  const std::string_view kind = object["kind"].text();
  const bool is_core = object["apiVersion"].text() == "v1";
  if (is_core && (kind == "ConfigMap" || kind == "Secret")) {
    content = Value::object(
        {{"kind", kind}, {"name", object["metadata"]["name"].text()}, {"data", member("data")}});
    if (kind == "Secret") content.set("type", member("type"));
    const char* extra = kind == "Secret" ? "stringData" : "binaryData";
    if (object[extra].is_object()) content.set(extra, object[extra]);
  } else {
    content = object;
  }
  std::string letters = sha256_hex(to_json(content)).substr(0, kHashLetters);
  for (char& letter : letters) {
    switch (letter) {
      case '0': letter = 'g'; break;
      case '1': letter = 'h'; break;
      case '3': letter = 'k'; break;
      case 'a': letter = 'm'; break;
      case 'e': letter = 't'; break;
      default: break;
    }
  }
  return letters;
}

}  // namespace gp::kustomize
