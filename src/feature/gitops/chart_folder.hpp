#pragma once
// A chart's folder in a tree of files. Symbolic links are followed as long as they stay in the
// tree.

#include <string>

#include "engine/helm/load.hpp"

namespace gp::gitops {

class ChartFolder final : public helm::Folder {
 public:
  // `folder` is the chart, `root` the tree; both absolute.
  ChartFolder(std::string root, std::string folder)
      : root_(std::move(root)), folder_(std::move(folder)) {}
  Result<std::vector<Entry>> list(const std::string& path) override;
  Result<std::string> read(const std::string& path, std::size_t bytes_max) override;

 private:
  Result<std::string> real_path(const std::string& path) const;

  const std::string root_, folder_;
};

}  // namespace gp::gitops
