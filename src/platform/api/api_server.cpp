#include "platform/api/api_server.hpp"

#include <algorithm>

#include "platform/api/audit_record.hpp"
#include "platform/api/discovery.hpp"
#include "platform/api/exchange.hpp"
#include "platform/api/fairness.hpp"
#include "platform/api/public_paths.hpp"
#include "platform/api/rbac.hpp"
#include "platform/api/service_account_tokens.hpp"
#include "platform/api/status.hpp"
#include "platform/api/subresources.hpp"
#include "platform/api/watch_socket.hpp"
#include "platform/web/router.hpp"

namespace gp::api {
namespace {

using net::Response;

constexpr std::size_t kCompressBytesMin = 128U << 10U;  // as the real server: not worth it below

Response page_not_found() {
  return Response::text(404, "404 page not found\n");
}

// The words and headers of the real server. It names its FlowSchema and level by uid; ours are
// fixed.
Response too_many_requests(Fairness::Level level) {
  const std::string uid = fmt::format("00000000-0000-4000-8000-{:012}", static_cast<int>(level));
  return Response::text(429, "Too many requests, please try again later.\n")
      .header("Retry-After", "1")
      .header("X-Content-Type-Options", "nosniff")
      .header("X-Kubernetes-PF-FlowSchema-UID", uid)
      .header("X-Kubernetes-PF-PriorityLevel-UID", uid);
}

// `299 - "unknown field \"dta\""`, RFC 9111 5.5.
std::string warning_header(std::string_view text) {
  std::string quoted = "299 - \"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c == '\r' || c == '\n' ? ' ' : c;
  }
  return quoted + '"';
}

using Handle = Result<Response> (*)(Exchange&);

// What the method means for this path; null: 405.
Handle handle_of(const Exchange& exchange) {
  const RequestInfo& info = exchange.info;
  const std::string& verb = info.verb;
  if (info.subresource == "portforward") return handle_port_forward;
  if (info.subresource == "token" && verb == "create") return handle_token_request;
  if (verb == "list" && info.is_collection) return handle_list;
  if (verb == "get") return handle_get;
  if (verb == "watch") return handle_watch;
  if (verb == "create" && info.is_collection) return handle_create;
  if (verb == "update" && !info.is_collection) return handle_update;
  if (verb == "patch" && !info.is_collection) return handle_patch;
  if (verb == "delete") return handle_delete;
  if (verb == "deletecollection") return handle_delete_collection;
  return nullptr;
}

bool allows(const object::Kind& kind, std::string_view verb) {
  return std::ranges::find(kind.verbs, verb) != kind.verbs.end();
}

bool has_subresource(const object::Kind& kind, std::string_view name) {
  return std::ranges::any_of(subresources_of(kind),
                             [&](const Subresource& sub) { return sub.name == name; });
}

// A path can name what a kind does not have: a namespace, a subresource, more parts.
bool is_place_of(const object::Kind& kind, const RequestInfo& info) {
  if (info.has_extra_parts) return false;
  const bool is_namespace = kind.group.empty() && kind.plural == "namespaces";
  if (!kind.is_namespaced && !info.ns.empty() && !is_namespace) return false;
  if (kind.is_namespaced && info.ns.empty() && !info.is_collection) return false;
  return info.subresource.empty() || has_subresource(kind, info.subresource);
}

Result<Response> dispatch(Exchange& exchange) {
  const object::Kind& kind = *exchange.kind;
  const RequestInfo& info = exchange.info;
  if (kind.is_virtual) {
    if (info.verb != "create" || !info.is_collection) return fail(status::method_not_allowed());
    return handle_review(exchange);
  }
  if (!is_place_of(kind, info)) return fail(status::no_such_resource());
  if (!kind.deprecation_warning.empty()) exchange.warnings.push_back(kind.deprecation_warning);
  const Handle handle = handle_of(exchange);
  if (handle == nullptr) return fail(status::method_not_allowed());
  const bool is_allowed = info.subresource.empty() ? allows(kind, info.verb)
                                                   : api::allows(kind, info.subresource, info.verb);
  if (!is_allowed) return fail(status::method_not_allowed());
  const bool is_everywhere = kind.is_namespaced && info.ns.empty();
  if (is_everywhere && (info.verb == "create" || info.verb == "deletecollection")) {
    return fail(status::method_not_allowed());
  }
  return handle(exchange);
}

}  // namespace

struct ApiServer::Impl {
  Impl(Verbs& the_verbs, const Authentication& the_authentication, Random& random,
       std::unique_ptr<Authorizer> the_authorizer)
      : verbs(the_verbs),
        authentication(the_authentication),
        authorizer(the_authorizer ? std::move(the_authorizer)
                                  : std::make_unique<RbacAuthorizer>(verbs.store())),
        discovery(verbs.kinds()),
        public_paths(verbs),
        background({.name = "watch-socket", .threads = 2, .queue_max = 16'384}),
        services{verbs,         verbs.kinds(), *authorizer, authentication,
                 verbs.clock(), random,        background},
        compress(web::compress(kCompressBytesMin)),
        fairness({}, verbs.clock()) {
    verbs.set_authorizer(authorizer.get());
    public_paths.add_metrics([this] { return fairness.metrics(); });
  }
  ~Impl() { verbs.set_authorizer(nullptr); }

  Result<Response> answer(net::Request& request, const Caller& caller, const RequestInfo& info,
                          std::vector<std::string>& warnings, audit::Record* record);
  Response discover(const net::Request& request, const RequestInfo& info);
  // `original` has signed in; `caller` is whom they are taken for, or why not.
  Response handle(net::Request& request, const Caller& original, Result<Caller> caller);
  Result<Response> seated(net::Request& request, const Result<Caller>& caller,
                          const RequestInfo& info, std::vector<std::string>& warnings,
                          audit::Record* record);
  Response authenticate_and_handle(net::Request& request);
  std::optional<Response> quick(net::Request& request);
  Response finished(Response response, std::string audit_id = {}) const;
  std::string new_audit_id() const { return format_uuid(random_uuid(services.random)); }

  Verbs& verbs;
  const Authentication& authentication;
  std::unique_ptr<Authorizer> authorizer;
  Discovery discovery;
  PublicPaths public_paths;
  WorkerPool background;
  Services services;
  web::Router::Filter compress;
  Fairness fairness;
  AuditLog* audit = nullptr;
};

// /api, /apis and what stands directly below; 404 for the rest.
Response ApiServer::Impl::discover(const net::Request& request, const RequestInfo& info) {
  const auto& parts = info.parts;
  const bool is_core = !parts.empty() && parts[0] == "api";
  const bool is_group = !parts.empty() && parts[0] == "apis";
  if (parts.size() == 1 && (is_core || is_group)) return discovery.root(request, is_core);
  if (parts.size() == 2 && is_core) return discovery.resources(request, "", parts[1]);
  if (parts.size() == 2 && is_group) return discovery.group(request, parts[1]);
  if (parts.size() == 3 && is_group) return discovery.resources(request, parts[1], parts[2]);
  return page_not_found();
}

Result<Response> ApiServer::Impl::answer(net::Request& request, const Caller& caller,
                                         const RequestInfo& info,
                                         std::vector<std::string>& warnings,
                                         audit::Record* record) {
  const Attributes attributes = attributes_of(info);
  const Decision decision = authorizer->decide(caller, attributes);
  if (record != nullptr) record->decided(decision);
  if (!decision.is_allowed) return fail(forbidden_error(caller, attributes, decision.reason));
  if (!info.is_resource) {
    if (request.method != "GET" && request.method != "HEAD") {
      return fail(status::method_not_allowed());
    }
    if (auto response = public_paths.answer(request, info)) return std::move(*response);
    if (services.service_accounts != nullptr) {
      if (auto response = services.service_accounts->explain(request, info)) {
        return std::move(*response);
      }
    }
    return discover(request, info);
  }
  Exchange exchange{
      services, request, caller, info, verbs.kinds().find(info.group, info.version, info.resource),
      {}};
  if (record != nullptr) {
    exchange.audit_annotations = &record->annotations;
    record->requested(request, exchange.kind, verbs.kinds());
  }
  if (!exchange.kind) {
    if (!discovery.serves(info.group, info.version)) return page_not_found();
    return fail(status::no_such_resource());
  }
  auto response = dispatch(exchange);
  warnings = std::move(exchange.warnings);
  return response;
}

Response ApiServer::Impl::finished(Response response, std::string audit_id) const {
  response.headers.set("Audit-Id", audit_id.empty() ? new_audit_id() : std::move(audit_id));
  if (response.headers.get("Cache-Control").empty()) {
    response.headers.set("Cache-Control", "no-cache, private");
  }
  return response;
}

// A watch leaves its seat when it has begun.
Result<Response> ApiServer::Impl::seated(net::Request& request, const Result<Caller>& caller,
                                         const RequestInfo& info,
                                         std::vector<std::string>& warnings,
                                         audit::Record* record) {
  if (!caller) return fail(caller.error());
  const auto seat = fairness.enter(*caller, info);
  if (!seat) return too_many_requests(Fairness::level_of(*caller, info));
  return answer(request, *caller, info, warnings, record);
}

Response ApiServer::Impl::handle(net::Request& request, const Caller& original,
                                 Result<Caller> caller) {
  const auto info = parse_request(request);
  if (!info) return finished(page_not_found());
  const std::string audit_id = new_audit_id();
  const auto record = audit::Record::begin(audit, audit_id, request, *info, original);
  if (record && caller && caller->user != original.user) record->impersonated(*caller);
  std::vector<std::string> warnings;
  auto result = seated(request, caller, *info, warnings, record.get());
  const Accepted accepted = negotiate(request, Views::ObjectOnly).value_or(Accepted{});
  Response response = result ? std::move(*result) : render_error(result.error(), accepted);
  for (const std::string& warning : warnings) {
    response.headers.add("Warning", warning_header(warning));
  }
  public_paths.count(info->verb, response.status);
  audit::Record::answered(record, response);
  return finished(std::move(response), audit_id);
}

Response ApiServer::Impl::authenticate_and_handle(net::Request& request) {
  const auto caller = authentication.authenticate(request, Patience::Some);
  if (caller) return handle(request, *caller, impersonate(request, *caller, *authorizer));

  const Accepted accepted = negotiate(request, Views::ObjectOnly).value_or(Accepted{});
  Response response = render_error(caller.error(), accepted);
  const std::string audit_id = new_audit_id();
  if (const auto info = audit == nullptr ? std::nullopt : parse_request(request)) {
    audit::refused(audit, audit_id, request, *info, response);
  }
  return finished(std::move(response), audit_id);
}

// A GET of one object needs neither disk nor much time, so it saves the way to a worker. Everything
// else, and whatever is refused, goes there.
std::optional<Response> ApiServer::Impl::quick(net::Request& request) {
  if (request.method != "GET" || request.path.size() < 2 || !request.path.starts_with("/api")) {
    return std::nullopt;
  }
  const auto info = parse_request(request);
  if (!info || !info->is_resource || info->verb != "get" || !info->subresource.empty()) {
    return std::nullopt;
  }
  constexpr std::size_t kQuickBytesMax = 64U << 10U;  // beyond, compression may want its time
  const object::KindPtr kind = verbs.kinds().find(info->group, info->version, info->resource);
  if (!kind || kind->is_virtual || !is_place_of(*kind, *info)) return std::nullopt;
  if (!kind->deprecation_warning.empty()) return std::nullopt;  // handle() adds it
  const auto accepted = negotiate(request, Views::All);
  if (!accepted || accepted->view != View::Object || accepted->format != Format::Json ||
      accepted->is_pretty) {
    return std::nullopt;
  }
  const auto original = authentication.authenticate(request, Patience::None);
  if (!original) return std::nullopt;
  const auto caller = impersonate(request, *original, *authorizer);
  if (!caller) return std::nullopt;
  const Decision decision = authorizer->decide(*caller, attributes_of(*info));
  if (!decision.is_allowed) return std::nullopt;
  const auto seat = fairness.try_enter(*caller, *info);
  if (!seat) return std::nullopt;  // a worker can wait
  const auto object =
      verbs.get({kind, kind->is_namespaced ? info->ns : std::string(), info->name, {}});
  if (!object || (*object)->json().size() > kQuickBytesMax) return std::nullopt;
  public_paths.count("get", 200);
  Response response =
      render_object(200, *kind, *object, {*accepted, IncludeObject::Metadata, TimePoint()});
  if (audit == nullptr) return finished(std::move(response));

  const std::string audit_id = new_audit_id();
  const auto record = audit::Record::begin(audit, audit_id, request, *info, *original);
  if (record && caller->user != original->user) record->impersonated(*caller);
  if (record) record->decided(decision);
  audit::Record::answered(record, response);
  return finished(std::move(response), audit_id);
}

ApiServer::ApiServer(Verbs& verbs, const Authentication& authentication, Random& random,
                     std::unique_ptr<Authorizer> authorizer)
    : impl_(std::make_unique<Impl>(verbs, authentication, random, std::move(authorizer))) {}

ApiServer::~ApiServer() = default;

Response ApiServer::handle(net::Request& request) {
  return impl_->compress(
      request, [this](net::Request& inner) { return impl_->authenticate_and_handle(inner); });
}

std::optional<Response> ApiServer::quick(net::Request& request) {
  return impl_->quick(request);
}

Response ApiServer::handle_as(const Caller& caller, net::Request& request) {
  return impl_->compress(request,
                         [&](net::Request& inner) { return impl_->handle(inner, caller, caller); });
}

Response ApiServer::watch_socket_as(const Caller& caller, net::Request&) {
  return watch_socket_response(impl_->services, caller);
}

void ApiServer::set_audit(AuditLog* audit) {
  impl_->audit = audit;
}

void ApiServer::set_port_forwards(PortForwards* forwards) {
  impl_->services.port_forwards = forwards;
}

void ApiServer::set_service_accounts(const ServiceAccountTokens* tokens) {
  impl_->services.service_accounts = tokens;
}

Authorizer& ApiServer::authorizer() {
  return *impl_->authorizer;
}

}  // namespace gp::api
