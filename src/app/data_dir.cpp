#include "app/data_dir.hpp"

#include <cstdlib>
#include <filesystem>

namespace gp::app {
namespace {

namespace fs = std::filesystem;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

std::string full_path(const fs::path& path) {
  std::error_code error;
  const fs::path full = fs::absolute(path, error);
  return (error ? path : full).lexically_normal().string();
}

}  // namespace

std::string choose_data_dir(const std::string& option) {
  if (!option.empty()) return full_path(option);
  if (const std::string named = environment("GOLDENPATH_DATA"); !named.empty())
    return full_path(named);

  std::error_code ignored;
  if (fs::exists("platform.yaml", ignored)) return full_path(".goldenpath");
  if (const std::string data = environment("XDG_DATA_HOME"); !data.empty())
    return full_path(fs::path(data) / "goldenpath");
  if (const std::string home = environment("HOME"); !home.empty()) {
    return full_path(fs::path(home) / ".local" / "share" / "goldenpath");
  }
  return full_path(".goldenpath");
}

Result<> ensure_data_dir(const std::string& dir) {
  std::error_code error;
  const bool is_new = fs::create_directories(dir, error);
  if (error) {
    return fail(failed_precondition("cannot create the data folder {}: {}", dir, error.message())
                    .with_hint("choose another one with --data DIR"));
  }
  if (is_new) fs::permissions(dir, fs::perms::owner_all, error);
  return {};
}

}  // namespace gp::app
