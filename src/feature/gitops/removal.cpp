#include "feature/gitops/removal.hpp"

#include "feature/gitops/application.hpp"

namespace gp::gitops {

Result<> remove_object(const Context& context, cluster::Cluster& cluster, const object::Key& key,
                       Propagation propagation, std::string uid) {
  cluster::DeleteOptions options;
  options.caller = api::Caller::system(kManager);
  options.propagation = propagation;
  options.precondition_uid = std::move(uid);
  auto removed = cluster.remove(context, key, options);
  if (!removed && removed.error().code != Code::NotFound) return fail(std::move(removed).error());
  return {};
}

}  // namespace gp::gitops
