#pragma once
// The OpenAPI documents of the API: /openapi/v3 with one document a group and version, and
// /openapi/v2.
//
// Made when first asked for and kept until the registry changes; shared as bytes. Not here: the
// protobuf form of /openapi/v2, which kubectl asks for first and does without.

#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "platform/object/kind.hpp"

namespace gp::object {

struct OpenApiDocument {
  std::shared_ptr<const std::string> json;
  std::string hash;  // upper-case hex; its ETag and `?hash=`
};

class OpenApi {
 public:
  explicit OpenApi(const KindRegistry& kinds);
  ~OpenApi();

  // {"paths": {"api/v1": {"serverRelativeURL": "/openapi/v3/api/v1?hash=…"}, …}}
  OpenApiDocument index();
  // "api/v1", "apis/apps/v1"; json is null if the group and version are not served.
  OpenApiDocument document(std::string_view path);
  OpenApiDocument v2();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// The schema of a kind: properties, required, x-kubernetes-… as its document shows them, with
// `$ref`s.
Value kind_schema(const Kind& kind);

}  // namespace gp::object
