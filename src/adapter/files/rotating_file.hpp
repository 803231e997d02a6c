#pragma once
// A log file that is put aside when it is full: "audit.log" becomes
// "audit-2026-11-24T19-40-00.123.log", and only so many of those are kept. One thread at a time.

#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace gp::files {

struct RotationOptions {
  std::string path;
  std::size_t bytes_max = 100U << 20U;
  std::size_t backups_max = 10;  // 0: all are kept
};

class RotatingFile {
 public:
  static Result<RotatingFile> open(RotationOptions options);
  RotatingFile(RotatingFile&& other) noexcept;
  RotatingFile& operator=(RotatingFile&&) = delete;
  ~RotatingFile();

  // Appends; never splits `text`. A file that cannot be put aside grows on.
  Result<> append(std::string_view text, TimePoint now);

 private:
  explicit RotatingFile(RotationOptions options) : options_(std::move(options)) {}
  Result<> reopen();
  Result<> rotate(TimePoint now);
  void remove_oldest() const;

  RotationOptions options_;
  int file_ = -1;
  std::size_t bytes_ = 0;
};

}  // namespace gp::files
