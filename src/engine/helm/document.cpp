#include "engine/helm/document.hpp"

#include <charconv>

#include "base/json.hpp"
#include "base/yaml.hpp"
#include "engine/helm/json_problem.hpp"
#include "engine/template/quote.hpp"

namespace gp::helm {

namespace {

// The number behind `words` in the text, and 0 when there is none.
int number_after(std::string_view text, std::string_view words) {
  const std::size_t at = text.find(words);
  int number = 0;
  if (at != std::string_view::npos)
    std::from_chars(text.data() + at + words.size(), text.data() + text.size(), number);
  return number;
}

// What libyaml's parser says, as opposed to its scanner.
bool is_of_parser(std::string_view problem) {
  constexpr std::string_view kExpected = "did not find expected ";
  if (!problem.starts_with(kExpected)) return false;
  problem.remove_prefix(kExpected.size());
  for (const std::string_view what : {"'-'", "key", "','", "<", "node"})
    if (problem.starts_with(what)) return true;
  return false;
}

// What stands behind a mark on one line of the text, as YAML.
Value behind_mark(std::string_view text, int line, std::string_view mark) {
  for (; line > 1 && text.contains('\n'); --line) text.remove_prefix(text.find('\n') + 1);
  text = text.substr(0, text.find('\n'));
  const std::size_t at = text.find(mark);
  if (at == std::string_view::npos) return Value();
  auto value = parse_yaml(text.substr(at + mark.size()));
  return value ? *std::move(value) : Value();
}

// As %#v prints it.
std::string go_syntax(const Value& value) {
  if (value.is_null()) return "interface {}(nil)";
  if (value.is_array()) {
    std::string items;
    for (const Value& item : value.items()) items += (items.empty() ? "" : ", ") + go_syntax(item);
    return "[]interface {}{" + items + "}";
  }
  return value.is_string() ? tmpl::quote(value.text()) : to_json(value);
}

// "line 2: problem while parsing … that starts at line 1" as go-yaml counts lines: of the context
// rather than of the problem, from zero, and zero is not told; its scanner adds one.
std::string go_message(std::string_view message, std::string_view text) {
  constexpr std::string_view kLine = "line ";
  if (message.contains("null is not a key")) {
    return fmt::format("unsupported map key of type: %!s(<nil>), key: <nil>, value: {}",
                       go_syntax(behind_mark(text, number_after(message, kLine), ": ")));
  }
  if (message.contains("have no JSON form")) return "json: unsupported value: +Inf";
  if (message.contains("a list or map is not a key")) {
    return fmt::format("yaml: invalid map key: {}",
                       go_syntax(behind_mark(text, number_after(message, kLine), "? ")));
  }
  if (!message.starts_with(kLine)) return fmt::format("yaml: {}", message);
  const int problem_line = number_after(message, kLine) - 1;
  std::string_view problem = message.substr(message.find(": ") + 2);
  constexpr std::string_view kContext = " that starts at line ";
  const int context_line = number_after(problem, kContext) - 1;
  const std::size_t context = problem.find(" while ");
  if (problem.contains(kContext)) problem = problem.substr(0, context);
  int line = context_line > 0 ? context_line : problem_line;
  if (line != 0 && !is_of_parser(problem)) ++line;
  return line == 0 ? fmt::format("yaml: {}", problem)
                   : fmt::format("yaml: line {}: {}", line, problem);
}

}  // namespace

Result<Value> parse_document(std::string_view text) {
  auto documents = parse_yaml_stream(text, {.limits = {.bytes_max = std::size_t{64} << 20}});
  if (!documents) {
    return fail(invalid_argument("error converting YAML to JSON: {}",
                                 go_message(documents.error().message, text)));
  }
  return documents->empty() ? Value() : std::move(documents->front().value);
}

Result<Value> parse_map(std::string_view text) {
  Value document = TRY(parse_document(text));
  if (!document.is_null() && !document.is_object())
    return fail(wrong_kind(document, "map[string]interface {}"));
  return document;
}

Result<Value> parse_go_json(std::string_view text) {
  auto document = parse_json(text, {.bytes_max = std::size_t{64} << 20, .depth_max = 1000});
  if (document || document.error().code == Code::TooLarge) return document;
  const std::string message = json_problem(text);
  return message.empty() ? std::move(document) : fail(invalid_argument("{}", message));
}

std::string_view json_kind(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::Null: return "null";
    case Value::Kind::Bool: return "bool";
    case Value::Kind::String: return "string";
    case Value::Kind::Array: return "array";
    case Value::Kind::Object: return "object";
    default: return "number";
  }
}

Error wrong_kind(const Value& value, std::string_view type) {
  return invalid_argument(
      "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {} "
      "into Go value of type {}",
      json_kind(value), type);
}

}  // namespace gp::helm
