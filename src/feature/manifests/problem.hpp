#pragma once
// Something that is wrong with one manifest, as the ManifestSource's status shows it.

#include <string>

#include "base/value.hpp"

namespace gp::manifests {

struct Problem {
  std::string file;    // relative to the platform repository when it lies inside
  int line = 0;        // 0: the file as a whole
  std::string object;  // `ConfigMap "shop/web"`; empty when it could not be read
  std::string message;

  Value to_value() const {
    Value value = Value::object({{"file", file}, {"message", message}});
    if (line > 0) value.set("line", line);
    if (!object.empty()) value.set("object", object);
    return value;
  }
};

}  // namespace gp::manifests
