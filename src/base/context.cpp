#include "base/context.hpp"

namespace gp {

Result<> Context::check() const {
  if (stop_.stop_requested()) return fail(cancelled("stopped while waiting"));
  if (remaining() <= Duration::zero()) return fail(deadline_exceeded("ran out of time"));
  return {};
}

}  // namespace gp
