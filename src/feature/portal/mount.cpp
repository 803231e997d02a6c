// What the portal brings to the platform: the session filter and its routes.

#include "feature/portal/objects.hpp"
#include "feature/portal/portal.hpp"

namespace gp::portal {

std::unique_ptr<Sessions> mount(runtime::Mount& mount, Options options) {
  auto sessions = std::make_unique<Sessions>(std::move(options.session), mount.clock);
  Sessions* session = sessions.get();
  mount.portal.use(session->filter());
  mount.portal.add("POST", "/api/portal/session",
                   [session](net::Request& request) { return session->sign_in(request); });
  mount.portal.add("GET", "/api/portal/session",
                   [session](net::Request& request) { return session->show(request); });
  mount.portal.add("DELETE", "/api/portal/session",
                   [session](net::Request& request) { return session->sign_out(request); });

  const auto* parts = &mount.parts;
  const auto* platform = mount.platform;
  mount.portal.add(
      "GET", "/api/portal/status",
      [parts, platform, version = options.version, started = mount.clock.now()](net::Request&) {
        return net::Response::json(200, status_document(*parts, platform, version, started))
            .header("Cache-Control", "no-store");
      });
  add_object_routes(mount);
  return sessions;
}

}  // namespace gp::portal
