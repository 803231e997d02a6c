#pragma once
// The built-in cluster: the store in this process, through the same verbs that the API server uses,
// so that defaults, validation, finalizers and field managers are the same whoever writes.
//
// Calls block until durable. They do not leave the process, so a context is only checked before
// them.

#include "base/clock.hpp"
#include "platform/cluster/cluster.hpp"

namespace gp::cluster {

class LocalCluster final : public Cluster {
 public:
  // `verbs` must outlive it.
  explicit LocalCluster(api::Verbs& verbs) : verbs_(verbs) {}

  std::string_view name() const override { return "local"; }
  Result<KindInfo> kind_of(const Context& context, std::string_view api_version,
                           std::string_view kind) override;

  Result<ObjectRef> get(const Context& context, const Key& key) override;
  Result<Listed> list(const Context& context, const ListOptions& options) override;
  // The empty resource watches everything.
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
  Result<api::Deleted> remove(const Context& context, const Key& key,
                              const DeleteOptions& options) override;
  std::vector<Result<ObjectRef>> write_all(const Context& context, std::vector<Value> documents,
                                           std::string_view manager) override;

 private:
  Result<api::KindPtr> served(std::string_view api_version, std::string_view kind) const;
  Result<api::Target> target_of(const Value& document) const;
  Result<api::Target> target_of(const Key& key) const;
  Result<ObjectRef> put(const Context& context, const Value& document, std::string_view manager);

  api::Verbs& verbs_;
};

}  // namespace gp::cluster
