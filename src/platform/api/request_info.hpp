#pragma once
// What a URL of the Kubernetes API asks for: verb, resource, namespace, name, subresource.
//
//   /api/v1/namespaces/NS/configmaps/NAME/SUBRESOURCE     /apis/GROUP/VERSION/RESOURCE
//   /api/v1/watch/…  is the old spelling of a watch.
//
// Parts are percent-decoded after the split. Empty parts ("//") and "." parts make a path invalid;
// one trailing slash is tolerated.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapter/net/http.hpp"

namespace gp::api {

struct RequestInfo {
  std::string path;                // as the client sent it, for non-resource rules
  std::vector<std::string> parts;  // decoded
  bool is_resource = false;        // below a group and version
  std::string verb;  // get, list, watch, create, update, patch, delete, deletecollection; otherwise
                     // the method in lower case
  std::string group;
  std::string version;
  std::string ns;
  std::string resource;
  std::string subresource;
  std::string name;
  bool is_collection = false;    // no name in the URL
  bool has_extra_parts = false;  // behind the subresource: nothing of ours
};

// Nothing when the path is malformed.
std::optional<RequestInfo> parse_request(const net::Request& request);

}  // namespace gp::api
