#include "platform/api/managed_fields.hpp"

namespace gp::api {

void track_create(const object::Kind&, Value& object, const WriteOptions&, TimePoint) {
  object.edit("metadata").erase("managedFields");
}

void track_update(const object::Kind&, const Value& old, Value& object, std::string_view,
                  const WriteOptions&, TimePoint) {
  if (const Value* kept = old["metadata"].find("managedFields")) {
    object.edit("metadata").set("managedFields", *kept);
  } else {
    object.edit("metadata").erase("managedFields");
  }
}

}  // namespace gp::api
