#pragma once
// Changing documents by other documents: JSON Patch (RFC 6902) and JSON Merge Patch (RFC 7396).
//
// JSON Patch follows what the Kubernetes API server does (evanphx/json-patch): operations in order,
// all or nothing; `remove` of something missing fails; "-" appends. An error names the operation
// and its path. Patches come from outside: the number of operations and the growth that `copy`
// causes are limited.

#include <string>

#include "base/result.hpp"
#include "base/value.hpp"

namespace gp::patch {

struct Limits {
  std::size_t operations_max = 10'000;
  std::size_t copied_bytes_max = 16U << 20U;  // about, by all `copy` operations of a patch together
  std::size_t depth_max = 512;                // of the result
};

// `operations` is the patch: an array of {op, path, value | from}.
Result<Value> apply_json_patch(const Value& target, const Value& operations,
                               const Limits& limits = {});

// Objects merge member by member, null removes, anything else replaces.
Value apply_merge_patch(const Value& target, const Value& patch);

// A patch that makes `to` of `from`: {} when they are equal. What merge patches cannot say (a
// member set to null) is lost, as the format has no words for it.
Value make_merge_patch(const Value& from, const Value& to);

}  // namespace gp::patch
