#include "platform/api/authorization.hpp"

#include "platform/api/status.hpp"

namespace gp::api {
namespace {

bool is_under(std::string_view path, std::string_view prefix) {
  return path == prefix || (path.starts_with(prefix) && path[prefix.size()] == '/');
}

bool is_public(std::string_view path) {
  for (const std::string_view prefix : {"/healthz", "/livez", "/readyz", "/version"}) {
    if (is_under(path, prefix)) return true;
  }
  return false;
}

}  // namespace

bool is_allowed(const Caller& caller, const RequestInfo& info) {
  if (caller.in_group("system:masters")) return true;
  const bool is_reading = info.verb == "get" || info.verb == "head";
  if (!info.is_resource && is_reading && is_public(info.path)) return true;
  if (!caller.in_group("system:authenticated")) return false;
  if (!info.is_resource) {
    return is_reading && (is_under(info.path, "/api") || is_under(info.path, "/apis") ||
                          is_under(info.path, "/openapi"));
  }
  return info.verb == "create" &&
         ((info.group == "authorization.k8s.io" && info.resource.starts_with("selfsubject")) ||
          (info.group == "authentication.k8s.io" && info.resource == "selfsubjectreviews"));
}

Error forbidden_error(const Caller& caller, const RequestInfo& info) {
  if (!info.is_resource) {
    return status::make(Code::Forbidden, 403, "Forbidden",
                        fmt::format("forbidden: User \"{}\" cannot {} path \"{}\"", caller.user,
                                    info.verb, info.path),
                        Value::object());
  }
  const std::string resource =
      info.subresource.empty() ? info.resource : info.resource + "/" + info.subresource;
  const std::string scope = info.ns.empty() ? std::string("at the cluster scope")
                                            : fmt::format("in the namespace \"{}\"", info.ns);
  return status::forbidden(
      info.group, info.resource, info.name,
      fmt::format("User \"{}\" cannot {} resource \"{}\" in API group \"{}\" {}", caller.user,
                  info.verb, resource, info.group, scope));
}

}  // namespace gp::api
