#pragma once
// /openapi/v2 as protobuf: the gnostic form (openapi.v2.Document of OpenAPIv2.proto), which clients
// older than OpenAPI v3 ask for alone. Private to this folder.

#include <string>

#include "base/value.hpp"

namespace gp::api {

// `document`: an OpenAPI 2.0 document as JSON. What a Kubernetes document never holds (examples,
// XML, security) is left out; members that start with "x-" become vendor extensions.
std::string open_api_protobuf(const Value& document);

}  // namespace gp::api
