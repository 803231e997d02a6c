#pragma once
// Objects on their way through a build, and who they were before: kustomize finds the objects of a
// patch, a selector or a reference by every name they have had.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/value.hpp"

namespace gp::kustomize {

struct Gvk {
  std::string group, version, kind;

  static Gvk of(std::string_view api_version, std::string_view kind);
  static Gvk of(const Value& object);
  std::string api_version() const { return group.empty() ? version : group + "/" + version; }
  // "Deployment.v1.apps"; "[noGrp]" and the like for what is missing, as kustomize prints ids.
  std::string to_string() const;
  // Empty members select everything.
  bool is_selected_by(const Gvk& selector) const;
  bool operator==(const Gvk&) const = default;
};

struct Id {
  Gvk gvk;
  std::string name, ns;

  std::string to_string() const;  // "Deployment.v1.apps/web.shop"
  // "" and "default" are one namespace.
  bool is_in_same_namespace(const Id& other) const;
  bool operator==(const Id& other) const;
};

enum class Behavior { Unspecified, Create, Replace, Merge };

struct Resource {
  Value object;
  std::vector<Id> previous;  // oldest first
  std::vector<std::string> prefixes, suffixes;
  bool needs_hash = false;  // a generator's name gets the hash of its content
  Behavior behavior = Behavior::Unspecified;
  std::string origin;  // the file it was read from

  Id id() const;
  Id original_id() const { return previous.empty() ? id() : previous.front(); }
  std::vector<Id> all_ids() const;  // previous and present
  std::string name() const { return object["metadata"]["name"].string(); }
  void remember();  // before a change of name, namespace or kind
  void set_name(std::string_view name);
  void set_namespace(std::string_view ns);
};

// What a build has gathered so far. Ids are unique.
class Resources {
 public:
  std::vector<Resource>& all() { return all_; }
  const std::vector<Resource>& all() const { return all_; }

  // AlreadyExists when another one has the id.
  Result<> append(Resource resource);
  Result<> append_all(Resources others);
  // As the behavior of a generated object says: added, or merged into or put in the place of the
  // one that is there.
  Result<> absorb(Resource resource);

  std::vector<Resource*> with_id(const Id& id);  // present or earlier
  Resource* with_present_id(const Id& id);       // nullptr when absent
  std::vector<Resource*> with_original_id(const Id& id);

 private:
  std::vector<Resource> all_;
};

// ConfigMap, Secret: the text that is appended to the name, made of content and name.
std::string hash_of(const Value& object);

}  // namespace gp::kustomize
