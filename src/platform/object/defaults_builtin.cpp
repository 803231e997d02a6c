#include "platform/object/defaults_builtin.hpp"

namespace gp::object {

ComputedDefault computed_default(const Type& /*type*/) {
  return nullptr;
}

void prepare_builtin(const Kind& /*kind*/, Value& /*object*/, const Value* /*before*/) {}

}  // namespace gp::object
