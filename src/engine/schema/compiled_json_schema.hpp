#pragma once
// A draft-07 schema made ready for use. Private to this folder.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/schema/json_schema.hpp"
#include "engine/schema/patterns.hpp"

namespace gp::schema {

// One (sub)schema. Nodes point at each other freely, in circles too: the store below owns them all.
struct JsonSchemaNode {
  using Ref = const JsonSchemaNode*;

  std::string location;  // "#/properties/name": put in front of keywords in schemaPath
  std::optional<bool> is_boolean;
  Ref reference = nullptr;  // $ref: nothing else counts then

  std::vector<std::string> types;
  Value type;  // as written, for the error's params
  std::optional<Value> constant;
  std::optional<Value> allowed;  // enum

  std::optional<Value> maximum, minimum, exclusive_maximum, exclusive_minimum, multiple_of;
  std::optional<std::size_t> length_max, length_min, items_max, items_min, properties_max,
      properties_min;
  std::shared_ptr<const Pattern> pattern;
  std::string pattern_text;
  std::string format;

  bool unique_items = false;
  Ref items = nullptr;              // one for all
  std::vector<Ref> items_in_order;  // or one for each
  bool has_items_in_order = false;
  Ref additional_items = nullptr;
  Ref contains = nullptr;

  std::vector<std::string> required;
  std::vector<std::pair<std::string, Ref>> properties;
  std::map<std::string, Ref, std::less<>> properties_by_name;
  struct PatternProperty {
    std::string text;
    std::shared_ptr<const Pattern> pattern;
    Ref schema = nullptr;
  };
  std::vector<PatternProperty> pattern_properties;
  Ref additional_properties = nullptr;
  Ref property_names = nullptr;
  struct Dependency {
    std::string property;
    std::vector<std::string> required;
    Ref schema = nullptr;
  };
  std::vector<Dependency> dependencies;

  std::vector<Ref> all_of, any_of, one_of;
  Ref not_schema = nullptr;
  Ref if_schema = nullptr;
  Ref then_schema = nullptr;
  Ref else_schema = nullptr;
};

struct CompiledJsonSchema {
  JsonSchemaOptions options;
  std::vector<Value> documents;  // kept alive: nodes were read from them
  std::vector<std::unique_ptr<JsonSchemaNode>> nodes;
  const JsonSchemaNode* root = nullptr;
};

// The draft-07 meta-schema, which `$ref` may always name.
extern const char* const kDraft7MetaSchema;
constexpr const char* kDraft7Uri = "http://json-schema.org/draft-07/schema";

}  // namespace gp::schema
