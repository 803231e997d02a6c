#include "platform/api/resource_handlers.hpp"

#include "base/json.hpp"
#include "platform/api/authorization.hpp"
#include "platform/api/list_query.hpp"
#include "platform/api/read_body.hpp"
#include "platform/api/status.hpp"
#include "platform/api/subresources.hpp"
#include "platform/api/watch_stream.hpp"

namespace gp::api {
namespace {

using object::FieldError;

IncludeObject include_of(const net::Query& query) {
  const std::string_view include = query.get("includeObject");
  if (include == "None") return IncludeObject::None;
  return include == "Object" ? IncludeObject::Object : IncludeObject::Metadata;
}

// dryRun, fieldValidation, fieldManager and force of a write.
Result<WriteOptions> write_options(const ResourceRequest& request, std::string_view options_kind,
                                   std::vector<std::string>& warnings) {
  WriteOptions options;
  options.caller = request.caller;
  options.warnings = &warnings;
  const net::Query& query = request.http.query;
  std::vector<FieldError> errors;
  for (const std::string_view value : query.all("dryRun")) {
    if (value == "All") {
      options.dry_run = true;
    } else if (!value.empty()) {
      errors.push_back({FieldError::Type::NotSupported, "dryRun", to_json(Value(value)),
                        "supported values: \"All\""});
    }
  }
  const std::string_view validation = query.get("fieldValidation");
  if (validation == "Strict") {
    options.field_validation = FieldValidation::Strict;
  } else if (validation == "Ignore") {
    options.field_validation = FieldValidation::Ignore;
  } else if (!validation.empty() && validation != "Warn") {
    errors.push_back({FieldError::Type::NotSupported, "fieldValidation", to_json(Value(validation)),
                      "supported values: \"Ignore\", \"Strict\", \"Warn\""});
  }
  options.field_manager = std::string(query.get("fieldManager"));
  if (options.field_manager.empty()) {
    const std::string_view agent = request.http.headers.get("User-Agent");
    options.field_manager = std::string(agent.substr(0, std::min(agent.find('/'), agent.size())));
  }
  options.force = query.get("force") == "true";
  if (!errors.empty()) return fail(status::invalid_options(options_kind, errors));
  return options;
}

// RFC 9111's warn-code 299, as client-go and kubectl print it.
net::Response with_warnings(net::Response response, const std::vector<std::string>& warnings) {
  for (const std::string& warning : warnings) {
    std::string quoted;
    for (const char c : warning) {
      if (c == '"' || c == '\\') quoted += '\\';
      quoted += c;
    }
    response.headers.add("Warning", fmt::format("299 - \"{}\"", quoted));
  }
  return response;
}

Result<DeleteOptions> delete_options(const ResourceRequest& request,
                                     const object::KindRegistry& kinds) {
  const Value body = TRY(read_delete_options(request.http, kinds));
  DeleteOptions options;
  options.caller = request.caller;
  const net::Query& query = request.http.query;
  std::string policy = body["propagationPolicy"].string(query.get("propagationPolicy"));
  if (policy.empty() && body["orphanDependents"].is_bool()) {
    policy = body["orphanDependents"].boolean() ? "Orphan" : "Background";
  }
  std::vector<FieldError> errors;
  if (policy == "Orphan") {
    options.propagation = DeleteOptions::Propagation::Orphan;
  } else if (policy == "Background") {
    options.propagation = DeleteOptions::Propagation::Background;
  } else if (policy == "Foreground") {
    options.propagation = DeleteOptions::Propagation::Foreground;
  } else if (!policy.empty()) {
    errors.push_back({FieldError::Type::NotSupported, "propagationPolicy", to_json(Value(policy)),
                      "supported values: \"Background\", \"Foreground\", \"Orphan\""});
  }
  const auto dry_run = [&](std::string_view value) {
    if (value == "All")
      options.dry_run = true;
    else if (!value.empty())
      errors.push_back({FieldError::Type::NotSupported, "dryRun", to_json(Value(value)),
                        "supported values: \"All\""});
  };
  for (const Value& value : body["dryRun"].items()) dry_run(value.text());
  for (const std::string_view value : query.all("dryRun")) dry_run(value);
  if (!errors.empty()) return fail(status::invalid_options("DeleteOptions", errors));
  options.precondition_uid = body["preconditions"]["uid"].string();
  options.precondition_resource_version = body["preconditions"]["resourceVersion"].string();
  return options;
}

bool has_verb(const object::Kind& kind, std::string_view verb) {
  return std::ranges::find(kind.verbs, verb) != kind.verbs.end();
}

}  // namespace

Result<net::Response> ResourceHandlers::handle(net::Request& request, const RequestInfo& info,
                                               const Caller& caller) {
  if (info.has_extra_parts) return fail(status::no_such_resource());
  const KindPtr kind = verbs_.kinds().find(info.group, info.version, info.resource);
  if (!kind) return fail(status::no_such_resource());
  // A namespaced resource named outside of one, or a cluster's resource inside of one.
  const bool in_namespace = !info.ns.empty() && info.resource != "namespaces";
  if (!kind->is_namespaced && in_namespace) return fail(status::no_such_resource());
  if (!info.subresource.empty()) {
    if (!allows(*kind, info.subresource, info.verb)) return fail(status::no_such_resource());
  } else if (info.verb != "options" && !has_verb(*kind, info.verb)) {
    return fail(status::method_not_allowed());
  }

  const auto accepted = negotiate(request, Views::All);
  if (!accepted) return fail(status::not_acceptable(kRepresentations));
  ResourceRequest asked{request,
                        info,
                        caller,
                        {kind, kind->is_namespaced ? info.ns : "", info.name, info.subresource},
                        {*accepted, include_of(request.query), verbs_.clock().now()}};
  if (info.verb == "watch") return watch(asked);
  const bool needs_namespace = kind->is_namespaced && info.ns.empty() && info.verb != "list";
  if (needs_namespace) return fail(status::method_not_allowed());
  if (info.verb == "list") return list(asked);
  if (info.verb == "get") return get(asked);
  if (info.verb == "create" && info.is_collection) return create(asked);
  if (info.verb == "create" && !info.subresource.empty()) return create(asked);
  if (info.verb == "update" && !info.is_collection) return update(asked);
  if (info.verb == "patch" && !info.is_collection) return patch(asked);
  if (info.verb == "delete" && !info.is_collection) return remove(asked);
  if (info.verb == "deletecollection") return remove_collection(asked);
  return fail(status::method_not_allowed());
}

Result<net::Response> ResourceHandlers::get(ResourceRequest& request) {
  const ObjectRef object = TRY(verbs_.get(request.target));
  return render_object(200, *request.target.kind, object, request.rendering);
}

Result<net::Response> ResourceHandlers::list(ResourceRequest& request) {
  const ListQuery query = TRY(parse_list_query(request.http.query, verbs_.store().revision()));
  auto listed = verbs_.list(request.target, query.to_options());
  if (!listed) {
    if (listed.error().code == Code::Gone && query.is_continued)
      return fail(expired_continue(query.continue_after));
    return fail(std::move(listed).error());
  }
  std::string token;
  if (listed->has_more && !listed->objects.empty()) {
    const ObjectRef& last = listed->objects.back();
    token = make_continue_token(listed->revision, fmt::format("{}/{}", last->ns(), last->name()));
  }
  return render_list(*request.target.kind, std::move(*listed), token, query.has_selector(),
                     request.rendering);
}

Result<net::Response> ResourceHandlers::watch(ResourceRequest& request) {
  const WatchQuery query = TRY(parse_watch_query(request.http.query, request.info.name));
  Target target = request.target;
  target.name.clear();
  WatchStart start = TRY(start_watch(verbs_, target, query));
  net::Response response;
  response.headers.set("Content-Type", request.rendering.accepted.view == View::Table
                                           ? "application/json;as=Table;v=v1;g=meta.k8s.io"
                                           : "application/json");
  response.stream = std::make_unique<WatchStream>(
      std::move(start), query, EventWriter(target.kind, request.rendering, verbs_.clock()),
      verbs_.clock(), random_);
  return response;
}

Result<net::Response> ResourceHandlers::create(ResourceRequest& request) {
  std::vector<std::string> warnings;
  WriteOptions options = TRY(write_options(request, "CreateOptions", warnings));
  Body body = TRY(read_object(request.http, *request.target.kind, verbs_.kinds()));
  if (request.target.kind->is_virtual) return review(request, body.document);
  options.duplicates = std::move(body.duplicates);
  const ObjectRef object = TRY(verbs_.create(request.target, std::move(body.document), options));
  return with_warnings(render_object(201, *request.target.kind, object, request.rendering),
                       warnings);
}

Result<net::Response> ResourceHandlers::update(ResourceRequest& request) {
  std::vector<std::string> warnings;
  WriteOptions options = TRY(write_options(request, "UpdateOptions", warnings));
  Body body = TRY(read_object(request.http, *request.target.kind, verbs_.kinds()));
  options.duplicates = std::move(body.duplicates);
  const ObjectRef object = TRY(verbs_.update(request.target, std::move(body.document), options));
  return with_warnings(render_object(200, *request.target.kind, object, request.rendering),
                       warnings);
}

Result<net::Response> ResourceHandlers::patch(ResourceRequest& request) {
  std::vector<std::string> warnings;
  WriteOptions options = TRY(write_options(request, "PatchOptions", warnings));
  PatchBody body = TRY(read_patch(request.http, *request.target.kind));
  options.duplicates = std::move(body.body.duplicates);
  const ObjectRef object =
      TRY(verbs_.patch(request.target, body.type, body.body.document, options));
  return with_warnings(render_object(200, *request.target.kind, object, request.rendering),
                       warnings);
}

Result<net::Response> ResourceHandlers::remove(ResourceRequest& request) {
  const DeleteOptions options = TRY(delete_options(request, verbs_.kinds()));
  const Deleted deleted = TRY(verbs_.remove(request.target, options));
  if (!deleted.is_gone)
    return render_object(200, *request.target.kind, deleted.object, request.rendering);
  const object::Kind& kind = *request.target.kind;
  Value details = status::details_of(kind.group, kind.plural, request.target.name);
  details.set("uid", format_uuid(deleted.object->uid()));
  return render_value(200,
                      Value::object({{"kind", "Status"},
                                     {"apiVersion", "v1"},
                                     {"metadata", Value::object()},
                                     {"status", "Success"},
                                     {"details", std::move(details)}}),
                      request.rendering.accepted);
}

Result<net::Response> ResourceHandlers::remove_collection(ResourceRequest& request) {
  const DeleteOptions options = TRY(delete_options(request, verbs_.kinds()));
  const ListQuery query = TRY(parse_list_query(request.http.query, verbs_.store().revision()));
  store::Listed listed;
  listed.objects = TRY(verbs_.remove_collection(request.target, query.to_options(), options));
  listed.revision = verbs_.store().revision();
  return render_list(*request.target.kind, std::move(listed), "", query.has_selector(),
                     request.rendering);
}

// Questions about oneself, answered and not stored.
Result<net::Response> ResourceHandlers::review(ResourceRequest& request, const Value& document) {
  const object::Kind& kind = *request.target.kind;
  Value answer = document;
  answer.set("apiVersion", kind.api_version());
  answer.set("kind", kind.kind);
  const Caller& caller = request.caller;
  if (kind.plural == "selfsubjectreviews") {
    Value groups = Value::array();
    for (const std::string& group : caller.groups) groups.push_back(group);
    Value user = Value::object({{"username", caller.user}, {"groups", std::move(groups)}});
    if (!caller.uid.empty()) user.set("uid", caller.uid);
    answer.set("status", Value::object({{"userInfo", std::move(user)}}));
    return render_value(201, answer, request.rendering.accepted);
  }
  if (kind.plural == "selfsubjectaccessreviews") {
    RequestInfo asked;
    const Value& resource = document["spec"]["resourceAttributes"];
    asked.is_resource = resource.is_object();
    asked.verb = asked.is_resource ? resource["verb"].string()
                                   : document["spec"]["nonResourceAttributes"]["verb"].string();
    asked.path = document["spec"]["nonResourceAttributes"]["path"].string();
    asked.group = resource["group"].string();
    asked.resource = resource["resource"].string();
    asked.ns = resource["namespace"].string();
    answer.set("status", Value::object({{"allowed", is_allowed(caller, asked)}}));
    return render_value(201, answer, request.rendering.accepted);
  }
  return fail(status::method_not_supported(kind, "create"));
}

}  // namespace gp::api
