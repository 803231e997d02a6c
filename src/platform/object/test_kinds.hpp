#pragma once
// The built-in kinds, for tests.

#include "platform/object/kind.hpp"

namespace gp::object {

inline const KindRegistry& test_kinds() {
  static const struct Built : KindRegistry {
    Built() { add_builtin_kinds(*this); }
  } built;
  return built;
}

}  // namespace gp::object
