#pragma once
// What the server serves, as clients ask first of all: aggregated (apidiscovery.k8s.io/v2) and the
// old form, group by group. Made anew when the registry of kinds has changed.

#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "adapter/net/http.hpp"
#include "platform/object/kind.hpp"

namespace gp::api {

class Discovery {
 public:
  explicit Discovery(const object::KindRegistry& kinds) : kinds_(kinds) {}

  // /api and /apis, in the form that the Accept header asks for first.
  net::Response root(const net::Request& request, bool is_core);
  // /apis/GROUP; 404 as plain text when there is none.
  net::Response group(const net::Request& request, std::string_view group);
  // /api/v1, /apis/GROUP/VERSION
  net::Response resources(const net::Request& request, std::string_view group,
                          std::string_view version);
  bool serves(std::string_view group, std::string_view version) const;

 private:
  struct Aggregated {
    std::shared_ptr<const std::string> json;
    std::string etag;
  };
  Aggregated aggregated(bool is_core, bool is_beta);

  const object::KindRegistry& kinds_;
  std::mutex mutex_;  // guards the fields below
  std::uint64_t generation_ = 0;
  Aggregated cache_[2][2];  // [is_core][is_beta]
};

}  // namespace gp::api
