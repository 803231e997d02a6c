#include "base/result.hpp"

#include <cstdio>
#include <cstdlib>

namespace gp::detail {

void check_failed(const char* file, int line, const char* condition, const char* why) {
  std::fprintf(stderr, "goldenpath: broken promise at %s:%d: %s (%s)\n", file, line, why,
               condition);
  std::abort();
}

}  // namespace gp::detail
