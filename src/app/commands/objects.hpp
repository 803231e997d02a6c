#pragma once
// What get, describe, apply and delete share: which objects a command line names, and reading
// manifests from files.

#include <string>
#include <vector>

#include "app/api_client.hpp"
#include "app/commands/commands.hpp"

namespace gp::app {

Result<ApiClient> connect(const Connection& connection);

struct Named {
  ApiResource resource;
  std::vector<std::string> names;  // empty: all
};

// "cm", "cm a b", "cm/a component/x", "cm,secret": TYPE[,TYPE…] [NAME…] or TYPE/NAME…
Result<std::vector<Named>> parse_arguments(ApiClient& client,
                                           const std::vector<std::string>& arguments);

struct ManifestDocument {
  Value value;
  std::string where;  // "file.yaml:12"
};
// Files, folders (every .yaml, .yml and .json in them, sorted) or "-". `List` kinds are opened.
Result<std::vector<ManifestDocument>> read_manifests(const std::vector<std::string>& files);

}  // namespace gp::app
