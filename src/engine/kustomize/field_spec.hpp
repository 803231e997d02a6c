#pragma once
// Where in objects something is changed: "spec/template/metadata/labels" of Deployments. Lists on
// the way are walked item by item; "\/" is a slash within a name.

#include <functional>
#include <string>
#include <vector>

#include "engine/kustomize/resource.hpp"

namespace gp::kustomize {

struct FieldSpec {
  Gvk gvk;  // empty members: any
  std::string path;
  bool create = false;  // what is missing on the way is made

  // A `{group, version, kind, path, create}` of a configuration.
  static FieldSpec of(const Value& value);
  bool operator==(const FieldSpec&) const = default;
};

std::vector<std::string> split_field_path(std::string_view path);

// Calls `change` with every field at the path, created as null where the specification says so.
void for_each_field(Value& object, const FieldSpec& spec,
                    const std::function<void(Value& field)>& change);
// As above, for reading: nothing is created.
void visit_fields(const Value& object, std::string_view path,
                  const std::function<void(const Value& field)>& visit);

// What belongs to a change (labels, references, …), built in and added by `configurations:`.
struct ReferenceSpec {
  Gvk target;
  std::vector<FieldSpec> referrers;
};

struct Configuration {
  std::vector<FieldSpec> name_prefix, name_suffix, name_space, common_labels, template_labels,
      common_annotations, images, replicas, var_reference;
  std::vector<ReferenceSpec> name_reference;

  // Shared; made once.
  static const Configuration& built_in();
  // The lists of a transformer configuration file, over what is there.
  Result<> merge(const Value& file);
};

}  // namespace gp::kustomize
