#pragma once
// Where `goldenpath up [PATH|URL]` finds its platform: a folder, a platform.yaml, or a Git URL,
// which is cloned into the data folder (and brought up to date on the next start; when the host
// cannot be reached, the clone that is there is used).

#include <optional>
#include <string>

#include "base/context.hpp"
#include "base/result.hpp"
#include "platform/config/platform_config.hpp"

namespace gp::app {

// `argument` empty: the current folder when it holds platform.yaml, else no platform.
Result<std::optional<config::Platform>> find_platform(const Context& context,
                                                      const std::string& argument,
                                                      const std::string& data_dir);

}  // namespace gp::app
