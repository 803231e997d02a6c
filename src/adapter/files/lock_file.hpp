#pragma once
// One process for one data folder: an advisory lock that ends with the process, however it ends.

#include <string>

#include "base/result.hpp"

namespace gp::files {

class LockFile {
 public:
  // FailedPrecondition if another process holds it; the message names its pid.
  static Result<LockFile> acquire(const std::string& path);

  LockFile(LockFile&& other) noexcept;
  LockFile& operator=(LockFile&& other) noexcept;
  ~LockFile();

 private:
  explicit LockFile(int descriptor) : descriptor_(descriptor) {}
  int descriptor_ = -1;
};

}  // namespace gp::files
