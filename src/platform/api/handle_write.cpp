#include "platform/api/exchange.hpp"
#include "platform/api/list_query.hpp"
#include "platform/api/read_body.hpp"
#include "platform/api/status.hpp"
#include "platform/api/write_query.hpp"

namespace gp::api {
namespace {

using net::Response;

// An object that was not written has no resourceVersion yet.
Response render_unwritten(const ObjectRef& object, const Rendering& rendering) {
  Value value = object->parse();
  value.edit("metadata").erase("resourceVersion");
  return render_value(201, value, rendering.accepted);
}

}  // namespace

// POST …/RESOURCE
Result<Response> handle_create(Exchange& exchange) {
  const Rendering rendering = TRY(rendering_of(exchange));
  WriteOptions options = TRY(parse_write_query(exchange, "CreateOptions"));
  Body body = TRY(read_object(exchange.request, *exchange.kind, exchange.services.kinds));
  options.duplicates = std::move(body.duplicates);
  const ObjectRef created =
      TRY(exchange.services.verbs.create(exchange.target(), std::move(body.document), options));
  if (options.dry_run) return render_unwritten(created, rendering);
  return render_object(201, *exchange.kind, created, rendering);
}

// PUT …/RESOURCE/NAME[/status|/scale|/finalize]
Result<Response> handle_update(Exchange& exchange) {
  const Rendering rendering = TRY(rendering_of(exchange));
  WriteOptions options = TRY(parse_write_query(exchange, "UpdateOptions"));
  Body body = TRY(read_object(exchange.request, *exchange.kind, exchange.services.kinds));
  options.duplicates = std::move(body.duplicates);
  const ObjectRef updated =
      TRY(exchange.services.verbs.update(exchange.target(), std::move(body.document), options));
  return render_object(200, *exchange.kind, updated, rendering);
}

// PATCH …/RESOURCE/NAME[/status|/scale]
Result<Response> handle_patch(Exchange& exchange) {
  const Rendering rendering = TRY(rendering_of(exchange));
  WriteOptions options = TRY(parse_write_query(exchange, "PatchOptions"));
  PatchBody patch = TRY(read_patch(exchange.request, *exchange.kind));
  std::vector<FieldError> errors;
  if (patch.type != PatchType::Apply && exchange.request.query.contains("force")) {
    errors.push_back(
        {FieldError::Type::Forbidden, "force", "", "may not be specified for non-apply patch"});
  }
  if (patch.type == PatchType::Apply && exchange.request.query.get("fieldManager").empty()) {
    errors.push_back(
        {FieldError::Type::Required, "fieldManager", "", "is required for apply patch"});
  }
  if (!errors.empty()) return fail(status::invalid_options("PatchOptions", errors));

  const Target target = exchange.target();
  options.duplicates = std::move(patch.body.duplicates);
  bool is_new = false;
  const ObjectRef patched =
      TRY(exchange.services.verbs.patch(target, patch.type, patch.body.document, options, &is_new));
  if (is_new && options.dry_run) return render_unwritten(patched, rendering);
  return render_object(is_new ? 201 : 200, *exchange.kind, patched, rendering);
}

// DELETE …/RESOURCE/NAME: a Status once it is gone, the object while something holds it.
Result<Response> handle_delete(Exchange& exchange) {
  const Rendering rendering = TRY(rendering_of(exchange));
  DeleteOptions options = TRY(parse_delete_options(exchange));
  options.warnings = &exchange.warnings;
  options.audit_annotations = exchange.audit_annotations;
  const Deleted deleted = TRY(exchange.services.verbs.remove(exchange.target(), options));
  if (!deleted.is_gone) return render_object(200, *exchange.kind, deleted.object, rendering);

  const object::Kind& kind = *exchange.kind;
  Value details = status::details_of(kind.group, kind.plural, deleted.object->name());
  details.set("uid", format_uuid(deleted.object->uid()));
  const Value status = Value::object({{"kind", "Status"},
                                      {"apiVersion", "v1"},
                                      {"metadata", Value::object()},
                                      {"status", "Success"},
                                      {"details", std::move(details)}});
  return render_value(200, status, rendering.accepted);
}

// DELETE …/RESOURCE: answers the list of what it deleted.
Result<Response> handle_delete_collection(Exchange& exchange) {
  const Rendering rendering = TRY(rendering_of(exchange));
  DeleteOptions options = TRY(parse_delete_options(exchange));
  options.warnings = &exchange.warnings;
  options.audit_annotations = exchange.audit_annotations;
  const Verbs& reader = exchange.services.verbs;
  const ListQuery query = TRY(parse_list_query(exchange.request.query, reader.store().revision()));
  Target target = exchange.target();
  target.name.clear();  // a field selector's; it stays in the query
  store::Listed removed;
  removed.objects =
      TRY(exchange.services.verbs.remove_collection(target, query.to_options(), options));
  removed.revision = reader.store().revision();
  return render_list(*exchange.kind, std::move(removed), "", true, rendering);
}

}  // namespace gp::api
