#pragma once
// The Source of a running platform: folders, URLs mapped to folders, and URLs read over HTTP.
//
// Folders: only below the given roots, symbolic links resolved first. URLs: only from allowed
// hosts, every redirect checked again, revalidated by ETag. Parsed files are kept and shared until
// they change, so that reading a Location again costs one stat a file.

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "adapter/http_client/http_client.hpp"
#include "base/clock.hpp"
#include "feature/catalog/source.hpp"
#include "platform/config/platform_config.hpp"

namespace gp::catalog {

struct FileSourceOptions {
  std::vector<std::string> roots;          // folders that may be read
  std::vector<std::string> allowed_hosts;  // "localhost:7999", "*.example.org"
  config::Platform platform;               // for map_url
  Duration timeout = std::chrono::seconds(10);
  std::size_t glob_files_max = 20'000;
};

class FileSource final : public Source {
 public:
  FileSource(FileSourceOptions options, Clock& clock);

  Result<std::vector<SourceFile>> read(const LocationRef& location,
                                       const std::string& origin) override;
  Result<std::string> read_text(const LocationRef& location, std::size_t bytes_max) override;
  bool is_remote(const LocationRef& location) const override;
  std::string local_path(const LocationRef& location) const override;

 private:
  struct Kept {
    std::string version;  // of the bytes: file stamp or ETag
    Documents documents;
  };
  struct Fetched {
    std::string text;
    std::string etag;
    bool is_unchanged = false;
  };

  Result<std::vector<SourceFile>> read_local(const LocationRef& location, const std::string& path,
                                             const std::string& origin);
  Result<std::vector<SourceFile>> read_remote(const LocationRef& location,
                                              const std::string& origin);
  Result<SourceFile> read_file(const LocationRef& location, const std::string& path,
                               const std::string& origin);
  Result<std::string> inside_roots(const std::string& path) const;
  Result<> may_fetch(std::string_view url) const;
  Result<Fetched> fetch(const std::string& url, const std::string& etag, std::size_t bytes_max);

  Documents kept(const std::string& key, const std::string& version) const;
  std::string kept_version(const std::string& key) const;
  void keep(const std::string& key, std::string version, Documents documents);

  FileSourceOptions options_;
  Clock& clock_;
  http::Client client_;
  mutable std::mutex mutex_;  // guards the field below
  std::unordered_map<std::string, Kept> kept_;
};

}  // namespace gp::catalog
