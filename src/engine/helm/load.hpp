#pragma once
// A chart from its files: Chart.yaml, values, templates, and the charts below charts/, packed or
// not.

#include <memory>
#include <vector>

#include "engine/helm/chart.hpp"

namespace gp::helm {

struct LoadLimits {
  std::size_t bytes_max = std::size_t{100} << 20;     // of all files together, once unpacked
  std::size_t file_bytes_max = std::size_t{5} << 20;  // of one file
  std::size_t files_max = 20'000;
  int depth_max = 10;  // charts within charts
};

// The files' names are relative to the chart's folder; .helmignore has been applied.
Result<std::shared_ptr<const Chart>> load_chart(std::vector<File> files,
                                                const LoadLimits& limits = {});

// A folder to load a chart from.
class Folder {
 public:
  virtual ~Folder() = default;
  struct Entry {
    std::string name;
    bool is_folder = false;
  };
  // Relative to the chart's folder; "" is the folder itself. What leads out of the tree is refused.
  virtual Result<std::vector<Entry>> list(const std::string& path) = 0;
  virtual Result<std::string> read(const std::string& path, std::size_t bytes_max) = 0;
};

// Reads .helmignore first. "Chart.yaml file is missing" when that is not a chart.
Result<std::shared_ptr<const Chart>> load_folder(Folder& folder, const LoadLimits& limits = {});

}  // namespace gp::helm
