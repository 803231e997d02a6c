#pragma once
// The portal's server side: sign-in and the platform's status. Its pages are static assets that
// app/ mounts beside it; everything else they show comes from the catalog's API and the Kubernetes
// API on the same listener.

#include <memory>
#include <string>

#include "feature/portal/session.hpp"
#include "platform/runtime/mount.hpp"

namespace gp::portal {

struct Options {
  std::string version;
  SessionOptions session;
};

// Adds the session filter and /api/portal/… to the mount's router. The sessions must outlive the
// listener.
std::unique_ptr<Sessions> mount(runtime::Mount& mount, Options options);

// GET /api/portal/status: {name, version, startedAt, file, parts: [{name, state, summary, hint,
// address, count, tookMs, problems}]}.
Value status_document(const runtime::Parts& parts, const config::Platform* platform,
                      std::string_view version, TimePoint started_at);

}  // namespace gp::portal
