#pragma once
// Failures in the words of the Kubernetes API: an Error whose `details` is a whole `Status` object.
//
// Texts and reasons are the real server's, because kubectl, client-go and people match on them.
// Errors from elsewhere (the store, an engine) become a Status by their code: to_status().

#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "platform/object/kind.hpp"

namespace gp::api::status {

using object::FieldError;
using object::Kind;

// A Status with these parts; `details` may be null.
Error make(Code code, int http, std::string_view reason, std::string message, Value details = {});

// details of a Status about an object: {name, group, kind}; empty parts are left out.
Value details_of(std::string_view group, std::string_view resource, std::string_view name);

Error not_found(const Kind& kind, std::string_view name);
Error already_exists(const Kind& kind, std::string_view name);
Error conflict(const Kind& kind, std::string_view name);  // the object has been modified
Error conflict(const Kind& kind, std::string_view name, std::string_view why);
Error invalid(const Kind& kind, std::string_view name, std::span<const FieldError> errors);
// About options of a request: `DeleteOptions.meta.k8s.io "" is invalid: …`.
Error invalid_options(std::string_view options_kind, std::span<const FieldError> errors);
Error bad_request(std::string message);
// `configmaps "a" is forbidden: why`
Error forbidden(const Kind& kind, std::string_view name, std::string_view why);
Error forbidden(std::string_view group, std::string_view resource, std::string_view name,
                std::string_view why);
Error unauthorized();
Error no_such_resource();    // 404: the server could not find the requested resource
Error method_not_allowed();  // 405
Error method_not_supported(const Kind& kind, std::string_view verb);  // 405, of a known kind
Error not_acceptable(std::string_view representations);               // 406
Error unsupported_media_type(std::string_view accepted);              // 415
Error request_too_large(std::size_t limit);                           // 413
Error expired(std::string message);                                   // 410, reason Expired
Error too_large_resource_version(std::uint64_t asked, std::uint64_t newest);  // 504
Error generate_name_conflict(const Kind& kind, std::string_view generate_name);
Error kind_terminating(const Kind& kind);  // 405: its definition is being deleted
Error namespace_terminating(const Kind& kind, std::string_view name, std::string_view ns);

// The Status object that describes any Error.
Value to_status(const Error& error);
int http_code(const Error& error);
std::string_view reason(const Error& error);

}  // namespace gp::api::status
