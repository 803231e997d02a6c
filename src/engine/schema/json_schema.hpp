#pragma once
// JSON Schema draft-07, with the words of Ajv, which Backstage and the scaffolder use.
//
// Compiled once, then shared by any number of threads. `$ref` reaches anything in the same document
// (by pointer or $id); other documents only if they are handed in. Patterns are RE2: a pattern that
// RE2 does not know (look-around, back-references) is an error when the schema is compiled.

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "base/value.hpp"

namespace gp::schema {

// One entry of Ajv's `errors`.
struct JsonSchemaError {
  std::string instance_path;  // "/metadata/name"
  std::string schema_path;    // "#/properties/metadata/required"
  std::string keyword;        // "required"
  Value params;               // {"missingProperty": "owner"}
  std::string message;        // "must have required property 'owner'"

  Value to_value() const;  // as Ajv's JSON: instancePath, schemaPath, keyword, params, message
};

struct JsonSchemaOptions {
  bool all_errors = true;     // false: stop at the first, as Ajv does by default
  bool check_formats = true;  // known formats are asserted; unknown ones never are
  // Other documents that `$ref` may name: URI and content.
  std::vector<std::pair<std::string, Value>> documents;
  std::size_t depth_max = 256;         // recursion through $ref and nesting while validating
  std::size_t steps_max = 10'000'000;  // (schema, value) pairs looked at for one document
  std::size_t errors_max = 100;
};

struct CompiledJsonSchema;

class JsonSchema {
 public:
  static Result<JsonSchema> compile(const Value& schema, JsonSchemaOptions options = {});

  // No error: valid. A document that takes too many steps fails with keyword "limit".
  std::vector<JsonSchemaError> validate(const Value& value) const;

 private:
  std::shared_ptr<const CompiledJsonSchema> compiled_;
};

}  // namespace gp::schema
