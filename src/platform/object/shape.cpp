#include "platform/object/shape.hpp"

#include <map>
#include <memory>
#include <shared_mutex>

namespace gp::object {
namespace {

constexpr std::size_t kFieldsMax = 64;  // the scanner keeps them as bits of one word

std::vector<std::string> split(std::string_view path) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t dot = path.find('.');
    parts.emplace_back(path.substr(0, dot));
    if (dot == std::string_view::npos) return parts;
    path.remove_prefix(dot + 1);
  }
}

struct Shapes {
  std::shared_mutex mutex;  // guards `by_resource`
  std::map<std::string, std::vector<std::unique_ptr<const Shape>>, std::less<>> by_resource;

  const Shape* find(std::string_view resource, SelectableFields fields) const {
    const auto found = by_resource.find(resource);
    if (found == by_resource.end()) return nullptr;
    for (const auto& shape : found->second) {
      if (std::ranges::equal(shape->fields, fields)) return shape.get();
    }
    return nullptr;
  }
};

Shapes& shapes() {
  static auto* const instance = new Shapes();  // outlives every object, also those in statics
  return *instance;
}

}  // namespace

const Shape& intern_shape(std::string_view resource, SelectableFields fields) {
  GP_CHECK(fields.size() <= kFieldsMax, "a kind declares at most 64 selectable fields");
  Shapes& all = shapes();
  {
    const std::shared_lock lock(all.mutex);
    if (const Shape* shape = all.find(resource, fields)) return *shape;
  }
  const std::unique_lock lock(all.mutex);
  if (const Shape* shape = all.find(resource, fields)) return *shape;
  auto shape = std::make_unique<Shape>();
  shape->resource = resource;
  shape->fields.assign(fields.begin(), fields.end());
  for (const std::string& field : fields) shape->paths.push_back(split(field));
  auto& list = all.by_resource[shape->resource];
  list.push_back(std::move(shape));
  return *list.back();
}

}  // namespace gp::object
