#pragma once
// The parts that OpenAPI documents are put together from. Private to this folder.

#include <set>
#include <span>
#include <string>

#include "platform/object/kind.hpp"
#include "platform/object/type_schema.hpp"

namespace gp::object {

// "io.k8s.api.core.v1.ConfigMap", "dev.goldenpath.v1alpha1.CatalogSource".
std::string schema_name_of(const Kind& kind);

// Everything that the kinds' documents refer to: types and what is below them, lists, Status,
// DeleteOptions.
Value schemas_of(std::span<const KindPtr> kinds, RefStyle style);

// "/api/v1/namespaces/{namespace}/configmaps" and so on, each with its operations.
Value paths_of(std::span<const KindPtr> kinds, RefStyle style);

}  // namespace gp::object
