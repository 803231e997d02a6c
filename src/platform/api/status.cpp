#include "platform/api/status.hpp"

#include "platform/object/validate.hpp"

namespace gp::api::status {
namespace {

struct Meaning {
  int http;
  std::string_view reason;
};

// For errors that bring no Status of their own.
Meaning meaning_of(Code code) {
  switch (code) {
    case Code::InvalidArgument: return {400, "BadRequest"};
    case Code::NotFound: return {404, "NotFound"};
    case Code::AlreadyExists: return {409, "AlreadyExists"};
    case Code::Conflict: return {409, "Conflict"};
    case Code::Forbidden: return {403, "Forbidden"};
    case Code::Unauthenticated: return {401, "Unauthorized"};
    case Code::FailedPrecondition: return {409, "Conflict"};
    case Code::Gone: return {410, "Expired"};
    case Code::TooLarge: return {413, "RequestEntityTooLarge"};
    case Code::ResourceExhausted: return {429, "TooManyRequests"};
    case Code::Unavailable: return {503, "ServiceUnavailable"};
    case Code::DeadlineExceeded: return {504, "Timeout"};
    case Code::Cancelled: return {503, "ServiceUnavailable"};
    case Code::Unimplemented: return {501, "NotImplemented"};
    case Code::DataLoss:
    case Code::Internal: break;
  }
  return {500, "InternalError"};
}

// `configmaps "a"`, `deployments.apps "web"`, as messages name objects.
std::string qualified(std::string_view group, std::string_view resource, std::string_view name) {
  return fmt::format("{}{}{} \"{}\"", resource, group.empty() ? "" : ".", group, name);
}

std::string qualified(const Kind& kind, std::string_view name) {
  return qualified(kind.group, kind.plural, name);
}

Value details_of_kind(const Kind& kind, std::string_view name) {
  return details_of(kind.group, kind.plural, name);
}

Value one_cause(std::string_view reason, std::string_view message, std::string_view field = {}) {
  Value cause = Value::object({{"reason", reason}, {"message", message}});
  if (!field.empty()) cause.set("field", field);
  return Value::array({cause});
}

}  // namespace

Error make(Code code, int http, std::string_view reason, std::string message, Value details) {
  Value status = Value::object({{"kind", "Status"},
                                {"apiVersion", "v1"},
                                {"metadata", Value::object()},
                                {"status", "Failure"},
                                {"message", message}});
  if (!reason.empty()) status.set("reason", reason);
  if (!details.is_null()) status.set("details", std::move(details));
  status.set("code", http);
  return Error{code, std::move(message), {}, {}, std::move(status)};
}

Value details_of(std::string_view group, std::string_view resource, std::string_view name) {
  Value details = Value::object();
  if (!name.empty()) details.set("name", name);
  if (!group.empty()) details.set("group", group);
  if (!resource.empty()) details.set("kind", resource);
  return details;
}

Error not_found(const Kind& kind, std::string_view name) {
  return make(Code::NotFound, 404, "NotFound", qualified(kind, name) + " not found",
              details_of_kind(kind, name));
}

Error already_exists(const Kind& kind, std::string_view name) {
  return make(Code::AlreadyExists, 409, "AlreadyExists", qualified(kind, name) + " already exists",
              details_of_kind(kind, name));
}

Error conflict(const Kind& kind, std::string_view name, std::string_view why) {
  return make(Code::Conflict, 409, "Conflict",
              fmt::format("Operation cannot be fulfilled on {}: {}", qualified(kind, name), why),
              details_of_kind(kind, name));
}

Error conflict(const Kind& kind, std::string_view name) {
  return conflict(kind, name,
                  "the object has been modified; please apply your changes to the latest version "
                  "and try again");
}

Error invalid(const Kind& kind, std::string_view name, std::span<const FieldError> errors) {
  Value details = details_of(kind.group, kind.kind, name);
  details.set("causes", object::to_causes(errors));
  return make(Code::InvalidArgument, 422, "Invalid", object::invalid_message(kind, name, errors),
              std::move(details));
}

Error invalid_options(std::string_view options_kind, std::span<const FieldError> errors) {
  Kind kind;
  kind.group = "meta.k8s.io";
  kind.version = "v1";
  kind.kind = options_kind;
  return invalid(kind, "", errors);
}

Error bad_request(std::string message) {
  return make(Code::InvalidArgument, 400, "BadRequest", std::move(message));
}

Error forbidden(std::string_view group, std::string_view resource, std::string_view name,
                std::string_view why) {
  const std::string subject = name.empty()
                                  ? fmt::format("{}{}{}", resource, group.empty() ? "" : ".", group)
                                  : qualified(group, resource, name);
  return make(Code::Forbidden, 403, "Forbidden", fmt::format("{} is forbidden: {}", subject, why),
              details_of(group, resource, name));
}

Error forbidden(const Kind& kind, std::string_view name, std::string_view why) {
  return forbidden(kind.group, kind.plural, name, why);
}

Error unauthorized() {
  return make(Code::Unauthenticated, 401, "Unauthorized", "Unauthorized");
}

Error no_such_resource() {
  return make(Code::NotFound, 404, "NotFound", "the server could not find the requested resource",
              Value::object());
}

Error method_not_allowed() {
  return make(Code::InvalidArgument, 405, "MethodNotAllowed",
              "the server does not allow this method on the requested resource", Value::object());
}

Error method_not_supported(const Kind& kind, std::string_view verb) {
  return make(Code::InvalidArgument, 405, "MethodNotAllowed",
              fmt::format("{} is not supported on resources of kind \"{}{}{}\"", verb, kind.plural,
                          kind.group.empty() ? "" : ".", kind.group),
              details_of_kind(kind, ""));
}

Error kind_terminating(const Kind& kind) {
  return make(Code::InvalidArgument, 405, "MethodNotAllowed",
              "create not allowed while custom resource definition is terminating",
              details_of_kind(kind, ""));
}

Error not_acceptable(std::string_view representations) {
  return make(Code::InvalidArgument, 406, "NotAcceptable",
              fmt::format("406: Not Acceptable\n\nAvailable representations: {}", representations),
              Value::object());
}

Error unsupported_media_type(std::string_view accepted) {
  return make(Code::InvalidArgument, 415, "UnsupportedMediaType",
              fmt::format("the body of the request was in an unknown format - accepted media types "
                          "include: {}",
                          accepted));
}

Error request_too_large(std::size_t limit) {
  return make(Code::TooLarge, 413, "RequestEntityTooLarge",
              fmt::format("Request entity too large: limit is {}", limit));
}

Error expired(std::string message) {
  return make(Code::Gone, 410, "Expired", std::move(message));
}

Error too_large_resource_version(std::uint64_t asked, std::uint64_t newest) {
  Value details =
      Value::object({{"causes", one_cause("ResourceVersionTooLarge", "Too large resource version")},
                     {"retryAfterSeconds", 1}});
  return make(Code::DeadlineExceeded, 504, "Timeout",
              fmt::format("Timeout: Too large resource version: {}, current: {}", asked, newest),
              std::move(details));
}

Error generate_name_conflict(const Kind& kind, std::string_view name) {
  Value details = details_of_kind(kind, name);
  details.set("retryAfterSeconds", 1);
  return make(Code::AlreadyExists, 409, "AlreadyExists",
              qualified(kind, name) +
                  " already exists, the server was not able to generate a "
                  "unique name for the object",
              std::move(details));
}

Error namespace_terminating(const Kind& kind, std::string_view name, std::string_view ns) {
  Value details = details_of_kind(kind, name);
  details.set("causes",
              one_cause("NamespaceTerminating", fmt::format("namespace {} is being terminated", ns),
                        "metadata.namespace"));
  return make(Code::Forbidden, 403, "Forbidden",
              fmt::format("{} is forbidden: unable to create new content in namespace {} because "
                          "it is being terminated",
                          qualified(kind, name), ns),
              std::move(details));
}

Value to_status(const Error& error) {
  if (error.details["kind"].text() == "Status") return error.details;
  const Meaning meaning = meaning_of(error.code);
  std::string message = error.message;
  if (!error.hint.empty()) message += " (" + error.hint + ")";
  if (meaning.http == 500) message = "Internal error occurred: " + message;
  return make(error.code, meaning.http, meaning.reason, std::move(message)).details;
}

int http_code(const Error& error) {
  if (error.details["kind"].text() == "Status") {
    return static_cast<int>(error.details["code"].integer(500));
  }
  return meaning_of(error.code).http;
}

std::string_view reason(const Error& error) {
  if (error.details["kind"].text() == "Status") return error.details["reason"].text();
  return meaning_of(error.code).reason;
}

}  // namespace gp::api::status
