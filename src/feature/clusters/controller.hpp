#pragma once
// One Cluster: its Secret → a connection → a look at the cluster → conditions. Private to the
// feature.

#include <map>
#include <mutex>
#include <set>

#include "feature/clusters/clusters.hpp"
#include "platform/cluster/preflight.hpp"

namespace gp::clusters {

// Which Clusters are made of a Secret.
class SecretUses {
 public:
  void use(const std::string& cluster, const std::string& secret);  // "ns/name"
  void forget(const std::string& cluster);
  std::vector<object::Key> keys(const store::Event& event) const;

 private:
  mutable std::mutex mutex_;  // guards the field below
  std::map<std::string, std::string> secret_of_;
};

class ClusterController final : public runtime::Controller {
 public:
  ClusterController(cluster::ClusterSet& set, runtime::Parts& parts,
                    std::shared_ptr<SecretUses> uses)
      : set_(set), parts_(parts), uses_(std::move(uses)) {}

  Result<runtime::Next> reconcile(runtime::Reconcile& run) override;
  Result<> reconcile_deleted(const Context& context, cluster::Cluster& cluster,
                             const object::Key& key) override;

 private:
  Result<std::shared_ptr<cluster::RemoteCluster>> connect(runtime::Reconcile& run);
  void report_part();

  cluster::ClusterSet& set_;
  runtime::Parts& parts_;
  const std::shared_ptr<SecretUses> uses_;
  std::mutex mutex_;  // guards the field below
  std::map<std::string, bool> is_ready_;
};

}  // namespace gp::clusters
