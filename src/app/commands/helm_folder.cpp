#include "app/commands/helm_folder.hpp"

#include "adapter/files/files.hpp"

namespace gp::app {

Result<std::vector<helm::Folder::Entry>> ChartFolder::list(const std::string& path) {
  const std::string folder = TRY(files::resolve_inside(path_, path.empty() ? "." : path));
  const auto entries = TRY(files::list_directory(folder));
  std::vector<Entry> result;
  for (const files::Entry& entry : entries) {
    bool is_folder = entry.type == files::EntryType::Directory;
    if (entry.type == files::EntryType::Symlink) {
      const std::string name = path.empty() ? entry.name : path + "/" + entry.name;
      const std::string real = TRY(files::resolve_inside(path_, name));
      is_folder = files::is_directory(real);
    }
    result.push_back({entry.name, is_folder});
  }
  return result;
}

Result<std::string> ChartFolder::read(const std::string& path, std::size_t bytes_max) {
  const std::string real = TRY(files::resolve_inside(path_, path));
  return files::read_file(real, bytes_max);
}

}  // namespace gp::app
