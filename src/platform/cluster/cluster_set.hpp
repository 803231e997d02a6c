#pragma once
// The remote clusters that the platform knows, by name and by server: filled by feature/clusters,
// read by whoever deploys. All of them share one network thread.

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "platform/cluster/remote.hpp"

namespace gp::cluster {

class ClusterSet {
 public:
  explicit ClusterSet(Clock& clock) : clock_(clock) {}

  // Null when it is not known. What is found stays usable when it is replaced or removed meanwhile.
  std::shared_ptr<RemoteCluster> find(std::string_view name) const;
  std::shared_ptr<RemoteCluster> find_server(std::string_view url) const;
  std::vector<std::string> names() const;

  // The cluster of this name by this connection; the one that is there already, if `identity` (a
  // digest of where the connection came from) is unchanged. Errors are those of
  // kubeconfig::Credentials::open().
  Result<std::shared_ptr<RemoteCluster>> put(const std::string& name, const std::string& identity,
                                             kubeconfig::Connection connection,
                                             kubeconfig::Trust trust);
  void erase(std::string_view name);

  http::Network& network() { return network_; }

 private:
  struct Entry {
    std::string identity;
    std::shared_ptr<RemoteCluster> cluster;
  };

  Clock& clock_;
  http::Network network_;
  mutable std::mutex mutex_;  // guards the field below
  std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace gp::cluster
