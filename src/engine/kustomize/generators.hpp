#pragma once
// configMapGenerator and secretGenerator: objects of literals, files and environment files.

#include "engine/kustomize/context.hpp"

namespace gp::kustomize {

enum class Generated { ConfigMap, Secret };

// `arguments`: an entry of the list; `defaults`: generatorOptions.
Result<Resource> generate(const Context& context, Generated kind, const Value& arguments,
                          const Value& defaults);

}  // namespace gp::kustomize
