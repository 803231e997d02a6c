#include "base/yaml_scalar.hpp"

#include <charconv>
#include <cmath>
#include <limits>

#include "base/decimal.hpp"
#include "base/encoding.hpp"
#include "base/utf8.hpp"

namespace gp::yaml {
namespace {

constexpr std::string_view kTagPrefix = "tag:yaml.org,2002:";

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, text) != words.end();
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::size_t count_digits(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::find_if_not(text, is_digit) - text.begin());
}

// ^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$
bool looks_like_float(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  const std::size_t whole = count_digits(text);
  text.remove_prefix(whole);
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    const std::size_t fraction = count_digits(text);
    text.remove_prefix(fraction);
    if (whole == 0 && fraction == 0) return false;
  } else if (whole == 0) {
    return false;
  }
  if (text.empty()) return true;
  if (text[0] != 'e' && text[0] != 'E') return false;
  text.remove_prefix(1);
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return !text.empty() && count_digits(text) == text.size();
}

std::optional<double> read_float(std::string_view text) {
  if (!looks_like_float(text)) return std::nullopt;
  if (text.starts_with('+')) text.remove_prefix(1);
  double number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec == std::errc()) return number;
  // Out of range: a number too small is zero, one too large stays a string.
  const std::size_t e = text.find_first_of("eE");
  if (e != std::string_view::npos && text.substr(e + 1).starts_with('-')) return 0.0;
  return std::nullopt;
}

// Go's strconv.ParseInt and ParseUint with base 0.
std::optional<Value> read_integer(std::string_view text) {
  const bool negative = text.starts_with('-');
  const bool has_sign = negative || text.starts_with('+');
  if (has_sign) text.remove_prefix(1);
  int base = 10;
  if (text.size() > 1 && text[0] == '0') {
    const char mark = static_cast<char>(text[1] | 0x20);
    base = mark == 'x' ? 16 : mark == 'b' ? 2 : 8;
    text.remove_prefix(mark == 'x' || mark == 'b' || mark == 'o' ? 2 : 1);
  }
  std::uint64_t magnitude = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), magnitude, base);
  if (text.empty() || read.ec != std::errc() || read.ptr != text.data() + text.size())
    return std::nullopt;
  constexpr auto kMin = std::uint64_t{1} << 63U;
  if (negative) {
    if (magnitude > kMin) return std::nullopt;
    return Value(static_cast<std::int64_t>(0 - magnitude));
  }
  if (has_sign && magnitude >= kMin) return std::nullopt;
  return Value(magnitude);
}

std::optional<Value> read_number(std::string_view text) {
  std::string plain;
  std::ranges::copy_if(text, std::back_inserter(plain), [](char c) { return c != '_'; });
  if (auto integer = read_integer(plain)) return integer;
  if (auto number = read_float(plain)) return Value(*number);
  return std::nullopt;
}

std::optional<bool> read_bool(std::string_view text, bool go_yaml_v3) {
  if (is_one_of(text, {"true", "True", "TRUE"})) return true;
  if (is_one_of(text, {"false", "False", "FALSE"})) return false;
  if (go_yaml_v3) return std::nullopt;
  if (is_one_of(text, {"y", "Y", "yes", "Yes", "YES", "on", "On", "ON"})) return true;
  if (is_one_of(text, {"n", "N", "no", "No", "NO", "off", "Off", "OFF"})) return false;
  return std::nullopt;
}

bool is_null(std::string_view text) {
  return is_one_of(text, {"", "~", "null", "Null", "NULL"});
}

std::string_view short_tag(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::Null: return "!!null";
    case Value::Kind::Bool: return "!!bool";
    case Value::Kind::Int:
    case Value::Kind::Uint: return "!!int";
    case Value::Kind::Double: return "!!float";
    default: return "!!str";
  }
}

// `1:30` and `12:30:45.5`, which YAML 1.1 readers other than Go's take for numbers.
bool is_sexagesimal(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  const bool digits_only = text.find_first_not_of("0123456789:._") == std::string_view::npos;
  return digits_only && !text.empty() && is_digit(text[0]) && text.contains(':');
}

// 2001-12-14 and what follows it: read as a time by some.
bool is_timestamp(std::string_view text) {
  return text.size() >= 8 && count_digits(text) == 4 && text[4] == '-' && is_digit(text[5]);
}

}  // namespace

Scalar resolve_plain(std::string_view text, bool go_yaml_v3) {
  if (is_null(text)) return {Value()};
  if (text == "<<") return {Value(text), true};
  if (const auto boolean = read_bool(text, go_yaml_v3)) return {Value(*boolean)};
  const char first = text[0];
  if (first == '.') {
    if (is_one_of(text, {".inf", ".Inf", ".INF"}))
      return {Value(std::numeric_limits<double>::infinity())};
    if (is_one_of(text, {".nan", ".NaN", ".NAN"}))
      return {Value(std::numeric_limits<double>::quiet_NaN())};
    if (const auto number = read_float(text)) return {Value(*number)};
  } else if (is_digit(first) || first == '-' || first == '+') {
    if (is_one_of(text.substr(1), {".inf", ".Inf", ".INF"}) && !is_digit(first)) {
      const double infinity = std::numeric_limits<double>::infinity();
      return {Value(first == '-' ? -infinity : infinity)};
    }
    if (auto number = read_number(text)) return {*std::move(number)};
  }
  return {Value(text)};
}

Result<Scalar> resolve_tagged(std::string_view tag, std::string_view text, bool go_yaml_v3) {
  if (!tag.starts_with(kTagPrefix)) return Scalar{Value(text)};
  tag.remove_prefix(kTagPrefix.size());
  if (tag == "merge") return Scalar{Value(text), text == "<<"};
  if (tag == "binary") {
    const auto bytes = base64_decode(text);
    if (!bytes) return fail(invalid_argument("!!binary value contains invalid base64 data"));
    return Scalar{Value(replace_invalid_utf8(*bytes))};
  }
  if (!is_one_of(tag, {"bool", "int", "float", "null"})) return Scalar{Value(text)};

  Scalar scalar = resolve_plain(text, go_yaml_v3);
  scalar.is_merge = false;
  const std::string_view got = short_tag(scalar.value);
  if (got.substr(2) == tag) return scalar;
  if (tag == "float" && scalar.value.is_integer()) return Scalar{Value(scalar.value.number())};
  return fail(invalid_argument("cannot decode {} `{}` as a !!{}", got, text, tag));
}

Value as_json_number(const Value& value) {
  if (value.kind() != Value::Kind::Double || std::abs(value.number()) >= 0x1p63) return value;
  // Its JSON text decides: from 2^53 on that is the shortest digits and zeros, not the exact value.
  std::string text;
  append_plain(text, shortest_decimal(value.number()));
  std::int64_t integer = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), integer);
  return read.ptr == text.data() + text.size() && read.ec == std::errc() ? Value(integer) : value;
}

Result<std::string> key_text(const Value& key) {
  switch (key.kind()) {
    case Value::Kind::String: return key.string();
    case Value::Kind::Bool: return std::string(key.boolean() ? "true" : "false");
    case Value::Kind::Int: return fmt::to_string(key.integer());
    case Value::Kind::Uint: return fmt::to_string(key.unsigned_integer());
    case Value::Kind::Double: {
      if (std::isnan(key.number())) return std::string(".nan");
      if (std::isinf(key.number())) return std::string(key.number() < 0 ? "-.inf" : ".inf");
      // Go's FormatFloat(key, 'g', -1, 32).
      std::string text;
      const auto narrow = static_cast<float>(key.number());
      if (!std::isfinite(narrow)) return fail(invalid_argument("a key is too large a number"));
      append_general(text, shortest_decimal(narrow));
      return text;
    }
    case Value::Kind::Null: return fail(invalid_argument("null is not a key that JSON can have"));
    default: return fail(invalid_argument("a list or map is not a key that JSON can have"));
  }
}

bool needs_quotes(std::string_view text) {
  const Scalar scalar = resolve_plain(text, false);
  return !scalar.value.is_string() || scalar.is_merge || is_sexagesimal(text) || is_timestamp(text);
}

}  // namespace gp::yaml
