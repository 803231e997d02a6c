#pragma once
// Files and folders: reading with limits, writing that survives a crash, listing, and staying
// inside a root.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace gp::files {

constexpr std::size_t kReadMax = 64U << 20U;

// The whole file. NotFound, Forbidden and TooLarge say so; anything but a regular file is refused.
Result<std::string> read_file(const std::string& path, std::size_t bytes_max = kReadMax);

struct WriteOptions {
  unsigned mode = 0644;
  bool sync = true;  // on disk, name and content, when the call returns
};
// All or nothing: readers see the old content or the new, also after a power cut. Missing folders
// are made.
Result<> write_file_atomic(const std::string& path, std::string_view content,
                           const WriteOptions& options = {});

Result<> ensure_directory(const std::string& path, unsigned mode = 0755);
Result<> remove_file(const std::string& path);  // fine if it is not there
Result<> remove_tree(const std::string& path);  // never follows symbolic links
bool exists(const std::string& path);
bool is_directory(const std::string& path);

enum class EntryType { File, Directory, Symlink, Other };
struct Entry {
  std::string name;
  EntryType type = EntryType::File;
};
// By name; "." and ".." left out.
Result<std::vector<Entry>> list_directory(const std::string& path);

// `relative` below `root`, as an absolute path with every symbolic link resolved. Forbidden if that
// leads outside; NotFound if it does not exist. `root` itself is allowed.
Result<std::string> resolve_inside(const std::string& root, std::string_view relative);

// A new private folder below the system's temporary folder, removed with all it holds at the end.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  const std::string& path() const { return path_; }
  std::string operator/(std::string_view name) const { return path_ + "/" + std::string(name); }

 private:
  std::string path_;
};

}  // namespace gp::files
