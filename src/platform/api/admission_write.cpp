#include "platform/api/admission_write.hpp"

#include "platform/object/convert.hpp"

namespace gp::api {
namespace {

Value options_document(std::string_view kind, const WriteOptions& options) {
  Value document = Value::object({{"kind", kind}, {"apiVersion", "meta.k8s.io/v1"}});
  if (options.dry_run) document.set("dryRun", Value::array({Value("All")}));
  if (!options.field_manager.empty()) document.set("fieldManager", options.field_manager);
  switch (options.field_validation) {
    case FieldValidation::Ignore: document.set("fieldValidation", "Ignore"); break;
    case FieldValidation::Warn: document.set("fieldValidation", "Warn"); break;
    case FieldValidation::Strict: document.set("fieldValidation", "Strict"); break;
  }
  return document;
}

Value options_document(const DeleteOptions& options) {
  using Propagation = DeleteOptions::Propagation;
  Value document = Value::object({{"kind", "DeleteOptions"}, {"apiVersion", "meta.k8s.io/v1"}});
  if (options.dry_run) document.set("dryRun", Value::array({Value("All")}));
  switch (options.propagation) {
    case Propagation::Default: break;
    case Propagation::Orphan: document.set("propagationPolicy", "Orphan"); break;
    case Propagation::Background: document.set("propagationPolicy", "Background"); break;
    case Propagation::Foreground: document.set("propagationPolicy", "Foreground"); break;
  }
  Value preconditions = Value::object();
  if (!options.precondition_uid.empty()) preconditions.set("uid", options.precondition_uid);
  if (!options.precondition_resource_version.empty()) {
    preconditions.set("resourceVersion", options.precondition_resource_version);
  }
  if (!preconditions.empty()) document.set("preconditions", std::move(preconditions));
  return document;
}

AdmissionRequest request_of(Operation operation, const Target& target, const Value& object,
                            const Value* old, const WriteOptions& options) {
  AdmissionRequest request;
  request.operation = operation;
  request.target = target;
  request.object = object;
  if (old != nullptr) request.old_object = *old;
  request.options =
      options_document(operation == Operation::Create ? "CreateOptions" : "UpdateOptions", options);
  request.caller = &options.caller;
  request.dry_run = options.dry_run;
  request.warnings = options.warnings;
  request.audit_annotations = options.audit_annotations;
  return request;
}

}  // namespace

Result<bool> admit_changes(Admission* admission, Operation operation, const Target& target,
                           Value& object, const Value* old, const WriteOptions& options,
                           const std::function<void(Value& object)>& before_asking) {
  if (admission == nullptr || options.is_admitted || !admission->may_mutate(operation, target)) {
    return false;
  }
  before_asking(object);
  AdmissionRequest request = request_of(operation, target, object, old, options);
  TRY(admission->mutate(request));
  if (request.is_changed) object = std::move(request.object);
  return request.is_changed;
}

Result<> admit_write(Admission* admission, Operation operation, const Target& target,
                     const Value& object, const Value* old, const WriteOptions& options) {
  if (admission == nullptr || options.is_admitted || !admission->may_validate(operation, target)) {
    return {};
  }
  AdmissionRequest request = request_of(operation, target, object, old, options);
  return admission->validate(request);
}

Result<> admit_deletion(Admission* admission, const Target& target, const object::Object& old,
                        const DeleteOptions& options) {
  if (admission == nullptr) return {};
  const bool may_mutate = admission->may_mutate(Operation::Delete, target);
  const bool may_validate = admission->may_validate(Operation::Delete, target);
  if (!may_mutate && !may_validate) return {};
  AdmissionRequest request;
  request.operation = Operation::Delete;
  request.target = target;
  request.old_object = object::convert(old.parse(), *target.kind);
  request.options = options_document(options);
  request.caller = &options.caller;
  request.dry_run = options.dry_run;
  request.warnings = options.warnings;
  request.audit_annotations = options.audit_annotations;
  if (may_mutate) TRY(admission->mutate(request));
  if (may_validate) TRY(admission->validate(request));
  return {};
}

Result<> admit_connection(Admission* admission, const Target& target, Value options,
                          const Caller& caller, std::vector<std::string>* warnings) {
  if (admission == nullptr) return {};
  AdmissionRequest request;
  request.operation = Operation::Connect;
  request.target = target;
  request.object = options;
  request.options = std::move(options);
  request.caller = &caller;
  request.warnings = warnings;
  if (admission->may_mutate(Operation::Connect, target)) TRY(admission->mutate(request));
  if (admission->may_validate(Operation::Connect, target)) TRY(admission->validate(request));
  return {};
}

}  // namespace gp::api
