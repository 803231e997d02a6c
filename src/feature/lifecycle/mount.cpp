#include "feature/lifecycle/account_secrets.hpp"
#include "feature/lifecycle/definition_controller.hpp"
#include "feature/lifecycle/event_expiry.hpp"
#include "feature/lifecycle/garbage_collector.hpp"
#include "feature/lifecycle/lifecycle.hpp"
#include "feature/lifecycle/namespace_controller.hpp"
#include "feature/lifecycle/namespace_defaults.hpp"
#include "feature/lifecycle/role_aggregation.hpp"

namespace gp::lifecycle {

Result<> mount(runtime::Mount& mount, api::Verbs& verbs, Options options) {
  TRY(ensure_system_namespaces(mount.local, mount.clock));
  add_garbage_collector(mount.controllers, verbs);
  add_namespace_controller(mount.controllers, verbs);
  add_definition_controller(mount.controllers, verbs);
  if (options.tokens != nullptr) {
    add_account_secrets(mount.controllers, *options.tokens, verbs.store(),
                        options.root_certificate);
  }
  add_namespace_defaults(mount.controllers, std::move(options.root_certificate));
  add_event_expiry(mount.controllers);
  add_role_aggregation(mount.controllers);
  return {};
}

}  // namespace gp::lifecycle
