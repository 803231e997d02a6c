#include "platform/cluster/cluster_set.hpp"

namespace gp::cluster {

std::shared_ptr<RemoteCluster> ClusterSet::find(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(name);
  return found == entries_.end() ? nullptr : found->second.cluster;
}

std::shared_ptr<RemoteCluster> ClusterSet::find_server(std::string_view url) const {
  while (url.ends_with('/')) url.remove_suffix(1);
  const std::lock_guard lock(mutex_);
  for (const auto& [name, entry] : entries_) {
    if (entry.cluster->session().connection().cluster.server == url) return entry.cluster;
  }
  return nullptr;
}

std::vector<std::string> ClusterSet::names() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> all;
  for (const auto& [name, entry] : entries_) all.push_back(name);
  return all;
}

Result<std::shared_ptr<RemoteCluster>> ClusterSet::put(const std::string& name,
                                                       const std::string& identity,
                                                       kubeconfig::Connection connection,
                                                       kubeconfig::Trust trust) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(name);
    if (found != entries_.end() && found->second.identity == identity) return found->second.cluster;
  }
  auto credentials = TRY(kubeconfig::Credentials::open(std::move(connection), clock_, trust));
  auto made = std::make_shared<RemoteCluster>(name, std::move(credentials), network_, clock_);
  const std::lock_guard lock(mutex_);
  entries_[name] = {identity, made};
  return made;
}

void ClusterSet::erase(std::string_view name) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(name);
  if (found != entries_.end()) entries_.erase(found);
}

}  // namespace gp::cluster
