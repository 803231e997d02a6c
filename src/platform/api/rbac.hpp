#pragma once
// Role-based access control: Roles, ClusterRoles and their bindings in the store decide.
//
// The rules are kept in memory and follow the store's history; a question never waits. Members of
// "system:masters" may do everything, whatever the store holds.

#include <atomic>
#include <memory>
#include <shared_mutex>
#include <vector>

#include "platform/api/authorizer.hpp"

namespace gp::api {

class RbacAuthorizer final : public Authorizer {
 public:
  explicit RbacAuthorizer(store::Store& store);
  ~RbacAuthorizer() override;

  Decision decide(const Caller& caller, const Attributes& attributes) override;
  Value rules_of(const Caller& caller, std::string_view ns) override;

 private:
  struct Rules;
  void refresh();

  store::Store& store_;
  // Set when the store may have news; shared with the watchers' callbacks, which may come late.
  std::shared_ptr<std::atomic<bool>> is_stale_;
  std::shared_mutex mutex_;  // guards the field below
  std::unique_ptr<Rules> rules_;
};

// Creates the roles and bindings that every cluster has (cluster-admin, admin, edit, view,
// system:discovery, …), completes them, and fills aggregated roles.
Result<> ensure_default_roles(Verbs& verbs);

}  // namespace gp::api
