#pragma once
// What all objects of a resource share: its name and the paths of its selectable fields, in one
// place, so that an object holds a pointer instead.
//
// Interned and never freed: there are as many as resources (times changes of their field lists).

#include <string>
#include <string_view>
#include <vector>

#include "platform/object/object.hpp"

namespace gp::object {

struct Shape {
  std::string resource;
  std::vector<std::string> fields;              // "status.phase"
  std::vector<std::vector<std::string>> paths;  // {"status", "phase"}
};

const Shape& intern_shape(std::string_view resource, SelectableFields fields);

}  // namespace gp::object
