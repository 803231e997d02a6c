#pragma once
// How a field merges: as a leaf, member by member, or item by item. One view over the tables of
// built-in types, the schemas of custom resources, and documents that nothing describes.

#include <string>
#include <string_view>
#include <vector>

#include "platform/object/kind.hpp"
#include "platform/object/types.hpp"

namespace gp::api {

class FieldSchema {
 public:
  enum class Form {
    Leaf,       // a scalar, or a list or map that is taken whole
    Struct,     // members with names of their own
    Map,        // members with any name
    Set,        // a list of scalars, each once
    KeyedList,  // a list of objects, told apart by keys()
  };

  static FieldSchema of(const object::Kind& kind);

  // `value` decides where nothing is known: objects are maps, all else leaves.
  Form form(const Value& value) const;
  // Of a Struct or Map. `is_named` in the result: the member has a name of its own in the schema.
  FieldSchema member(std::string_view name) const;
  bool is_named() const { return is_named_; }
  FieldSchema item() const;
  std::vector<std::string> keys() const;
  // What a key is when an item does not say; null if nothing.
  Value key_default(std::string_view key) const;

 private:
  const object::Type* type_ = nullptr;    // a struct of this type
  const object::Field* field_ = nullptr;  // a field of a struct of a type, container and all
  const Value* schema_ = nullptr;         // of a custom resource
  bool is_item_ = false;                  // of the field's container: what it holds
  bool is_root_ = false;
  bool is_named_ = false;
};

}  // namespace gp::api
