#pragma once
// The entries of metadata.managedFields. Private to this folder.

#include <map>
#include <string>
#include <vector>

#include "platform/api/field_set.hpp"

namespace gp::api {

struct Manager {
  std::string name;
  bool applies = false;     // operation Apply, otherwise Update
  std::string api_version;  // of an applying one the last used; it does not tell it from others
  std::string subresource;
  std::string time;
  FieldSet fields;

  bool is_same(const Manager& other) const;
  // As conflicts name it: `"m1"`, `"m3" using v1`.
  std::string to_string() const;
};

using Managers = std::vector<Manager>;

// InvalidArgument if they are not what a server wrote.
Result<Managers> read_managers(const Value& managed_fields);
// Empty ones are left out; sorted by operation, time and name. Null when nobody is left.
Value write_managers(Managers managers);

// Old updating managers are folded into one beyond ten of them.
void cap_managers(Managers& managers);

Manager* find_manager(Managers& managers, const Manager& wanted);

}  // namespace gp::api
