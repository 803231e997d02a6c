#pragma once
// Kinds: what the API serves, one entry a group, version and kind. The registry is read by every
// request and changed rarely (start-up now, CustomResourceDefinitions later), so readers share
// immutable entries.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/value.hpp"

namespace gp::schema {
class StructuralSchema;
}

namespace gp::object {

class TypeTable;  // types.hpp: field-by-field description of built-in types
struct Type;

// A column of `kubectl get`. `cell` wins over `json_path`.
struct Column {
  std::string name;
  std::string type = "string";  // string, integer, number, boolean, date
  std::string format;           // "name" for the first column
  std::string description;
  int priority = 0;       // above 0: only with -o wide
  std::string json_path;  // ".spec.replicas"
  // Text or number of the cell; times are handed in as `now` for ages.
  std::function<Value(const Value& object, TimePoint now)> cell;
};

struct ScalePaths {
  std::string spec_replicas = ".spec.replicas";
  std::string status_replicas = ".status.replicas";
  std::string label_selector = ".status.selector";
};

enum class NameRule {
  DnsSubdomain,
  DnsLabel,
  Dns1035Label,  // Services
  PathSegment    // anything without "/", "%", "." or ".." alone
};

struct FieldError;

struct Kind {
  std::string group;      // "" is core
  std::string version;    // "v1"
  std::string kind;       // "ConfigMap"
  std::string list_kind;  // "ConfigMapList"
  std::string plural;     // "configmaps"
  std::string singular;   // "configmap"
  std::vector<std::string> short_names;
  std::vector<std::string> categories;  // "all"
  bool is_namespaced = true;
  bool has_status = false;  // the status subresource
  std::optional<ScalePaths> scale;
  std::vector<Column> columns;  // empty: Name and Age
  std::vector<std::string> selectable_fields;
  std::vector<std::string> verbs = {"create", "delete", "deletecollection", "get",
                                    "list",   "patch",  "update",           "watch"};
  NameRule name_rule = NameRule::DnsSubdomain;
  bool tracks_generation =
      true;  // metadata.generation grows when anything but metadata and status changes
  bool requires_namespace =
      true;  // false: objects may stand in a namespace that does not exist (catalog)
  bool has_open_metadata =
      false;  // metadata may hold more than Kubernetes' fields (catalog: title, tags, links)
  bool is_virtual = false;  // create-only, nothing stored (TokenReview, SelfSubjectReview, …)

  // What only kinds of a CustomResourceDefinition have (definition.hpp).
  bool is_custom = false;
  bool is_terminating = false;         // the definition is being deleted: nothing new comes in
  bool needs_webhook = false;          // other versions than the stored one are a webhook's to make
  std::string storage_version;         // what the store keeps; empty: the preferred version
  std::shared_ptr<const Kind> stored;  // the kind of that version; null: this one
  std::string deprecation_warning;     // goes with every answer
  // Objects that were written before this revision met another schema: they are pruned and
  // defaulted when they are read.
  std::uint64_t schema_since = 0;

  // Field-by-field type of built-in kinds; null for kinds described by `schema` (or by nothing).
  const Type* type = nullptr;
  // Structural OpenAPI v3 schema; null: anything goes below the root
  // (x-kubernetes-preserve-unknown-fields).
  Value schema;
  // `schema` made ready; the registry sees to it when the kind is added.
  std::shared_ptr<const schema::StructuralSchema> compiled_schema;
  // Strategic merge patch is for built-in kinds only; others answer 415.
  bool has_strategic_merge() const { return type != nullptr; }

  // Kind's own rules beyond its type. `old_object` is null on create. Appends to `errors`
  // (field_error.hpp).
  std::function<void(const Value& object, const Value* old_object, std::vector<FieldError>& errors)>
      validate;
  // As `validate`, but once the schema has had its say (its findings are in `errors`).
  std::function<void(const Value& object, const Value* old_object, std::vector<FieldError>& errors)>
      validate_last;
  // Computed defaults beyond the type's own.
  std::function<void(Value& object, const Value* old_object)> prepare;

  std::string api_version() const { return group.empty() ? version : group + "/" + version; }
  // The resource whose objects these are, in other words; empty: its own. Events of events.k8s.io
  // are "events".
  std::string stored_as;
  std::string store_resource() const { return stored_as.empty() ? resource() : stored_as; }
  std::string resource() const { return group.empty() ? plural : plural + "." + group; }
};

using KindPtr = std::shared_ptr<const Kind>;

// One problem with one field, as Kubernetes reports them: `spec.ports[0].port: Required value`.
struct FieldError {
  enum class Type {
    Required,
    Invalid,
    NotSupported,
    Duplicate,
    Forbidden,
    TooLong,
    TooMany,
    NotFound,
    TypeInvalid
  };
  Type type = Type::Invalid;
  std::string field;  // "spec.ports[0].port"
  std::string
      bad_value;  // as printed after `Invalid value: `, JSON for composites; unused for Required
  std::string detail;
  std::string message() const;      // without the field: `Invalid value: "x": must be …`
  std::string_view reason() const;  // "FieldValueInvalid", …
};

// Kubernetes' order of versions: v2 before v1, releases before betas before alphas, anything else
// last by name.
bool is_version_before(std::string_view a, std::string_view b);

class KindRegistry {
 public:
  KindRegistry();
  ~KindRegistry();

  // A second registration of the same group, version and plural replaces the first.
  void add(Kind kind);
  // Many new ones as one change: none of them may be registered already.
  void add_all(std::vector<Kind> kinds);
  bool remove(std::string_view group, std::string_view version, std::string_view plural);
  // Puts `kinds` in the place of all versions of these resources ("gears.example.com"), as one
  // change.
  void exchange(const std::set<std::string>& resources, std::vector<KindPtr> kinds);
  // Schema and columns compiled, for exchange().
  static KindPtr ready(Kind kind);

  KindPtr find(std::string_view group, std::string_view version, std::string_view plural) const;
  KindPtr find_kind(std::string_view group, std::string_view version, std::string_view kind) const;
  // "configmaps", "deployments.apps" at its preferred version.
  KindPtr find_resource(std::string_view resource) const;
  // "cm", "configmap", "configmaps.v1.", "deploy.apps", "Deployment": as kubectl resolves
  // arguments.
  KindPtr resolve(std::string_view argument) const;
  // All, ordered by group (core first) and Kubernetes' version priority, then plural.
  std::vector<KindPtr> all() const;
  std::uint64_t generation() const;  // grows with every change: caches compare it

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Registers the built-in kinds: Kubernetes' own groups, and those of the systems we speak.
void add_builtin_kinds(KindRegistry& registry);

}  // namespace gp::object
