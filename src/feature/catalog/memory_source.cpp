#include "feature/catalog/memory_source.hpp"

#include "adapter/files/glob.hpp"
#include "feature/catalog/errors.hpp"

namespace gp::catalog {

void MemorySource::set(const std::string& location, std::string text) {
  const std::lock_guard lock(mutex_);
  texts_.insert_or_assign(location, std::move(text));
}

void MemorySource::erase(const std::string& location) {
  const std::lock_guard lock(mutex_);
  texts_.erase(location);
}

std::size_t MemorySource::reads() const {
  const std::lock_guard lock(mutex_);
  return reads_;
}

Result<SourceFile> MemorySource::parse(const std::string& location, const std::string& text,
                                       const std::string& origin) const {
  LocationRef ref = TRY(parse_location_ref(location));
  auto parsed = TRY(read_documents(text, location, origin));
  auto documents = std::make_shared<const std::vector<SourceDocument>>(std::move(parsed));
  return SourceFile{std::move(ref), std::move(documents)};
}

Result<std::vector<SourceFile>> MemorySource::read(const LocationRef& location,
                                                   const std::string& origin) {
  const std::lock_guard lock(mutex_);
  ++reads_;
  std::vector<SourceFile> files;
  const std::string wanted = location.text();
  const bool is_glob = files::is_glob(location.target);
  for (const auto& [name, text] : texts_) {
    if (name != wanted && !(is_glob && files::matches_glob(wanted, name))) continue;
    SourceFile file = TRY(parse(name, text, origin));
    files.push_back(std::move(file));
  }
  if (!files.empty() || is_glob) return files;
  return fail(named_error("NotFoundError",
                          fmt::format("{} {} does not exist", location.type, location.target)));
}

Result<std::string> MemorySource::read_text(const LocationRef& location, std::size_t bytes_max) {
  const std::lock_guard lock(mutex_);
  const auto found = texts_.find(location.text());
  if (found == texts_.end()) {
    return fail(named_error("NotFoundError",
                            fmt::format("{} {} does not exist", location.type, location.target)));
  }
  if (found->second.size() > bytes_max) return fail(too_large("more than {} bytes", bytes_max));
  return found->second;
}

}  // namespace gp::catalog
