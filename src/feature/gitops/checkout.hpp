#pragma once
// The files of a repository at one revision.

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace gp::gitops {

struct Checkout {
  std::string root;      // absolute; nothing outside it is read
  std::string revision;  // 40 hexadecimal digits
};

// `relative` below a checkout, every link resolved. Forbidden when it leads out.
Result<std::string> inside(const Checkout& checkout, std::string_view relative);

}  // namespace gp::gitops
