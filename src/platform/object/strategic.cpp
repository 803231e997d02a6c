#include "platform/object/strategic.hpp"

namespace gp::object {

Result<Value> apply_strategic_patch(const Type& /*type*/, const Value& /*target*/,
                                    const Value& /*patch*/) {
  return fail(unimplemented("strategic merge patch is not implemented yet"));
}

const Field* field_at(const Type& type, std::string_view path) {
  const Type* at = &type;
  const Field* field = nullptr;
  while (!path.empty()) {
    if (at == nullptr) return nullptr;
    const std::size_t dot = path.find('.');
    field = at->find(path.substr(0, dot));
    if (field == nullptr) return nullptr;
    at = field->object;
    path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
  }
  return field;
}

}  // namespace gp::object
