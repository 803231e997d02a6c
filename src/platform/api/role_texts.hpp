#pragma once
// The default roles as texts (roles/*.roles) become objects. Private to this folder.

#include <span>
#include <string_view>
#include <vector>

#include "base/value.hpp"

namespace gp::api {

// Roles first, then the bindings; all with the label and annotation of Kubernetes' defaults. A line
// that cannot be read is a mistake of ours and aborts.
std::vector<Value> default_role_objects(std::span<const std::string_view> texts);

}  // namespace gp::api
