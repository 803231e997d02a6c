#include "platform/api/authorizer.hpp"

#include "platform/api/status.hpp"

namespace gp::api {

Attributes attributes_of(const RequestInfo& info) {
  return {.verb = info.verb,
          .group = info.group,
          .version = info.version,
          .resource = info.resource,
          .subresource = info.subresource,
          .ns = info.ns,
          .name = info.name,
          .path = info.path,
          .is_resource = info.is_resource};
}

Error forbidden_error(const Caller& caller, const Attributes& attributes, std::string_view reason) {
  const std::string why = reason.empty() ? std::string() : fmt::format(": {}", reason);
  if (!attributes.is_resource) {
    return status::make(Code::Forbidden, 403, "Forbidden",
                        fmt::format("forbidden: User \"{}\" cannot {} path \"{}\"{}", caller.user,
                                    attributes.verb, attributes.path, why),
                        Value::object());
  }
  const std::string resource =
      attributes.subresource.empty()
          ? attributes.resource
          : fmt::format("{}/{}", attributes.resource, attributes.subresource);
  const std::string scope = attributes.ns.empty()
                                ? std::string("at the cluster scope")
                                : fmt::format("in the namespace \"{}\"", attributes.ns);
  return status::forbidden(
      attributes.group, attributes.resource, attributes.name,
      fmt::format("User \"{}\" cannot {} resource \"{}\" in API group \"{}\" {}{}", caller.user,
                  attributes.verb, resource, attributes.group, scope, why));
}

}  // namespace gp::api
