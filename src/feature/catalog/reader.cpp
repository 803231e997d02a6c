#include "feature/catalog/reader.hpp"

#include <charconv>
#include <unordered_map>

#include "feature/catalog/entity_ref.hpp"
#include "feature/catalog/errors.hpp"
#include "feature/catalog/validate.hpp"

namespace gp::catalog {
namespace {

// Backstage reads YAML 1.2: only true and false are booleans, and a key stands once.
YamlOptions options() {
  YamlOptions options;
  options.limits.bytes_max = kFileBytesMax;
  options.limits.documents_max = kFileEntitiesMax;
  options.limits.nodes_max = 1'000'000;
  options.limits.depth_max = 100;
  options.refuse_duplicate_keys = true;
  options.go_yaml_v3 = true;
  return options;
}

int line_in(std::string_view message) {
  constexpr std::string_view kPrefix = "line ";
  const auto at = message.find(kPrefix);
  int line = 0;
  if (at != std::string_view::npos) {
    const char* begin = message.data() + at + kPrefix.size();
    std::from_chars(begin, message.data() + message.size(), line);
  }
  return line;
}

std::string_view js_type(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::Bool: return "boolean";
    case Value::Kind::String: return "string";
    case Value::Kind::Array: return "array";
    case Value::Kind::Object:
    case Value::Kind::Null: return "object";
    default: return "number";
  }
}

Result<> check_document(const Value& document) {
  if (document.is_object()) return check_envelope(document);
  return fail(
      named_error("InputError", fmt::format("Expected object at root, got {}", js_type(document))));
}

}  // namespace

Result<std::vector<SourceDocument>> read_documents(std::string_view text, std::string_view location,
                                                   std::string_view origin) {
  auto parsed = parse_yaml_stream(text, options());
  if (!parsed) {
    const int line = line_in(parsed.error().message);
    return fail(with_place(named_error("InputError", fmt::format("YAML error at {}, {}", location,
                                                                 parsed.error().message)),
                           location, line));
  }
  const Value managed_by(location), managed_by_origin(origin);  // shared by all
  std::vector<SourceDocument> documents;
  std::unordered_map<std::string, std::size_t> places;
  documents.reserve(parsed->size());
  for (YamlDocument& document : *parsed) {
    if (document.value.is_null()) continue;
    if (auto checked = check_document(document.value); !checked) {
      return fail(with_place(std::move(checked.error()), location, document.line));
    }
    Value& metadata = document.value.edit("metadata");
    if (!metadata.contains("namespace")) metadata.set("namespace", kDefaultNamespace);
    Value& annotations = metadata.edit("annotations");
    annotations.set(kManagedBy, managed_by);
    annotations.set(kManagedByOrigin, managed_by_origin);
    SourceDocument one{std::move(document.value), document.line, {}};
    one.ref = ref_of(one.value);
    const auto [place, is_new] = places.emplace(one.ref, documents.size());
    if (is_new)
      documents.push_back(std::move(one));
    else
      documents[place->second] = std::move(one);
  }
  return documents;
}

LineFinder::LineFinder(std::string_view text) {
  auto parsed = parse_yaml_with_lines(text, options());
  if (parsed) documents_ = std::move(*parsed);
}

int LineFinder::line(int document_line, std::string_view path) const {
  for (const auto& [document, lines] : documents_) {
    if (document.line != document_line) continue;
    const int line = lines.line_of(path);
    return line > 0 ? line : document_line;
  }
  return document_line;
}

}  // namespace gp::catalog
