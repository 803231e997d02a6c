#include "platform/api/request_info.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "engine/selector/selector.hpp"

namespace gp::api {
namespace {

std::optional<std::vector<std::string>> split_path(std::string_view path) {
  std::vector<std::string> parts;
  if (!path.starts_with('/')) return std::nullopt;
  path.remove_prefix(1);
  while (!path.empty()) {
    const std::size_t slash = path.find('/');
    auto part = percent_decode(path.substr(0, slash));
    if (!part || part->empty() || *part == "." || *part == "..") return std::nullopt;
    parts.push_back(std::move(*part));
    if (slash == std::string_view::npos) break;
    path.remove_prefix(slash + 1);
  }
  return parts;
}

bool is_true(std::string_view text) {
  return text == "true" || text == "1";
}

std::string verb_of(const net::Request& request, bool is_collection) {
  const std::string& method = request.method;
  if (method == "GET" || method == "HEAD") {
    if (is_true(request.query.get("watch"))) return "watch";
    return is_collection ? "list" : "get";
  }
  if (method == "POST") return "create";
  if (method == "PUT") return "update";
  if (method == "PATCH") return "patch";
  if (method == "DELETE") return is_collection ? "deletecollection" : "delete";
  return lower(method);
}

// Behind the group and version. "namespaces/NS/…" is a scope only when something follows that is
// not a subresource of the namespace itself.
void take_resource(RequestInfo& info, std::vector<std::string>::const_iterator at) {
  const auto end = info.parts.cend();
  const auto left = end - at;
  const bool is_namespaces = *at == "namespaces";
  const bool is_own = left >= 3 && (at[2] == "status" || at[2] == "finalize");
  if (is_namespaces && left >= 2) info.ns = at[1];
  if (is_namespaces && left >= 3 && !is_own) at += 2;

  info.resource = *at++;
  if (at != end) info.name = *at++;
  if (at != end) info.subresource = *at++;
  info.has_extra_parts = at != end;
  info.is_collection = info.name.empty();
}

// Rules may name one object, and a client may ask for one by a field selector.
void take_name_from_selector(RequestInfo& info, const net::Request& request) {
  if (info.verb != "list" && info.verb != "watch" && info.verb != "deletecollection") return;
  const auto selector = selector::FieldSelector::parse(request.query.get("fieldSelector"));
  if (!selector) return;
  if (const auto name = selector->required_value("metadata.name")) info.name = *name;
}

}  // namespace

std::optional<RequestInfo> parse_request(const net::Request& request) {
  auto parts = split_path(request.path);
  if (!parts) return std::nullopt;
  RequestInfo info;
  info.path = request.path;
  info.parts = std::move(*parts);
  info.verb = lower(request.method);

  const bool is_core = !info.parts.empty() && info.parts[0] == "api";
  const bool is_group = !info.parts.empty() && info.parts[0] == "apis";
  const std::size_t prefix = is_core ? 2 : 3;
  if ((!is_core && !is_group) || info.parts.size() <= prefix) return info;

  info.is_resource = true;
  if (is_group) info.group = info.parts[1];
  info.version = info.parts[prefix - 1];
  auto at = info.parts.cbegin() + static_cast<std::ptrdiff_t>(prefix);
  const bool is_old_watch = *at == "watch" && at + 1 != info.parts.cend();
  if (is_old_watch) ++at;
  take_resource(info, at);
  info.verb = is_old_watch ? "watch" : verb_of(request, info.is_collection);
  if (info.is_collection) take_name_from_selector(info, request);
  return info;
}

}  // namespace gp::api
