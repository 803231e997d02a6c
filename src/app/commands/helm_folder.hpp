#pragma once
// A chart's folder on disk. Symbolic links are followed as long as they stay below it.

#include <string>

#include "engine/helm/load.hpp"

namespace gp::app {

class ChartFolder final : public helm::Folder {
 public:
  explicit ChartFolder(std::string path) : path_(std::move(path)) {}
  Result<std::vector<Entry>> list(const std::string& path) override;
  Result<std::string> read(const std::string& path, std::size_t bytes_max) override;

 private:
  const std::string path_;
};

}  // namespace gp::app
