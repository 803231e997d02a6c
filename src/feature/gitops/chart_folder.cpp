#include "feature/gitops/chart_folder.hpp"

#include "adapter/files/files.hpp"

namespace gp::gitops {

Result<std::string> ChartFolder::real_path(const std::string& path) const {
  std::string below = folder_.substr(std::min(root_.size(), folder_.size()));
  while (below.starts_with('/')) below.erase(0, 1);
  if (!path.empty()) below += (below.empty() ? "" : "/") + path;
  return files::resolve_inside(root_, below.empty() ? "." : below);
}

Result<std::vector<helm::Folder::Entry>> ChartFolder::list(const std::string& path) {
  const std::string folder = TRY(real_path(path));
  const std::vector<files::Entry> entries = TRY(files::list_directory(folder));
  std::vector<Entry> result;
  for (const files::Entry& entry : entries) {
    bool is_folder = entry.type == files::EntryType::Directory;
    if (entry.type == files::EntryType::Symlink) {
      const std::string real = TRY(real_path(path.empty() ? entry.name : path + "/" + entry.name));
      is_folder = files::is_directory(real);
    }
    result.push_back({entry.name, is_folder});
  }
  return result;
}

Result<std::string> ChartFolder::read(const std::string& path, std::size_t bytes_max) {
  const std::string real = TRY(real_path(path));
  return files::read_file(real, bytes_max);
}

}  // namespace gp::gitops
