#include "feature/catalog/file_source.hpp"

#include <sys/stat.h>

#include <filesystem>

#include "adapter/files/files.hpp"
#include "adapter/files/glob.hpp"
#include "adapter/net/http.hpp"
#include "feature/catalog/errors.hpp"
#include "feature/catalog/targets.hpp"

namespace gp::catalog {
namespace {

constexpr int kRedirectsMax = 5;
constexpr std::size_t kKeptMax = 200'000;

// Changes with the file's content for all practical purposes; empty when it is not a file.
std::string stamp_of(const std::string& path) {
  struct stat info{};
  if (::stat(path.c_str(), &info) != 0) return {};
  return fmt::format("{}.{}.{}.{}", info.st_mtim.tv_sec, info.st_mtim.tv_nsec, info.st_size,
                     info.st_ino);
}

// "/a/b/*/c.yaml" is the folder "/a/b" and the pattern "*/c.yaml".
std::pair<std::string, std::string> split_glob(const std::string& path) {
  std::size_t folder = 0;
  for (std::size_t at = 0; at < path.size();) {
    const auto end = std::min(path.find('/', at), path.size());
    if (files::is_glob(std::string_view(path).substr(at, end - at))) break;
    folder = end;
    at = end + 1;
  }
  return {path.substr(0, folder), path.substr(std::min(folder + 1, path.size()))};
}

bool host_matches(std::string_view pattern, std::string_view host) {
  if (pattern.starts_with("*.")) return host.ends_with(pattern.substr(1));
  return pattern == host;
}

}  // namespace

FileSource::FileSource(FileSourceOptions options, Clock& clock)
    : options_(std::move(options)), clock_(clock) {
  for (std::string& host : options_.allowed_hosts) host = lower(host);
}

std::string FileSource::local_path(const LocationRef& location) const {
  return location.type == "file" ? location.target
                                 : config::map_url(options_.platform, location.target);
}

bool FileSource::is_remote(const LocationRef& location) const {
  return local_path(location).empty();
}

Result<std::vector<SourceFile>> FileSource::read(const LocationRef& location,
                                                 const std::string& origin) {
  if (location.type != "file" && location.type != "url") {
    return fail(named_error("InputError", fmt::format("No processor was able to handle reading of "
                                                      "{}",
                                                      location.text())));
  }
  const std::string path = local_path(location);
  return path.empty() ? read_remote(location, origin) : read_local(location, path, origin);
}

Result<std::vector<SourceFile>> FileSource::read_local(const LocationRef& location,
                                                       const std::string& path,
                                                       const std::string& origin) {
  std::vector<SourceFile> read;
  if (!files::is_glob(path)) {
    SourceFile file = TRY(read_file(location, path, origin));
    read.push_back(std::move(file));
    return read;
  }
  const auto [folder, pattern] = split_glob(path);
  if (!files::exists(folder)) return read;  // a glob that matches nothing
  TRY(inside_roots(folder));
  files::GlobLimits limits;
  limits.matches_max = options_.glob_files_max;
  const std::string target_folder = split_glob(location.target).first;
  auto matches = files::glob(folder, pattern, limits);
  if (!matches) {
    return fail(named_error("InputError", fmt::format("{} could not be read, {}", location.text(),
                                                      matches.error().message)));
  }
  for (const std::string& match : *matches) {
    const LocationRef target{location.type, target_folder + "/" + match};
    SourceFile file = TRY(read_file(target, folder + "/" + match, origin));
    read.push_back(std::move(file));
  }
  return read;
}

Result<std::string> FileSource::inside_roots(const std::string& path) const {
  for (const std::string& root : options_.roots) {
    if (path != root && !path.starts_with(root + "/")) continue;
    const std::string relative = path.size() > root.size() ? path.substr(root.size() + 1) : ".";
    return files::resolve_inside(root, relative);
  }
  return fail(forbidden("it is outside the folders that the catalog may read"));
}

Result<SourceFile> FileSource::read_file(const LocationRef& location, const std::string& path,
                                         const std::string& origin) {
  const std::string text = location.text();
  const std::string key = text + "\n" + origin;  // the documents carry both
  const std::string stamp = stamp_of(path);
  if (Documents documents = kept(key, stamp); documents != nullptr && !stamp.empty()) {
    return SourceFile{location, std::move(documents)};
  }
  const std::string content = TRY(read_text(location, kFileBytesMax));
  auto parsed = TRY(read_documents(content, text, origin));
  const auto documents = std::make_shared<const std::vector<SourceDocument>>(std::move(parsed));
  keep(key, stamp, documents);
  return SourceFile{location, documents};
}

Result<std::string> FileSource::read_text(const LocationRef& location, std::size_t bytes_max) {
  const std::string path = local_path(location);
  if (path.empty()) {
    Fetched fetched = TRY(fetch(location.target, "", bytes_max));
    return std::move(fetched.text);
  }
  auto real = inside_roots(path);
  auto content = real ? files::read_file(*real, bytes_max) : fail(std::move(real.error()));
  if (content) return content;
  switch (content.error().code) {
    case Code::NotFound:
      return fail(named_error("NotFoundError",
                              fmt::format("{} {} does not exist", location.type, location.target)));
    case Code::Forbidden:
      return fail(
          named_error("NotAllowedError", fmt::format("{} {} may not be read, {}", location.type,
                                                     location.target, content.error().message)));
    default:
      return fail(
          named_error("InputError", fmt::format("{} {} could not be read, {}", location.type,
                                                location.target, content.error().message)));
  }
}

Result<std::vector<SourceFile>> FileSource::read_remote(const LocationRef& location,
                                                        const std::string& origin) {
  const std::string text = location.text();
  const std::string key = text + "\n" + origin;
  auto fetched = fetch(location.target, kept_version(key), kFileBytesMax);
  if (!fetched) {
    Error& error = fetched.error();
    return fail(named_error(error_name(error) == "NotFoundError" ? "NotFoundError" : "InputError",
                            fmt::format("Unable to read url, {}", error_text(error))));
  }
  Documents documents;
  if (fetched->is_unchanged) documents = kept(key, fetched->etag);
  if (documents == nullptr) {
    auto parsed = TRY(read_documents(fetched->text, text, origin));
    documents = std::make_shared<const std::vector<SourceDocument>>(std::move(parsed));
  }
  if (!fetched->etag.empty()) keep(key, fetched->etag, documents);
  return std::vector<SourceFile>{{location, documents}};
}

Result<> FileSource::may_fetch(std::string_view url) const {
  const std::string host = url_host(url);
  const auto matches = [&](const std::string& allowed) { return host_matches(allowed, host); };
  if (!host.empty() && std::ranges::any_of(options_.allowed_hosts, matches)) return {};
  return fail(named_error(
      "NotAllowedError",
      fmt::format("Reading from '{}' is not allowed. You may need to map it to a folder with "
                  "spec.repositories, or add the host '{}' to spec.catalog.reading",
                  url, host)));
}

Result<FileSource::Fetched> FileSource::fetch(const std::string& url, const std::string& etag,
                                              std::size_t bytes_max) {
  std::string address = raw_url(url);
  for (int redirects = 0; redirects <= kRedirectsMax; ++redirects) {
    TRY(may_fetch(address));
    http::ClientRequest request;
    request.url = address;
    request.body_bytes_max = bytes_max;
    request.redirects_max = 0;
    if (!etag.empty()) request.headers.emplace_back("If-None-Match", etag);
    auto response = client_.send(Context(clock_, options_.timeout), request);
    if (!response) return fail(named_error("Error", response.error().message));
    if (response->status == 304) return Fetched{{}, etag, true};
    if (response->status / 100 == 2) {
      return Fetched{std::move(response->body), response->header("etag"), false};
    }
    const std::string location = response->header("location");
    if (response->status / 100 == 3 && !location.empty()) {
      address = TRY(resolve_url(address, location));
      continue;
    }
    const bool is_missing = response->status == 404;
    return fail(named_error(is_missing ? "NotFoundError" : "Error",
                            fmt::format("could not read {}, {} {}", url, response->status,
                                        net::reason_phrase(response->status))));
  }
  return fail(named_error(
      "Error", fmt::format("could not read {}, more than {} redirects", url, kRedirectsMax)));
}

Documents FileSource::kept(const std::string& key, const std::string& version) const {
  const std::lock_guard lock(mutex_);
  const auto found = kept_.find(key);
  return found != kept_.end() && found->second.version == version ? found->second.documents
                                                                  : nullptr;
}

std::string FileSource::kept_version(const std::string& key) const {
  const std::lock_guard lock(mutex_);
  const auto found = kept_.find(key);
  return found != kept_.end() ? found->second.version : std::string();
}

void FileSource::keep(const std::string& key, std::string version, Documents documents) {
  const std::lock_guard lock(mutex_);
  if (kept_.size() >= kKeptMax) kept_.clear();  // files come and go; this is only a cache
  kept_.insert_or_assign(key, Kept{std::move(version), std::move(documents)});
}

}  // namespace gp::catalog
