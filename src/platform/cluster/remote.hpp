#pragma once
// A cluster elsewhere: the Kubernetes API over HTTPS, by kubeconfig. Real clusters and other
// GoldenPaths alike.
//
// Watches of all remote clusters share the network's one thread. Lists are read page by page, and
// again from the beginning when the server forgot the snapshot in between. A revision is the
// server's resourceVersion, read as the growing number that it is.

#include <list>
#include <memory>
#include <mutex>

#include "platform/cluster/cluster.hpp"
#include "platform/cluster/discovery.hpp"

namespace gp::cluster {

class RemoteCluster final : public Cluster {
 public:
  // `network` must outlive it, and it its watchers. Nothing is asked yet.
  RemoteCluster(std::string name, std::unique_ptr<kubeconfig::Credentials> credentials,
                http::Network& network, Clock& clock, RemoteOptions options = {});

  std::string_view name() const override { return session_.name(); }
  Result<KindInfo> kind_of(const Context& context, std::string_view api_version,
                           std::string_view kind) override;

  Result<ObjectRef> get(const Context& context, const Key& key) override;
  // A page (`limit`) is continued by the list options' continue_after and at, from the same
  // RemoteCluster only.
  Result<Listed> list(const Context& context, const ListOptions& options) override;
  // The empty resource watches every kind that the server lets us watch. It is Gone when a
  // definition changes, and its events of different kinds come in no common order.
  Result<std::unique_ptr<Watcher>> watch(const Context& context,
                                         const WatchOptions& options) override;
  Result<ObjectRef> create(const Context& context, const Value& document,
                           std::string_view manager) override;
  Result<ObjectRef> update(const Context& context, const Value& document,
                           std::string_view manager) override;
  Result<ObjectRef> update_status(const Context& context, const Value& document,
                                  std::string_view manager) override;
  Result<ObjectRef> patch(const Context& context, const Key& key, PatchType type,
                          const Value& patch, std::string_view manager,
                          std::string_view subresource = {}) override;
  Result<ObjectRef> preview(const Context& context, const Key& key, const Value& applied,
                            std::string_view manager) override;
  // Of an object that is gone the answer holds its name and uid only.
  Result<api::Deleted> remove(const Context& context, const Key& key,
                              const DeleteOptions& options) override;
  std::vector<Result<ObjectRef>> write_all(const Context& context, std::vector<Value> documents,
                                           std::string_view manager) override;

  // For what is no verb on objects: versions, reviews, logs.
  Session& session() { return session_; }
  Discovery& discovery() { return discovery_; }

 private:
  Result<ObjectRef> send_patch(const Context& context, const Key& key, PatchType type,
                               const Value& patch, std::string_view subresource,
                               const std::string& query);
  Result<ObjectRef> put(const Context& context, const Value& document, std::string_view manager,
                        std::string_view subresource);
  Result<ObjectRef> create_or_update(const Context& context, const Value& document,
                                     std::string_view manager);
  Result<Listed> list_once(const Context& context, const RemoteKind& kind,
                           const ListOptions& options, std::size_t page);
  Result<std::string> token_for(const ListOptions& options);
  void keep_token(const ListOptions& options, const Listed& listed, std::string token);
  Result<Revision> newest(const Context& context, const RemoteKind& kind, std::string_view ns);

  Session session_;
  Discovery discovery_;
  std::mutex mutex_;                                       // guards the field below
  std::list<std::pair<std::string, std::string>> tokens_;  // of pages, newest first
};

}  // namespace gp::cluster
