#include "adapter/files/files.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "adapter/files/errno_error.hpp"
#include "base/ids.hpp"

namespace gp::files {
namespace {

namespace fs = std::filesystem;

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

Result<> write_all(int descriptor, std::string_view content, const std::string& path) {
  while (!content.empty()) {
    const ssize_t written = ::write(descriptor, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return fail(errno_error("write", path, errno));
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<> sync_folder(const std::string& path) {
  const Descriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.is_open() || ::fsync(folder.number()) != 0)
    return fail(errno_error("sync", path, errno));
  return {};
}

// Writes and names a new file beside the target; the caller renames or removes it.
Result<> write_new(const std::string& path, std::string_view content, const WriteOptions& options) {
  const Descriptor file(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, options.mode));
  if (!file.is_open()) return fail(errno_error("create", path, errno));
  TRY(write_all(file.number(), content, path));
  // open() heeds the umask; the mode asked for is what counts.
  if (::fchmod(file.number(), options.mode) != 0)
    return fail(errno_error("set the mode of", path, errno));
  if (options.sync && ::fsync(file.number()) != 0) return fail(errno_error("sync", path, errno));
  return {};
}

EntryType type_of(const dirent& entry, const std::string& path) {
  switch (entry.d_type) {
    case DT_REG: return EntryType::File;
    case DT_DIR: return EntryType::Directory;
    case DT_LNK: return EntryType::Symlink;
    case DT_UNKNOWN: break;
    default: return EntryType::Other;
  }
  struct stat status{};
  if (::lstat(path.c_str(), &status) != 0) return EntryType::Other;
  if (S_ISREG(status.st_mode)) return EntryType::File;
  if (S_ISDIR(status.st_mode)) return EntryType::Directory;
  return S_ISLNK(status.st_mode) ? EntryType::Symlink : EntryType::Other;
}

Result<std::string> real_path(const std::string& path) {
  char* resolved = ::realpath(path.c_str(), nullptr);
  if (resolved == nullptr) return fail(errno_error("find", path, errno));
  std::string text(resolved);
  std::free(resolved);
  return text;
}

// "a/../../b" climbs out by its words alone.
bool climbs_out(std::string_view relative) {
  int depth = 0;
  while (!relative.empty()) {
    const std::size_t slash = relative.find('/');
    const std::string_view name = relative.substr(0, slash);
    if (name == "..") {
      if (--depth < 0) return true;
    } else if (!name.empty() && name != ".") {
      ++depth;
    }
    if (slash == std::string_view::npos) break;
    relative.remove_prefix(slash + 1);
  }
  return false;
}

}  // namespace

Error errno_error(std::string_view action, std::string_view path, int error_number) {
  Code code = Code::Unavailable;
  switch (error_number) {
    case ENOENT:
    case ENOTDIR: code = Code::NotFound; break;
    case EACCES:
    case EPERM:
    case EROFS: code = Code::Forbidden; break;
    case EEXIST: code = Code::AlreadyExists; break;
    case ENOSPC:
    case EDQUOT:
    case EMFILE:
    case ENFILE: code = Code::ResourceExhausted; break;
    case ENAMETOOLONG:
    case ELOOP:
    case EISDIR: code = Code::InvalidArgument; break;
    default: break;
  }
  const std::string reason = std::generic_category().message(error_number);
  return Error{.code = code, .message = fmt::format("cannot {} \"{}\": {}", action, path, reason)};
}

Descriptor::~Descriptor() {
  if (number_ >= 0) ::close(number_);
}

Result<std::string> read_file(const std::string& path, std::size_t bytes_max) {
  // Not blocking: opening a FIFO would wait for a writer.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.is_open()) return fail(errno_error("read", path, errno));
  struct stat status{};
  if (::fstat(file.number(), &status) != 0) return fail(errno_error("read", path, errno));
  if (!S_ISREG(status.st_mode)) {
    return fail(invalid_argument("cannot read \"{}\": it is {}", path,
                                 S_ISDIR(status.st_mode) ? "a folder" : "not a regular file"));
  }
  std::string content;
  const auto expected = static_cast<std::size_t>(std::max<off_t>(status.st_size, 0));
  content.resize(std::min(expected, bytes_max) + 1);
  std::size_t size = 0;
  while (true) {
    const ssize_t got = ::read(file.number(), content.data() + size, content.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(errno_error("read", path, errno));
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
    if (size > bytes_max) {
      return fail(
          too_large("\"{}\" has more than the {} bytes that are read at most", path, bytes_max));
    }
    if (size == content.size()) content.resize(std::min(content.size() * 2, bytes_max + 1));
  }
  content.resize(size);
  return content;
}

Result<> write_file_atomic(const std::string& path, std::string_view content,
                           const WriteOptions& options) {
  const std::string folder = folder_of(path);
  TRY(ensure_directory(folder));
  const std::string unfinished =
      fmt::format("{}.{}.tmp", path, random_name_suffix(system_random(), 10));
  auto written = write_new(unfinished, content, options);
  if (written && ::rename(unfinished.c_str(), path.c_str()) != 0) {
    written = fail(errno_error("write", path, errno));
  }
  if (!written) {
    ::unlink(unfinished.c_str());
    return written;
  }
  return options.sync ? sync_folder(folder) : Result<>();
}

Result<> ensure_directory(const std::string& path, unsigned mode) {
  if (path.empty() || is_directory(path)) return {};
  const std::string parent = folder_of(path);
  if (parent != path) TRY(ensure_directory(parent, mode));
  if (::mkdir(path.c_str(), mode) == 0 || (errno == EEXIST && is_directory(path))) return {};
  return fail(errno_error("create the folder", path, errno));
}

Result<> remove_file(const std::string& path) {
  if (::unlink(path.c_str()) == 0 || errno == ENOENT) return {};
  return fail(errno_error("remove", path, errno));
}

Result<> remove_tree(const std::string& path) {
  std::error_code error;
  fs::remove_all(path, error);
  if (error) return fail(errno_error("remove", path, error.value()));
  return {};
}

bool exists(const std::string& path) {
  return ::access(path.c_str(), F_OK) == 0;
}

bool is_directory(const std::string& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

Result<std::vector<Entry>> list_directory(const std::string& path) {
  DIR* folder = ::opendir(path.c_str());
  if (folder == nullptr) return fail(errno_error("list", path, errno));
  std::vector<Entry> entries;
  while (const dirent* entry = ::readdir(folder)) {
    const std::string name = entry->d_name;
    if (name == "." || name == "..") continue;
    entries.push_back({name, type_of(*entry, path + "/" + name)});
  }
  ::closedir(folder);
  std::ranges::sort(entries, {}, &Entry::name);
  return entries;
}

Result<std::string> resolve_inside(const std::string& root, std::string_view relative) {
  const auto outside = [&] {
    return fail(forbidden("\"{}\" leads out of \"{}\"", relative, root));
  };
  if (relative.starts_with('/') || climbs_out(relative) ||
      relative.find('\0') != std::string_view::npos) {
    return outside();
  }
  const std::string real_root = TRY(real_path(root));
  std::string real = TRY(real_path(fmt::format("{}/{}", real_root, relative)));
  const std::string prefix = real_root == "/" ? "/" : real_root + "/";
  if (real != real_root && !real.starts_with(prefix)) return outside();
  return real;
}

TemporaryDirectory::TemporaryDirectory() {
  const char* base = std::getenv("TMPDIR");
  path_ = fmt::format("{}/goldenpath-XXXXXX", base != nullptr ? base : "/tmp");
  GP_CHECK(::mkdtemp(path_.data()) != nullptr, "the temporary folder can be written");
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

}  // namespace gp::files
