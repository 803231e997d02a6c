#pragma once
// Frees maps that hold themselves, which counting references alone never would.
//
// A cycle needs a map that was changed after it was made, so only changed maps are looked at.

#include <vector>

#include "engine/template/value.hpp"

namespace gp::tmpl {

// Empties those maps among and below `changed` that only they themselves still hold.
void free_cycles(std::vector<Val> changed);

}  // namespace gp::tmpl
