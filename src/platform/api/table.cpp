#include "base/json.hpp"
#include "platform/api/render.hpp"
#include "platform/object/columns.hpp"

namespace gp::api {
namespace {

void append_row(std::string& out, const object::Kind& kind, const ObjectRef& object,
                const Rendering& rendering) {
  out += R"({"cells":)";
  append_json(out, object::row_cells(kind, object->parse(), rendering.now));
  if (rendering.include == IncludeObject::Metadata) {
    out += R"(,"object":)";
    append_partial(out, object->json());
  } else if (rendering.include == IncludeObject::Object) {
    out += R"(,"object":)";
    out += object->json();
  }
  out += '}';
}

}  // namespace

std::string table_json(const object::Kind& kind, std::span<const ObjectRef> objects,
                       const Value& list_metadata, bool with_columns, const Rendering& rendering) {
  std::string out = R"({"kind":"Table","apiVersion":"meta.k8s.io/v1","metadata":)";
  append_json(out, list_metadata);
  out += R"(,"columnDefinitions":)";
  append_json(out, with_columns ? object::column_definitions(kind) : Value());
  out += R"(,"rows":[)";
  bool is_first = true;
  for (const ObjectRef& object : objects) {
    if (!is_first) out += ',';
    is_first = false;
    append_row(out, kind, object, rendering);
  }
  return out + "]}";
}

}  // namespace gp::api
