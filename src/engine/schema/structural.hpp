#pragma once
// OpenAPI v3 schemas as Kubernetes uses them: validation with its words, defaulting and pruning.
//
// A schema is compiled once (patterns included) and then shared by any number of threads. `$ref` is
// not part of structural schemas and is refused. Patterns are RE2: linear time whatever comes.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/value.hpp"

namespace gp::schema {

// One thing wrong with a document, as Kubernetes' field.Error.
struct Problem {
  enum class Type {
    Required,      // FieldValueRequired
    Invalid,       // FieldValueInvalid
    NotSupported,  // FieldValueNotSupported
    TypeInvalid,   // FieldValueTypeInvalid
    TooLong,       // FieldValueTooLong
    TooMany,       // FieldValueTooMany
    Duplicate,     // FieldValueDuplicate
    Forbidden,     // FieldValueForbidden
  };

  Type type = Type::Invalid;
  std::string path;  // "spec.containers[0].image"; "" is the whole document
  Value bad_value;
  std::string message;  // field.Error's detail

  // "FieldValueInvalid": the reason in a Status' causes.
  std::string_view reason() const;
  // `Invalid value: "x": spec.size in body must be of type integer: "string"`: a cause's message.
  std::string body() const;
  // With the path in front: what kubectl prints.
  std::string to_string() const;
};

struct Limits {
  std::size_t depth_max = 256;         // of the schema
  std::size_t nodes_max = 200'000;     // of the schema
  std::size_t problems_max = 100;      // reported for one document
  std::size_t steps_max = 10'000'000;  // (schema, value) pairs looked at for one document
};

struct CompiledSchema;

class StructuralSchema {
 public:
  static Result<StructuralSchema> compile(const Value& schema, const Limits& limits = {});

  // Everything wrong with `value`, in document order; `path` is put in front of each field.
  // What is the same as in `before` (null: nothing) is not looked at again: who changes one field
  // is not told of what was wrong all along (KEP-4008, "ratcheting").
  std::vector<Problem> validate(const Value& value, std::string_view path = {},
                                const Value* before = nullptr) const;

  // Fills what is absent (or null where null is not allowed) from `default`s, at every depth; a
  // null that is not allowed and has no default is left out.
  Value with_defaults(const Value& value) const;

  // Without the fields that the schema does not know; their paths are added to `removed` if given.
  // At the top, and in embedded resources, apiVersion, kind and metadata always stay.
  Value pruned(const Value& value, std::vector<std::string>* removed = nullptr) const;

  // The schema it was compiled from.
  const Value& source() const;

 private:
  std::shared_ptr<const CompiledSchema> root_;
  Limits limits_;
};

// What Go's regexp.Compile says of a pattern: "error parsing regexp: missing closing ): `(a`";
// nothing if it is one.
std::string pattern_error(std::string_view pattern);

}  // namespace gp::schema
