#pragma once
// The short word in the names of ReplicaSets and revisions ("web-6c5f7b9d4"): the same for the same
// template, another after a collision.

#include <string>

#include "base/value.hpp"

namespace gp::workloads {

std::string template_hash(const Value& content, std::int64_t collisions);

}  // namespace gp::workloads
