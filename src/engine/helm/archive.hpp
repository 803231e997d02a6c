#pragma once
// Packed charts: a gzip-compressed tar file with the chart in one folder.
//
// zlib decompresses; the tar headers (ustar, and the long names of GNU and pax) are read here, as
// a chart needs names and contents only and nothing is ever written to disk. Links and devices are
// left out, names that lead out of the chart are refused, and nothing beyond the limits is
// decompressed.

#include <string_view>
#include <vector>

#include "engine/helm/load.hpp"

namespace gp::helm {

// The files below the archive's one folder.
Result<std::vector<File>> read_archive(std::string_view bytes, const LoadLimits& limits = {});

Result<std::shared_ptr<const Chart>> load_archive(std::string_view bytes,
                                                  const LoadLimits& limits = {});

}  // namespace gp::helm
