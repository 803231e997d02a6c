#pragma once
// Errors of system calls in words. Private to this folder.

#include <string_view>

#include "base/result.hpp"

namespace gp::files {

// `cannot read "a.txt": No such file or directory`, with the code that callers act upon.
Error errno_error(std::string_view action, std::string_view path, int error_number);

// A descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor();

  bool is_open() const { return number_ >= 0; }
  int number() const { return number_; }
  int release() { return std::exchange(number_, -1); }

 private:
  int number_;
};

}  // namespace gp::files
