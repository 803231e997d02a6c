#include "platform/api/write_query.hpp"

#include "platform/api/read_body.hpp"
#include "platform/api/status.hpp"

namespace gp::api {
namespace {

constexpr std::size_t kManagerBytesMax = 128;

FieldError unsupported(std::string_view field, std::string_view value, std::string_view supported) {
  return {FieldError::Type::NotSupported, std::string(field), fmt::format("\"{}\"", value),
          fmt::format("supported values: {}", supported)};
}

bool is_dry_run(std::string_view text, std::string_view field, std::vector<FieldError>& errors) {
  if (text.empty()) return false;
  if (text == "All") return true;
  errors.push_back(unsupported(field, text, "\"All\""));
  return false;
}

FieldValidation parse_validation(std::string_view text, std::vector<FieldError>& errors) {
  if (text == "Strict") return FieldValidation::Strict;
  if (text == "Ignore") return FieldValidation::Ignore;
  if (!text.empty() && text != "Warn") {
    errors.push_back(unsupported("fieldValidation", text, "\"Ignore\", \"Strict\", \"Warn\""));
  }
  return FieldValidation::Warn;
}

using Propagation = DeleteOptions::Propagation;

Propagation parse_propagation(std::string_view text, std::vector<FieldError>& errors) {
  if (text == "Orphan") return Propagation::Orphan;
  if (text == "Background") return Propagation::Background;
  if (text == "Foreground") return Propagation::Foreground;
  if (!text.empty()) {
    errors.push_back(
        unsupported("propagationPolicy", text, "\"Foreground\", \"Background\", \"Orphan\", nil"));
  }
  return Propagation::Default;
}

}  // namespace

std::string default_manager(const net::Request& request) {
  const std::string_view agent = request.headers.get("User-Agent");
  const std::string_view name = agent.substr(0, agent.find('/'));
  return name.empty() ? "unknown" : std::string(name.substr(0, kManagerBytesMax));
}

Result<WriteOptions> parse_write_query(Exchange& exchange, std::string_view options_kind) {
  const net::Query& query = exchange.request.query;
  std::vector<FieldError> errors;
  WriteOptions options;
  options.caller = exchange.caller;
  options.warnings = &exchange.warnings;
  options.audit_annotations = exchange.audit_annotations;
  options.dry_run = is_dry_run(query.get("dryRun"), "dryRun", errors);
  options.field_validation = parse_validation(query.get("fieldValidation"), errors);
  options.field_manager = query.get("fieldManager");
  if (options.field_manager.size() > kManagerBytesMax) {
    errors.push_back({FieldError::Type::TooLong, "fieldManager", "",
                      fmt::format("may not be more than {} bytes", kManagerBytesMax)});
  }
  if (options.field_manager.empty()) options.field_manager = default_manager(exchange.request);
  options.force = query.get("force") == "true" || query.get("force") == "1";
  if (!errors.empty()) return fail(status::invalid_options(options_kind, errors));
  return options;
}

Result<DeleteOptions> parse_delete_options(const Exchange& exchange) {
  const net::Query& query = exchange.request.query;
  const Value body = TRY(read_delete_options(exchange.request, exchange.services.kinds));
  if (!body.is_null() && !body.is_object()) {
    return fail(status::bad_request("the body of a deletion must be DeleteOptions"));
  }
  const std::string_view kind = body["kind"].text();
  if (!kind.empty() && kind != "DeleteOptions") {
    return fail(status::bad_request(
        fmt::format("the body of a deletion must be DeleteOptions, not {}", kind)));
  }

  std::vector<FieldError> errors;
  DeleteOptions options;
  options.caller = exchange.caller;
  options.dry_run = is_dry_run(query.get("dryRun"), "dryRun", errors);
  for (const Value& stage : body["dryRun"].items()) {
    if (is_dry_run(stage.text(), "dryRun", errors)) options.dry_run = true;
  }
  const std::string_view policy = body["propagationPolicy"].text(query.get("propagationPolicy"));
  options.propagation = parse_propagation(policy, errors);
  const Value& orphan = body["orphanDependents"];
  const std::string_view orphan_text = query.get("orphanDependents");
  if (policy.empty() && (orphan.is_bool() || !orphan_text.empty())) {
    const bool keeps = orphan.is_bool() ? orphan.boolean() : orphan_text == "true";
    options.propagation = keeps ? Propagation::Orphan : Propagation::Background;
  }
  options.precondition_uid = body["preconditions"]["uid"].string();
  options.precondition_resource_version = body["preconditions"]["resourceVersion"].string();
  if (!errors.empty()) return fail(status::invalid_options("DeleteOptions", errors));
  return options;
}

}  // namespace gp::api
