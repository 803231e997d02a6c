#pragma once
// What changes objects field by field: namespace, prefix and suffix, labels, annotations, images,
// replicas.

#include "engine/kustomize/context.hpp"

namespace gp::kustomize {

enum class Subjects { DefaultOnly, AllServiceAccounts, None };

// Fails when two objects would then have one id.
Result<> set_namespace(const Context& context, Resources& resources, const std::string& ns,
                       const std::vector<FieldSpec>& fields, Subjects subjects, bool unset_only);
void add_prefix(Resources& resources, const std::string& prefix,
                const std::vector<FieldSpec>& fields);
void add_suffix(Resources& resources, const std::string& suffix,
                const std::vector<FieldSpec>& fields);
// Labels or annotations: `pairs` into the maps at `fields`.
Result<> add_pairs(Resources& resources, const Value& pairs, const std::vector<FieldSpec>& fields);
// {name, newName, newTag, tagSuffix, digest}: wherever containers are, and at `fields`.
void set_image(Resources& resources, const Value& image, const std::vector<FieldSpec>& fields);
// {name, count}
Result<> set_replicas(Resources& resources, const Value& replica,
                      const std::vector<FieldSpec>& fields);

}  // namespace gp::kustomize
