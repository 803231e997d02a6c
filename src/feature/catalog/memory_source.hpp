#pragma once
// A Source in memory, for tests: texts by location, globs included; "url:" is remote.

#include <map>
#include <mutex>

#include "feature/catalog/source.hpp"

namespace gp::catalog {

class MemorySource final : public Source {
 public:
  void set(const std::string& location, std::string text);  // "file:/a.yaml", "url:https://h/a"
  void erase(const std::string& location);
  std::size_t reads() const;  // of whole files, so far

  Result<std::vector<SourceFile>> read(const LocationRef& location,
                                       const std::string& origin) override;
  Result<std::string> read_text(const LocationRef& location, std::size_t bytes_max) override;
  bool is_remote(const LocationRef& location) const override { return location.type == "url"; }
  std::string local_path(const LocationRef& location) const override {
    return location.type == "file" ? location.target : std::string();
  }

 private:
  Result<SourceFile> parse(const std::string& location, const std::string& text,
                           const std::string& origin) const;

  mutable std::mutex mutex_;  // guards the fields below
  std::map<std::string, std::string> texts_;
  std::size_t reads_ = 0;
};

}  // namespace gp::catalog
