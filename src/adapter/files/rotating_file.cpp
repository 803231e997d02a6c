#include "adapter/files/rotating_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "adapter/files/files.hpp"

namespace gp::files {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kMode = 0600;  // it names people and what they did

std::string reason() {
  return std::strerror(errno);
}

// "2026-11-24T19-40-00.123456", which sorts by age and is a name on every file system.
std::string stamp(TimePoint now) {
  std::string text = format_time_micro(now);
  std::ranges::replace(text, ':', '-');
  if (text.ends_with('Z')) text.pop_back();
  return text;
}

}  // namespace

Result<RotatingFile> RotatingFile::open(RotationOptions options) {
  RotatingFile file(std::move(options));
  TRY(file.reopen());
  return file;
}

RotatingFile::RotatingFile(RotatingFile&& other) noexcept
    : options_(std::move(other.options_)),
      file_(std::exchange(other.file_, -1)),
      bytes_(other.bytes_) {}

RotatingFile::~RotatingFile() {
  if (file_ >= 0) ::close(file_);
}

Result<> RotatingFile::reopen() {
  const int file = ::open(options_.path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, kMode);
  if (file < 0) return fail(invalid_argument("cannot open {}: {}", options_.path, reason()));
  struct stat found{};
  if (::fstat(file, &found) != 0 || !S_ISREG(found.st_mode)) {
    ::close(file);
    return fail(invalid_argument("{} is not a regular file", options_.path));
  }
  if (file_ >= 0) ::close(file_);
  file_ = file;
  bytes_ = static_cast<std::size_t>(found.st_size);
  return {};
}

Result<> RotatingFile::append(std::string_view text, TimePoint now) {
  if (bytes_ > 0 && bytes_ + text.size() > options_.bytes_max) TRY(rotate(now));
  while (!text.empty()) {
    const ssize_t written = ::write(file_, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return fail(unavailable("cannot write {}: {}", options_.path, reason()));
    bytes_ += static_cast<std::size_t>(written);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<> RotatingFile::rotate(TimePoint now) {
  const fs::path path(options_.path);
  std::string aside;
  for (int turn = 0; turn == 0 || exists(aside); ++turn) {  // two within a microsecond
    aside = (path.parent_path() / fmt::format("{}-{}{}{}", path.stem().string(), stamp(now),
                                              turn == 0 ? "" : fmt::format(".{:03}", turn),
                                              path.extension().string()))
                .string();
  }
  if (::rename(options_.path.c_str(), aside.c_str()) != 0 && errno != ENOENT) {
    return fail(unavailable("cannot put {} aside: {}", options_.path, reason()));
  }
  TRY(reopen());
  remove_oldest();
  return {};
}

void RotatingFile::remove_oldest() const {
  if (options_.backups_max == 0) return;
  const fs::path path(options_.path);
  const std::string folder = path.parent_path().empty() ? "." : path.parent_path().string();
  const std::string start = path.stem().string() + "-";
  const std::string end = path.extension().string();
  const auto entries = list_directory(folder);
  if (!entries) return;  // the next turn tries again
  std::vector<std::string> backups;
  for (const Entry& entry : *entries) {
    const bool is_ours = entry.name.size() > start.size() + end.size() &&
                         entry.name.starts_with(start) && entry.name.ends_with(end) &&
                         entry.name[start.size()] >= '0' && entry.name[start.size()] <= '9';
    if (is_ours && entry.type == EntryType::File) backups.push_back(entry.name);
  }
  std::ranges::sort(backups);
  for (std::size_t i = 0; i + options_.backups_max < backups.size(); ++i) {
    ::unlink((fs::path(folder) / backups[i]).c_str());
  }
}

}  // namespace gp::files
