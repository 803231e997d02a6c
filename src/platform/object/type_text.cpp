#include "platform/object/type_text.hpp"

#include <array>
#include <charconv>

#include "base/json.hpp"

namespace gp::object {
namespace {

struct ScalarName {
  std::string_view name;
  Scalar scalar;
};

constexpr std::array<ScalarName, 15> kScalars = {{
    {"string", Scalar::String},
    {"bool", Scalar::Bool},
    {"int32", Scalar::Int32},
    {"int64", Scalar::Int64},
    {"double", Scalar::Double},
    {"bytes", Scalar::Bytes},
    {"quantity", Scalar::Quantity},
    {"intorstring", Scalar::IntOrString},
    {"time", Scalar::Time},
    {"microtime", Scalar::MicroTime},
    {"duration", Scalar::Duration},
    {"raw", Scalar::Raw},
    {"schemaorbool", Scalar::SchemaOrBool},
    {"schemaorarray", Scalar::SchemaOrArray},
    {"schemaorstrings", Scalar::SchemaOrStrings},
}};

bool strip(std::string_view& text, char open, char close) {
  if (text.size() < 2 || text.front() != open || text.back() != close) return false;
  text = text.substr(1, text.size() - 2);
  return true;
}

void parse_type(std::string_view text, FieldLine& line) {
  Field& field = line.field;
  if (text.ends_with('?')) {
    field.is_pointer = true;
    text.remove_suffix(1);
  }
  if (strip(text, '[', ']')) {
    field.container = Container::List;
  } else if (strip(text, '{', '}')) {
    field.container = strip(text, '[', ']') ? Container::MapOfList : Container::Map;
  }
  if (text.ends_with('?')) text.remove_suffix(1);  // of items: null is no item

  for (const ScalarName& scalar : kScalars) {
    if (scalar.name == text) {
      field.scalar = scalar.scalar;
      if (scalar.scalar >= Scalar::SchemaOrBool) line.type_name = "JSONSchemaProps";
      return;
    }
  }
  field.scalar = Scalar::Object;
  line.type_name = text;
}

Result<> apply_flag(std::string_view word, FieldLine& line) {
  const auto [flag, value] = split_word(word);
  Field& field = line.field;
  if (flag == "keep") {
    field.is_always_written = true;
    field.is_required = true;
  } else if (flag == "optional") {
    field.is_required = false;
  } else if (flag == "required") {
    field.is_required = true;
  } else if (flag == "inline") {
    line.is_inline = true;
  } else if (flag == "atomic") {
    field.is_atomic_map = true;
  } else if (flag == "retainKeys") {
    field.retains_keys = true;
  } else if (flag == "set") {
    field.list_type = ListType::Set;
  } else if (flag == "map") {
    field.list_type = ListType::Map;
    line.list_keys = split_at(value, ',');
  } else if (flag == "merge") {
    field.merge = value.empty() ? Merge::Union : Merge::ByKey;
    field.merge_key = value;
  } else if (flag == "enum") {
    line.allowed = split_at(value, '|');
  } else if (flag == "default") {
    field.default_value = TRY(parse_json(value));
  } else {
    return fail(invalid_argument("unknown flag \"{}\"", word));
  }
  return {};
}

}  // namespace

std::vector<std::string_view> split_at(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  std::size_t begin = 0;
  while (true) {
    const std::size_t end = text.find(separator, begin);
    parts.push_back(text.substr(begin, end - begin));
    if (end == std::string_view::npos) return parts;
    begin = end + 1;
  }
}

std::vector<std::string_view> split_words(std::string_view line) {
  std::vector<std::string_view> words;
  std::size_t at = 0;
  while (at < line.size()) {
    if (line[at] == ' ') {
      ++at;
      continue;
    }
    const std::size_t begin = at;
    bool quoted = false;
    for (; at < line.size() && (quoted || line[at] != ' '); ++at) {
      if (line[at] == '"') quoted = !quoted;
    }
    words.push_back(line.substr(begin, at - begin));
  }
  return words;
}

std::pair<std::string_view, std::string_view> split_word(std::string_view word) {
  const std::size_t equal = word.find('=');
  if (equal == std::string_view::npos) return {word, {}};
  return {word.substr(0, equal), word.substr(equal + 1)};
}

std::string_view take_description(std::string_view& line) {
  const std::size_t colon = line.find(" : ");
  if (colon == std::string_view::npos) return {};
  const std::string_view description = line.substr(colon + 3);
  line = line.substr(0, colon);
  return description;
}

Result<FieldLine> parse_field_line(std::string_view line) {
  FieldLine parsed;
  parsed.field.description = take_description(line);
  const std::vector<std::string_view> words = split_words(line);
  if (words.size() < 2) return fail(invalid_argument("expected a name and a type"));
  parsed.field.name = words[0];

  std::size_t next = 1;
  const std::string_view number = words[1];
  const auto read = std::from_chars(number.data(), number.data() + number.size(), parsed.field.tag);
  if (read.ec == std::errc() && read.ptr == number.data() + number.size()) ++next;
  if (next == words.size()) return fail(invalid_argument("expected a type after the tag"));

  parse_type(words[next++], parsed);
  for (; next < words.size(); ++next) TRY(apply_flag(words[next], parsed));
  return parsed;
}

}  // namespace gp::object
