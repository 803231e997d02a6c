#pragma once
// The pods and claims of a StatefulSet, by number.

#include <string>
#include <vector>

#include "base/value.hpp"

namespace gp::workloads {

std::int64_t first_ordinal(const Value& set);
// -1 for a pod that is not called "<set>-<number>".
std::int64_t ordinal_of(const Value& set, const Value& pod);
Value stateful_pod(const Value& set, std::int64_t ordinal, std::string_view revision);
// What volumeClaimTemplates ask for, for one pod.
std::vector<Value> claims_of(const Value& set, std::int64_t ordinal);

}  // namespace gp::workloads
