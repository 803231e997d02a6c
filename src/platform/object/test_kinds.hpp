#pragma once
// The built-in kinds, for tests.

#include "platform/object/kind.hpp"

namespace gp::object {

inline const KindRegistry& test_kinds() {
  static const KindRegistry* const built = [] {
    auto* made = new KindRegistry;
    add_builtin_kinds(*made);
    return made;
  }();
  return *built;
}

}  // namespace gp::object
