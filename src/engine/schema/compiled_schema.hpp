#pragma once
// A structural schema made ready for use. Private to this folder.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/schema/patterns.hpp"
#include "engine/schema/structural.hpp"

namespace gp::schema {

enum class ListType { Atomic, Set, Map };

struct CompiledSchema {
  using Child = std::unique_ptr<const CompiledSchema>;

  Value source;
  std::string type;  // empty: any
  std::string format;
  bool nullable = false;
  bool int_or_string = false;
  bool preserve_unknown = false;
  bool embedded_resource = false;
  std::optional<Value> default_value;

  std::vector<Value> allowed;  // enum
  std::shared_ptr<const Pattern> pattern;
  std::string pattern_text;
  std::optional<std::size_t> length_min, length_max, items_min, items_max, properties_min,
      properties_max;
  std::optional<Value> minimum, maximum, multiple_of;
  bool minimum_excluded = false;
  bool maximum_excluded = false;
  bool unique_items = false;

  std::map<std::string, Child, std::less<>> properties;
  std::vector<std::string> required;
  Child additional;                // null: see additional_allowed
  bool additional_allowed = true;  // false: `additionalProperties: false`
  bool additional_given = false;   // any `additionalProperties` at all
  Child items;
  ListType list_type = ListType::Atomic;
  std::vector<std::string> list_keys;

  std::vector<Child> all_of, any_of, one_of;
  Child not_schema;
};

}  // namespace gp::schema
