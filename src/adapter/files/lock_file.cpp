#include "adapter/files/lock_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "adapter/files/errno_error.hpp"

namespace gp::files {
namespace {

std::string holder_of(int descriptor) {
  char text[32] = {};
  const ssize_t size = ::pread(descriptor, text, sizeof text - 1, 0);
  const std::string_view pid(text, size > 0 ? static_cast<std::size_t>(size) : 0);
  const std::size_t digits = std::min(pid.find_first_not_of("0123456789"), pid.size());
  return std::string(pid.substr(0, digits));
}

}  // namespace

Result<LockFile> LockFile::acquire(const std::string& path) {
  Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!file.is_open()) return fail(errno_error("open the lock", path, errno));
  if (::flock(file.number(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return fail(errno_error("lock", path, errno));
    const std::string pid = holder_of(file.number());
    return fail(failed_precondition("\"{}\" is locked by {}", path,
                                    pid.empty() ? "another process" : "process " + pid)
                    .with_hint("stop the other process, or use another data folder"));
  }
  // For the other process' message only: the lock is the kernel's, not the text, so a full disk is
  // no reason to refuse it.
  const std::string pid = fmt::format("{}\n", ::getpid());
  if (::ftruncate(file.number(), 0) == 0) {
    [[maybe_unused]] const ssize_t noted = ::pwrite(file.number(), pid.data(), pid.size(), 0);
  }
  return LockFile(file.release());
}

LockFile::LockFile(LockFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

LockFile& LockFile::operator=(LockFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

LockFile::~LockFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace gp::files
