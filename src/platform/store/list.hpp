#pragma once
// Lists: from the newest state, or from the one at a past revision. Private to the store.

#include "platform/store/watch.hpp"

namespace gp::store {

Result<Listed> list_objects(const Memory& memory, const ListOptions& options);

}  // namespace gp::store
