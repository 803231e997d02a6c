#include "platform/store/acknowledged.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/digest.hpp"

namespace gp::store {
namespace {

using object::Revision;

// On disk: the revision, then the crc of it; both in the byte order of the machine, as all of the
// store's file is.
struct Record {
  Revision revision = 0;
  std::uint32_t crc = 0;
};

constexpr std::size_t kRecordBytes = sizeof(Revision) + sizeof(std::uint32_t);

std::uint32_t crc_of(Revision revision) {
  std::array<char, sizeof revision> bytes{};
  std::memcpy(bytes.data(), &revision, sizeof revision);
  return crc32c({bytes.data(), bytes.size()}, 0x61636b);  // "ack": zeros are no record
}

}  // namespace

Result<Acknowledged> Acknowledged::open(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return fail(unavailable("cannot open \"{}\": {}", path, std::strerror(errno)));
  Acknowledged acknowledged(file);
  std::array<char, kRecordBytes> bytes{};
  const auto count = ::pread(file, bytes.data(), bytes.size(), 0);
  Record record;
  std::memcpy(&record.revision, bytes.data(), sizeof record.revision);
  std::memcpy(&record.crc, bytes.data() + sizeof record.revision, sizeof record.crc);
  const bool is_whole = count == static_cast<ssize_t>(kRecordBytes);
  if (is_whole && record.crc == crc_of(record.revision)) acknowledged.revision_ = record.revision;
  return acknowledged;
}

Acknowledged::Acknowledged(Acknowledged&& other) noexcept
    : file_(std::exchange(other.file_, -1)), revision_(other.revision_) {}

Acknowledged& Acknowledged::operator=(Acknowledged other) noexcept {
  std::swap(file_, other.file_);
  std::swap(revision_, other.revision_);
  return *this;
}

Acknowledged::~Acknowledged() {
  if (file_ >= 0) ::close(file_);
}

void Acknowledged::note(Revision revision) {
  const std::uint32_t crc = crc_of(revision);
  std::array<char, kRecordBytes> bytes{};
  std::memcpy(bytes.data(), &revision, sizeof revision);
  std::memcpy(bytes.data() + sizeof revision, &crc, sizeof crc);
  [[maybe_unused]] const auto written = ::pwrite(file_, bytes.data(), bytes.size(), 0);
  revision_ = revision;
}

}  // namespace gp::store
