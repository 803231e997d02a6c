#pragma once
// What a remote API server serves: kinds by resource and by apiVersion and kind. Asked once
// (aggregated discovery, or group by group where a server is older than 1.26), and again when
// something unknown is wanted.

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "platform/cluster/session.hpp"

namespace gp::cluster {

struct RemoteKind {
  std::string group, version, kind, plural, singular;
  bool is_namespaced = true;
  bool is_preferred = true;  // its version is the group's first that has it
  std::vector<std::string> verbs;
  std::vector<std::string> subresources;
  std::vector<std::string> short_names, categories;

  std::string api_version() const { return group.empty() ? version : group + "/" + version; }
  std::string resource() const { return group.empty() ? plural : plural + "." + group; }
  bool can(std::string_view verb) const;
  // "/api/v1/namespaces/NS/configmaps[/NAME[/SUBRESOURCE]]"
  std::string path(std::string_view ns, std::string_view name = {},
                   std::string_view subresource = {}) const;
};
using RemoteKinds = std::shared_ptr<const std::vector<RemoteKind>>;

class Discovery {
 public:
  explicit Discovery(Session& session) : session_(session) {}

  // NotFound, in the words of the local cluster.
  Result<RemoteKind> of_resource(const Context& context, std::string_view resource);
  Result<RemoteKind> of_kind(const Context& context, std::string_view api_version,
                             std::string_view kind);
  Result<RemoteKinds> all(const Context& context);
  Result<RemoteKinds> refresh(const Context& context);

 private:
  template <typename Matches>
  Result<std::optional<RemoteKind>> find(const Context& context, Matches matches);
  Result<RemoteKinds> cached(const Context& context, bool& is_new);

  Session& session_;
  std::mutex mutex_;  // guards the fields below
  RemoteKinds kinds_;
  Duration refreshed_{0};
};

}  // namespace gp::cluster
