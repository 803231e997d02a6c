#pragma once
// Request bodies: by media type to a Value, with the limits and words of the real server.

#include "adapter/net/http.hpp"
#include "platform/api/verbs.hpp"

namespace gp::api {

constexpr std::size_t kBodyBytesMax = 3U << 20U;

struct Body {
  Value document;
  std::vector<std::string> duplicates;  // repeated members, as dotted paths
};

// JSON, YAML or Kubernetes' protobuf of an object of this kind.
Result<Body> read_object(const net::Request& request, const object::Kind& kind,
                         const object::KindRegistry& kinds);

// DeleteOptions come in any of these, or not at all (null).
Result<Value> read_delete_options(const net::Request& request, const object::KindRegistry& kinds);

struct PatchBody {
  PatchType type = PatchType::Merge;
  Body body;
};
// The media type says which patch it is; `kind` which ones it knows.
Result<PatchBody> read_patch(const net::Request& request, const object::Kind& kind);

}  // namespace gp::api
