#pragma once
// What the built-in types look like, field by field: names in JSON, protobuf tags, Go's rules for
// what is written when empty, defaults, allowed values, and how lists and maps merge.
//
// Read once from the texts in types/ (their grammar is in types/README.md), about a millisecond;
// immutable and shared from then on. All names and descriptions point into the program's read-only
// data.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/value.hpp"

namespace gp::object {

enum class Scalar : std::uint8_t {
  String,
  Bool,
  Int32,
  Int64,
  Double,
  Bytes,     // base64 in JSON
  Quantity,  // "500m"
  IntOrString,
  Time,  // RFC 3339, whole seconds
  MicroTime,
  Duration,         // Go's "1h30m0s"
  Raw,              // any JSON; in protobuf a message whose field 1 holds the JSON text
  SchemaOrBool,     // JSONSchemaPropsOrBool; `object` names the schema's type
  SchemaOrArray,    // JSONSchemaPropsOrArray
  SchemaOrStrings,  // JSONSchemaPropsOrStringArray
  Object,           // a named type
};

enum class Container : std::uint8_t { Single, List, Map, MapOfList };
enum class ListType : std::uint8_t { Atomic, Set, Map };  // x-kubernetes-list-type

// patchStrategy of strategic merge: what happens to a list or struct that both sides have.
enum class Merge : std::uint8_t { Replace, ByKey, Union /* of scalars */ };

struct Type;

struct Field {
  std::string_view name;
  std::string_view description;
  Value default_value;                          // null: none
  const Type* object = nullptr;                 // for Scalar::Object and the Schema… ones
  std::span<const std::string_view> allowed;    // enum; empty: anything
  std::span<const std::string_view> list_keys;  // of ListType::Map
  std::string_view merge_key;                   // of Merge::ByKey
  std::uint16_t tag = 0;                        // protobuf field number
  std::uint16_t inline_tag = 0;  // number of the embedded message that holds this field; 0: none
  std::uint16_t inner_inline_tag = 0;  // of one embedded in that message again; 0: none
  Scalar scalar = Scalar::String;
  Container container = Container::Single;
  ListType list_type = ListType::Atomic;
  Merge merge = Merge::Replace;
  bool is_pointer = false;         // absent and empty differ
  bool is_always_written = false;  // no omitempty: even when empty (null, 0, "")
  bool is_required = false;
  bool is_atomic_map = false;  // x-kubernetes-map-type: atomic
  bool retains_keys = false;   // patchStrategy retainKeys
};

struct Type {
  std::string_view name;        // "ConfigMap"
  std::string_view package;     // "io.k8s.api.core.v1"
  std::string_view go_package;  // "v1"
  std::string_view description;
  std::span<const Field> fields;  // in the order of the text; embedded structs are unfolded
  bool is_atomic = false;         // x-kubernetes-map-type: atomic
  bool is_open = false;           // unknown fields are kept

  const Field* find(std::string_view name) const noexcept;
  std::string schema_name() const;  // "io.k8s.api.core.v1.ConfigMap"
  std::string go_name() const;      // "v1.ConfigMap"
};

// `[]v1.Container`, `map[string]string`, `int32`: how Go's decoder names the type of a field.
std::string go_type_name(const Field& field);

// A `kind` line: what is known about a kind apart from its fields.
struct KindLine {
  const Type* type = nullptr;
  std::string_view group;
  std::string_view version;
  std::string_view plural;
  std::vector<std::pair<std::string_view, std::string_view>> words;  // flag, value
  std::vector<std::string_view> columns;                             // what follows `column`
};

class TypeTable {
 public:
  struct Impl;  // types.cpp

  ~TypeTable();
  TypeTable(TypeTable&&) noexcept;

  // The texts must outlive the table. An error names the text's line.
  static Result<TypeTable> parse(std::span<const std::string_view> texts);

  // By "io.k8s.api.core.v1.ConfigMap".
  const Type* find(std::string_view schema_name) const;
  std::span<const Type* const> all() const;
  std::span<const KindLine> kinds() const;

 private:
  TypeTable();
  std::unique_ptr<Impl> impl_;
};

// The table of the texts in types/, read at the first call.
const TypeTable& builtin_types();

}  // namespace gp::object
