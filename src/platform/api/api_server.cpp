#include "platform/api/api_server.hpp"

#include "platform/api/authorization.hpp"
#include "platform/api/discovery.hpp"
#include "platform/api/resource_handlers.hpp"
#include "platform/api/status.hpp"
#include "platform/object/openapi.hpp"

namespace gp::api {
namespace {

constexpr std::string_view kGitVersion = "v1.32.4+goldenpath";

Accepted accepted_of(const net::Request& request) {
  return negotiate(request, Views::ObjectOnly).value_or(Accepted{});
}

net::Response version(const net::Request& request) {
  return render_value(200,
                      Value::object({{"major", "1"},
                                     {"minor", "32"},
                                     {"gitVersion", kGitVersion},
                                     {"gitCommit", "goldenpath"},
                                     {"gitTreeState", "clean"},
                                     {"buildDate", "1970-01-01T00:00:00Z"},
                                     {"goVersion", "none"},
                                     {"compiler", "clang"},
                                     {"platform", "linux/amd64"}}),
                      accepted_of(request));
}

// "/readyz", "/readyz/ping", "?verbose": the store answers from memory, so whoever gets here is
// ready.
net::Response health(const net::Request& request, const RequestInfo& info) {
  static constexpr std::string_view kChecks[] = {"ping", "log", "store"};
  if (info.parts.size() > 1) {
    const bool is_known = std::ranges::find(kChecks, info.parts[1]) != std::end(kChecks);
    return is_known && info.parts.size() == 2 ? net::Response::text(200, "ok")
                                              : net::Response::text(404, "404 page not found\n");
  }
  if (!request.query.contains("verbose")) return net::Response::text(200, "ok");
  std::string out;
  for (const std::string_view check : kChecks) out += fmt::format("[+]{} ok\n", check);
  return net::Response::text(200, out + fmt::format("{} check passed\n", info.parts[0]));
}

}  // namespace

struct ApiServer::Impl {
  Impl(Verbs& verbs_in, const Authentication& authentication_in, Random& random_in)
      : verbs(verbs_in),
        authentication(authentication_in),
        random(random_in),
        discovery(verbs_in.kinds()),
        open_api(verbs_in.kinds()),
        resources(verbs_in, random_in) {}

  net::Response openapi_v3(const net::Request& request, const RequestInfo& info) {
    if (info.parts.size() == 2) {
      const object::OpenApiDocument index = open_api.index();
      return render_shared(200, index.json, Accepted{})
          .header("Etag", fmt::format("\"{}\"", index.hash));
    }
    const std::string path =
        fmt::format("{}", fmt::join(info.parts.begin() + 2, info.parts.end(), "/"));
    const object::OpenApiDocument document = open_api.document(path);
    if (!document.json) return net::Response::text(404, "404 page not found\n");
    const auto asked = request.query.find("hash");
    if (asked && *asked != document.hash) {
      return net::Response::redirect(301,
                                     fmt::format("/openapi/v3/{}?hash={}", path, document.hash));
    }
    const std::string etag = fmt::format("\"{}\"", document.hash);
    net::Response response = request.headers.get("If-None-Match") == etag
                                 ? net::Response::empty(304)
                                 : render_shared(200, document.json, Accepted{});
    response.headers.set("Etag", etag);
    if (asked) response.headers.set("Cache-Control", "public, immutable");
    response.headers.set("Vary", "Accept");
    return response;
  }

  Result<net::Response> route(net::Request& request, const RequestInfo& info,
                              const Caller& caller) {
    if (info.is_resource) return resources.handle(request, info, caller);
    const std::size_t count = info.parts.size();
    const std::string_view first = count > 0 ? std::string_view(info.parts[0]) : std::string_view();
    const bool is_reading = request.method == "GET" || request.method == "HEAD";
    if (!is_reading) return fail(status::method_not_allowed());
    if (first == "version" && count == 1) return version(request);
    if (first == "healthz" || first == "livez" || first == "readyz") return health(request, info);
    if (first == "openapi" && count >= 2 && info.parts[1] == "v3") return openapi_v3(request, info);
    if (first == "openapi" && count == 2 && info.parts[1] == "v2") {
      return render_shared(200, open_api.v2().json, Accepted{});
    }
    if (first == "api" && count == 1) return discovery.root(request, true);
    if (first == "apis" && count == 1) return discovery.root(request, false);
    if (first == "apis" && count == 2) return discovery.group(request, info.parts[1]);
    if (first == "api" && count == 2) return discovery.resources(request, "", info.parts[1]);
    if (first == "apis" && count == 3)
      return discovery.resources(request, info.parts[1], info.parts[2]);
    return net::Response::text(404, "404 page not found\n");
  }

  net::Response answer(const Caller& caller, net::Request& request, const RequestInfo& info) {
    if (!is_allowed(caller, info))
      return render_error(forbidden_error(caller, info), accepted_of(request));
    auto response = route(request, info, caller);
    return response ? std::move(*response) : render_error(response.error(), accepted_of(request));
  }

  // What every answer of the real server carries.
  net::Response finished(net::Response response) {
    if (!response.headers.contains("Cache-Control"))
      response.headers.set("Cache-Control", "no-cache, private");
    response.headers.set("Audit-Id", format_uuid(random_uuid(random)));
    return response;
  }

  Verbs& verbs;
  const Authentication& authentication;
  Random& random;
  Discovery discovery;
  object::OpenApi open_api;
  ResourceHandlers resources;
};

ApiServer::ApiServer(Verbs& verbs, const Authentication& authentication, Random& random)
    : impl_(std::make_unique<Impl>(verbs, authentication, random)) {}
ApiServer::~ApiServer() = default;

net::Response ApiServer::handle(net::Request& request) {
  auto caller = impl_->authentication.authenticate(request);
  if (!caller) return impl_->finished(render_error(caller.error(), accepted_of(request)));
  return handle_as(*caller, request);
}

net::Response ApiServer::handle_as(const Caller& caller, net::Request& request) {
  const auto info = parse_request(request);
  if (!info) return impl_->finished(net::Response::text(404, "404 page not found\n"));
  return impl_->finished(impl_->answer(caller, request, *info));
}

std::optional<net::Response> ApiServer::quick(net::Request& request) {
  if (request.method != "GET" || request.query.contains("watch")) return std::nullopt;
  const auto info = parse_request(request);
  if (!info || !info->is_resource || info->verb != "get" || !info->subresource.empty())
    return std::nullopt;
  auto caller = impl_->authentication.authenticate(request);
  if (!caller) return std::nullopt;
  return impl_->finished(impl_->answer(*caller, request, *info));
}

}  // namespace gp::api
