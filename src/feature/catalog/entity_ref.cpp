#include "feature/catalog/entity_ref.hpp"

#include "feature/catalog/errors.hpp"

namespace gp::catalog {

std::string EntityRef::text() const {
  return lower(fmt::format("{}:{}/{}", kind, ns, name));
}

Result<EntityRef> parse_entity_ref(std::string_view text, std::string_view default_kind,
                                   std::string_view default_namespace) {
  auto colon = text.find(':');
  const auto slash = text.find('/');
  // With the slash ahead of the colon, the rest is the name.
  if (slash != std::string_view::npos && colon != std::string_view::npos && slash < colon) {
    colon = std::string_view::npos;
  }
  const bool has_kind = colon != std::string_view::npos;
  const bool has_namespace = slash != std::string_view::npos;
  const std::size_t after_kind = has_kind ? colon + 1 : 0;
  const std::size_t after_namespace = has_namespace ? slash + 1 : 0;

  EntityRef ref;
  ref.kind = has_kind ? text.substr(0, colon) : default_kind;
  ref.ns = has_namespace ? text.substr(after_kind, slash - after_kind) : default_namespace;
  ref.name = text.substr(std::max(after_kind, after_namespace));
  if ((has_kind && colon == 0) || (has_namespace && ref.ns.empty()) || ref.name.empty()) {
    return fail(named_error(
        "TypeError",
        fmt::format("Entity reference \"{}\" was not on the form [<kind>:][<namespace>/]<name>",
                    text)));
  }
  if (ref.kind.empty()) {
    return fail(named_error(
        "TypeError",
        fmt::format("Entity reference \"{}\" had missing or empty kind (e.g. did not start with "
                    "\"component:\" or similar)",
                    text)));
  }
  return ref;
}

std::string ref_of(const Value& entity) {
  const Value& metadata = entity["metadata"];
  return lower(fmt::format("{}:{}/{}", entity["kind"].text(),
                           metadata["namespace"].text(kDefaultNamespace), metadata["name"].text()));
}

Result<LocationRef> parse_location_ref(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == text.size()) {
    return fail(named_error(
        "TypeError",
        fmt::format("Unable to parse location reference '{}', expected '<type>:<target>', "
                    "e.g. 'url:https://host/path'",
                    text)));
  }
  std::string_view type = text.substr(0, colon);
  if (type == "http" || type == "https") {
    return fail(named_error(
        "TypeError", fmt::format("Invalid location reference '{}', please prefix it with 'url:', "
                                 "e.g. 'url:{}'",
                                 text, text)));
  }
  return LocationRef{std::string(type), std::string(text.substr(colon + 1))};
}

const Value& annotation(const Value& entity, std::string_view name) {
  return entity["metadata"]["annotations"][name];
}

}  // namespace gp::catalog
