#pragma once
// What is not a resource: version, health, OpenAPI documents, the index, metrics.

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>

#include "adapter/net/http.hpp"
#include "platform/api/request_info.hpp"
#include "platform/api/verbs.hpp"
#include "platform/object/openapi.hpp"

namespace gp::api {

inline constexpr std::string_view kGitVersion = "v1.32.4+goldenpath";

class PublicPaths {
 public:
  explicit PublicPaths(const Verbs& verbs)
      : verbs_(verbs), open_api_(verbs.kinds()), started_(verbs.clock().now()) {}

  // Nothing when the path is not one of these.
  std::optional<net::Response> answer(const net::Request& request, const RequestInfo& info);
  void count(std::string_view verb, int status);
  // More of /metrics, from those who count; before the first request.
  void add_metrics(std::function<std::string()> more) { more_metrics_.push_back(std::move(more)); }

 private:
  net::Response health(const net::Request& request, const RequestInfo& info) const;
  net::Response open_api_v3(const net::Request& request, const RequestInfo& info);
  net::Response open_api_v2(const net::Request& request);
  net::Response metrics();
  object::OpenApiDocument protobuf_of(const object::OpenApiDocument& json);

  const Verbs& verbs_;
  object::OpenApi open_api_;
  TimePoint started_;
  std::vector<std::function<std::string()>> more_metrics_;
  std::mutex mutex_;                                               // guards the fields below
  std::map<std::pair<std::string, int>, std::uint64_t> requests_;  // by verb and status
  object::OpenApiDocument protobuf_;  // of the document with this hash:
  std::string protobuf_of_;
};

}  // namespace gp::api
