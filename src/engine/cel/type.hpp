#pragma once
// Types of the Common Expression Language (github.com/google/cel-spec, language definition), as the
// checker sees them.

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gp::cel {

class Type;
using TypePtr = std::shared_ptr<const Type>;

class Type {
 public:
  enum class Kind {
    Dyn,
    Null,
    Bool,
    Int,
    Uint,
    Double,
    String,
    Bytes,
    Timestamp,
    Duration,
    List,
    Map,
    Object,
    TypeType,
    Optional,
    Opaque,  // a named library type: "kubernetes.Quantity", "kubernetes.URL"
    Param,   // a type variable of an overload: "A", "B"
    Error
  };

  struct Field {
    std::string name;  // as written in expressions (escaped for reserved words)
    TypePtr type;
    bool is_required = false;
  };

  Kind kind = Kind::Dyn;
  std::string name;           // Object, Opaque, Param
  TypePtr element;            // List, Optional; value type of Map
  TypePtr key;                // Map
  std::vector<Field> fields;  // Object, sorted by name
  // Upper bounds that cost estimates use: characters, items or entries; 0: unknown.
  std::size_t size_max = 0;

  static TypePtr simple(Kind kind);
  static TypePtr list(TypePtr element, std::size_t size_max = 0);
  static TypePtr map(TypePtr key, TypePtr value, std::size_t size_max = 0);
  static TypePtr optional(TypePtr element);
  static TypePtr object(std::string name, std::vector<Field> fields);
  static TypePtr opaque(std::string name);
  static TypePtr param(std::string name);

  const Field* field(std::string_view name) const;
  // "list(string)", "map(string, int)", "object", as checker messages print them.
  std::string to_string() const;
};

}  // namespace gp::cel
