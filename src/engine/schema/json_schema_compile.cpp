#include "base/encoding.hpp"
#include "base/json.hpp"
#include "engine/schema/compiled_json_schema.hpp"
#include "engine/schema/numbers.hpp"
#include "engine/schema/uri.hpp"

namespace gp::schema {
namespace {

using Node = JsonSchemaNode;

constexpr std::size_t kSchemaDepthMax = 256;
constexpr std::size_t kSchemaNodesMax = 100'000;

std::string escape_token(std::string_view token) {
  std::string out;
  for (const char c : token) out += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  return out;
}

// Where a schema stands: in which resource (for relative $ref) and at which place (for schemaPath).
struct Place {
  const Value* schema = nullptr;
  std::string base;      // URI without fragment
  std::string location;  // "#/definitions/x"
};

class Compiler {
 public:
  explicit Compiler(CompiledJsonSchema& out) : out_(out) {}

  Result<> compile(const Value& schema) {
    TRY(add_document("", schema));
    TRY(add_document(kDraft7Uri, parse_json(kDraft7MetaSchema).value()));
    for (const auto& [uri, document] : out_.options.documents) TRY(add_document(uri, document));
    out_.root = TRY(node_at({&out_.documents[0], documents_base_, "#"}));
    while (!pending_.empty()) {
      const auto [node, place] = std::move(pending_.back());
      pending_.pop_back();
      TRY(fill(*node, place));
    }
    return {};
  }

 private:
  Result<> add_document(const std::string& uri, const Value& document) {
    if (out_.documents.empty())
      out_.documents.reserve(out_.options.documents.size() + 2);  // addresses stay
    out_.documents.push_back(document);
    const Value& kept = out_.documents.back();
    const std::string base(split_fragment(uri).first);
    resources_.emplace(base, Place{&kept, base, "#"});
    TRY(index(kept, base, "#", 0));
    if (out_.documents.size() == 1) {
      const std::string_view id = kept["$id"].text();
      documents_base_ = std::string(split_fragment(resolve_uri("", id)).first);
    }
    return {};
  }

  // Remembers every $id of a document. Anything may hold a schema, except what enum and const hold.
  Result<> index(const Value& value, std::string base, const std::string& location,
                 std::size_t depth) {
    if (depth > kSchemaDepthMax)
      return fail(too_large("schema is nested deeper than {} levels", kSchemaDepthMax));
    if (value.is_object()) {
      const Value* id = value.find("$id");
      if (id != nullptr && id->is_string() && !value.contains("$ref")) {
        const std::string uri = resolve_uri(base, id->text());
        const auto [address, fragment] = split_fragment(uri);
        if (fragment.empty()) {
          base = std::string(address);
          resources_.emplace(base, Place{&value, base, location});
        } else {
          resources_.emplace(uri, Place{&value, base, location});
        }
      }
    }
    std::size_t i = 0;
    for (const Value& item : value.items())
      TRY(index(item, base, fmt::format("{}/{}", location, i++), depth + 1));
    for (const Value::Member& member : value.members()) {
      if (member.key() == "enum" || member.key() == "const") continue;
      TRY(index(member.value, base, fmt::format("{}/{}", location, escape_token(member.key())),
                depth + 1));
    }
    return {};
  }

  // The node for a place, which is filled later: schemas may refer to themselves.
  Result<const Node*> node_at(const Place& place) {
    const auto known = nodes_.find(place.schema);
    if (known != nodes_.end()) return known->second;
    if (!place.schema->is_object() && !place.schema->is_bool()) {
      return fail(
          invalid_argument("schema at {} is neither an object nor a boolean", place.location));
    }
    if (out_.nodes.size() >= kSchemaNodesMax)
      return fail(too_large("schema has more than {} parts", kSchemaNodesMax));
    out_.nodes.push_back(std::make_unique<Node>());
    Node* node = out_.nodes.back().get();
    node->location = place.location;
    nodes_.emplace(place.schema, node);
    pending_.emplace_back(node, place);
    return node;
  }

  static std::string base_of(const Place& place) {
    const Value* id = place.schema->find("$id");
    if (id == nullptr || !id->is_string() || place.schema->contains("$ref")) return place.base;
    const std::string uri = resolve_uri(place.base, id->text());
    const auto [address, fragment] = split_fragment(uri);
    return fragment.empty() ? std::string(address) : place.base;
  }

  Result<const Node*> child(const Place& place, const Value& schema, std::string_view tail) {
    return node_at({&schema, place.base, fmt::format("{}/{}", place.location, tail)});
  }

  Result<const Node*> child_if_any(const Place& place, const char* name) {
    const Value* schema = place.schema->find(name);
    if (schema == nullptr) return static_cast<const Node*>(nullptr);
    return child(place, *schema, name);
  }

  Result<> fill(Node& node, Place place) {
    const Value& schema = *place.schema;
    if (schema.is_bool()) {
      node.is_boolean = schema.boolean();
      return {};
    }
    if (const Value* reference = schema.find("$ref");
        reference != nullptr && reference->is_string()) {
      node.reference = TRY(resolve(place, reference->text()));
      return {};
    }
    place.base = base_of(place);
    TRY(read_values(node, place));
    TRY(read_limits(node, place));
    TRY(read_array(node, place));
    TRY(read_object(node, place));
    return read_combinations(node, place);
  }

  Result<const Node*> resolve(const Place& from, std::string_view reference) {
    const std::string uri = resolve_uri(from.base, reference);
    const auto [address, fragment] = split_fragment(uri);
    const auto exact = resources_.find(uri);
    if (exact != resources_.end()) return node_at(exact->second);
    const auto resource = resources_.find(std::string(address));
    const bool is_pointer = fragment.empty() || fragment.starts_with('/');
    if (resource == resources_.end() || !is_pointer) {
      return fail(invalid_argument("can't resolve reference {} from id {}", reference,
                                   from.base.empty() ? "#" : from.base));
    }
    return follow(resource->second, fragment, reference);
  }

  Result<const Node*> follow(Place place, std::string_view pointer, std::string_view reference) {
    const auto decoded = percent_decode(pointer);
    std::string_view rest = decoded ? std::string_view(*decoded) : pointer;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find('/', 1), rest.size());
      const std::string token = unescape(rest.substr(1, end - 1));
      rest.remove_prefix(end);
      if (place.schema->is_object()) place.base = base_of(place);
      const Value* next = place.schema->find(token);
      if (place.schema->is_array() && !token.empty() && token.size() < 9 &&
          token.find_first_not_of("0123456789") == std::string::npos) {
        const auto index = static_cast<std::size_t>(std::stoul(token));
        next = index < place.schema->size() ? &place.schema->at(index) : nullptr;
      }
      if (next == nullptr) return fail(invalid_argument("can't resolve reference {}", reference));
      place = {next, place.base, fmt::format("{}/{}", place.location, escape_token(token))};
    }
    return node_at(place);
  }

  static std::string unescape(std::string_view token) {
    std::string out;
    for (std::size_t i = 0; i < token.size(); ++i) {
      const bool escaped = token[i] == '~' && i + 1 < token.size();
      out += !escaped ? token[i] : token[++i] == '1' ? '/' : '~';
    }
    return out;
  }

  Result<> read_values(Node& node, const Place& place) {
    const Value& schema = *place.schema;
    node.type = schema["type"];
    if (node.type.is_string()) node.types.push_back(node.type.string());
    for (const Value& type : node.type.items()) node.types.push_back(type.string());
    constexpr std::array<std::string_view, 7> kTypes = {"null",   "boolean", "integer", "number",
                                                        "string", "array",   "object"};
    for (const std::string& type : node.types) {
      if (std::ranges::find(kTypes, type) == kTypes.end()) {
        return fail(invalid_argument("schema at {}/type names an unknown type \"{}\"",
                                     place.location, type));
      }
    }
    if (const Value* constant = schema.find("const")) node.constant = *constant;
    if (const Value* allowed = schema.find("enum"); allowed != nullptr && allowed->is_array())
      node.allowed = *allowed;
    if (const Value* pattern = schema.find("pattern"); pattern != nullptr && pattern->is_string()) {
      node.pattern_text = pattern->string();
      node.pattern = TRY(pattern_at(place, "pattern", node.pattern_text));
    }
    node.format = schema["format"].string();
    return {};
  }

  static Result<std::shared_ptr<const Pattern>> pattern_at(const Place& place,
                                                           std::string_view keyword,
                                                           std::string_view text) {
    auto pattern = compile_pattern(text);
    if (!pattern) {
      return fail(std::move(pattern).error().with_context(
          fmt::format("schema at {}/{}", place.location, keyword)));
    }
    return pattern;
  }

  Result<> read_limits(Node& node, const Place& place) {
    const Value& schema = *place.schema;
    for (const auto& [name, out] :
         {std::pair("maximum", &node.maximum), std::pair("minimum", &node.minimum),
          std::pair("exclusiveMaximum", &node.exclusive_maximum),
          std::pair("exclusiveMinimum", &node.exclusive_minimum),
          std::pair("multipleOf", &node.multiple_of)}) {
      if (schema[name].is_number()) *out = schema[name];
    }
    for (const auto& [name, out] :
         {std::pair("maxLength", &node.length_max), std::pair("minLength", &node.length_min),
          std::pair("maxItems", &node.items_max), std::pair("minItems", &node.items_min),
          std::pair("maxProperties", &node.properties_max),
          std::pair("minProperties", &node.properties_min)}) {
      const Value& value = schema[name];
      if (!value.is_number()) continue;
      if (!is_integral(value) || value.number() < 0) {
        return fail(
            invalid_argument("schema at {}/{} is not a number of things", place.location, name));
      }
      *out = static_cast<std::size_t>(std::min(value.number(), 1e15));
    }
    return {};
  }

  Result<> read_array(Node& node, const Place& place) {
    const Value& schema = *place.schema;
    node.unique_items = schema["uniqueItems"].boolean();
    node.has_items_in_order = schema["items"].is_array();
    if (node.has_items_in_order) {
      std::size_t i = 0;
      for (const Value& item : schema["items"].items()) {
        const Node* inner = TRY(child(place, item, fmt::format("items/{}", i++)));
        node.items_in_order.push_back(inner);
      }
      node.additional_items = TRY(child_if_any(place, "additionalItems"));
    } else {
      node.items = TRY(child_if_any(place, "items"));
    }
    node.contains = TRY(child_if_any(place, "contains"));
    return {};
  }

  Result<> read_object(Node& node, const Place& place) {
    const Value& schema = *place.schema;
    for (const Value& name : schema["required"].items()) node.required.push_back(name.string());
    for (const Value::Member& member : schema["properties"].members()) {
      const std::string tail = fmt::format("properties/{}", escape_token(member.key()));
      const Node* property = TRY(child(place, member.value, tail));
      node.properties.emplace_back(member.key(), property);
      node.properties_by_name.emplace(member.key(), property);
    }
    for (const Value::Member& member : schema["patternProperties"].members()) {
      const std::string tail = fmt::format("patternProperties/{}", escape_token(member.key()));
      auto pattern = TRY(pattern_at(place, "patternProperties", member.key()));
      const Node* inner = TRY(child(place, member.value, tail));
      node.pattern_properties.push_back({std::string(member.key()), std::move(pattern), inner});
    }
    for (const Value::Member& member : schema["dependencies"].members()) {
      Node::Dependency dependency{std::string(member.key()), {}, nullptr};
      if (member.value.is_array()) {
        for (const Value& name : member.value.items()) dependency.required.push_back(name.string());
      } else {
        dependency.schema = TRY(
            child(place, member.value, fmt::format("dependencies/{}", escape_token(member.key()))));
      }
      node.dependencies.push_back(std::move(dependency));
    }
    node.additional_properties = TRY(child_if_any(place, "additionalProperties"));
    node.property_names = TRY(child_if_any(place, "propertyNames"));
    return {};
  }

  Result<> read_combinations(Node& node, const Place& place) {
    for (const auto& [name, out] :
         {std::pair("allOf", &node.all_of), std::pair("anyOf", &node.any_of),
          std::pair("oneOf", &node.one_of)}) {
      std::size_t i = 0;
      for (const Value& item : (*place.schema)[name].items()) {
        const Node* inner = TRY(child(place, item, fmt::format("{}/{}", name, i++)));
        out->push_back(inner);
      }
    }
    node.not_schema = TRY(child_if_any(place, "not"));
    node.if_schema = TRY(child_if_any(place, "if"));
    node.then_schema = TRY(child_if_any(place, "then"));
    node.else_schema = TRY(child_if_any(place, "else"));
    return {};
  }

  CompiledJsonSchema& out_;
  std::string documents_base_;
  std::unordered_map<std::string, Place> resources_;  // by URI; with fragment for $id: "#name"
  std::unordered_map<const Value*, const Node*> nodes_;
  std::vector<std::pair<Node*, Place>> pending_;
};

}  // namespace

Result<JsonSchema> JsonSchema::compile(const Value& schema, JsonSchemaOptions options) {
  auto compiled = std::make_shared<CompiledJsonSchema>();
  compiled->options = std::move(options);
  TRY(Compiler(*compiled).compile(schema));
  JsonSchema result;
  result.compiled_ = std::move(compiled);
  return result;
}

}  // namespace gp::schema
