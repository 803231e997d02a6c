#include "engine/template/printer.hpp"

#include "base/utf8.hpp"
#include "engine/template/host.hpp"
#include "engine/template/quote.hpp"

namespace gp::tmpl {
namespace {

// A map may hold itself, or the same one at many places; Go would not return.
constexpr int kDepthMax = 200;
constexpr std::uint64_t kValuesMax = 5'000'000;

bool wants_text(char32_t verb) {
  return verb == 'v' || verb == 's' || verb == 'x' || verb == 'X' || verb == 'q';
}

}  // namespace

void Printer::print(const Val& argument, char32_t verb) {
  if (!argument.valid() || (argument.is(types::kInterface) && argument.is_nil())) {
    if (verb == 'T' || verb == 'v') {
      pad("<nil>");
    } else {
      bad_verb(Val(), verb);
    }
    return;
  }
  if (verb == 'T') {
    pad(truncated(argument.type()->name));
    return;
  }
  print_nested(argument, verb, 0);
}

void Printer::print_nested(const Val& value, char32_t verb, int depth) {
  if (depth > kDepthMax || ++printed_ > kValuesMax) {
    out_.append("...");
    return;
  }
  if (print_methods(value, verb)) return;
  switch (value.kind()) {
    case Kind::Bool: boolean(value, verb); return;
    case Kind::Float64: floating(value, value.number(), verb); return;
    case Kind::Complex128: complex(value, verb); return;
    case Kind::String: string(value, value.text(), verb); return;
    case Kind::Map: print_map(value, verb, depth); return;
    case Kind::Slice: print_slice(value, verb, depth); return;
    case Kind::Struct:
    case Kind::Pointer: out_.append(value.is_nil() ? "<nil>" : value.host().text()); return;
    case Kind::Invalid:
    case Kind::Interface: out_.append(flags.sharp_v ? "interface {}(nil)" : "<nil>"); return;
    case Kind::Func: out_.append("0x0"); return;
    default: integer(value, verb); return;
  }
}

// Errors and values with a String() print as text.
bool Printer::print_methods(const Val& value, char32_t verb) {
  if (erroring_ || !wants_text(verb) || flags.sharp_v) return false;
  if (value.is_error()) {
    string(value, value.text(), verb);
    return true;
  }
  if (const Methods* methods = value.valid() ? value.type()->methods : nullptr;
      methods && methods->text) {
    string(value, methods->text(value), verb);
    return true;
  }
  if (!value.is_host()) return false;
  string(value, value.host().text(), verb);
  return true;
}

void Printer::print_map(const Val& value, char32_t verb, int depth) {
  if (flags.sharp_v) {
    out_.append(value.type()->name);
    if (value.is_nil()) {
      out_.append("(nil)");
      return;
    }
    out_.push_back('{');
  } else {
    out_.append("map[");
  }
  bool first = true;
  if (value.is_map()) {
    for (const Map::Entry& entry : value.map().entries()) {
      if (!first) out_.append(flags.sharp_v ? ", " : " ");
      first = false;
      string(Val::string(entry.key), entry.key, verb);
      out_.push_back(':');
      print_nested(entry.value, verb, depth + 1);
    }
  }
  out_.push_back(flags.sharp_v ? '}' : ']');
}

void Printer::print_slice(const Val& value, char32_t verb, int depth) {
  if (value.is_bytes() && (depth == 0 || (wants_text(verb) && verb != 'v'))) {
    bytes(value, verb);
    return;
  }
  if (flags.sharp_v) {
    out_.append(value.type()->name);
    if (value.is_nil()) {
      out_.append("(nil)");
      return;
    }
  }
  out_.push_back(flags.sharp_v ? '{' : '[');
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (i > 0) out_.append(flags.sharp_v ? ", " : " ");
    print_nested(value.at(i), verb, depth + 1);
  }
  out_.push_back(flags.sharp_v ? '}' : ']');
}

void Printer::bad_verb(const Val& value, char32_t verb) {
  erroring_ = true;
  out_.append("%!");
  append_rune(out_, verb);
  out_.push_back('(');
  if (value.valid()) {
    out_.append(value.type()->name).push_back('=');
    print_nested(value, 'v', 0);
  } else {
    out_.append("<nil>");
  }
  out_.push_back(')');
  erroring_ = false;
}

void Printer::boolean(const Val& value, char32_t verb) {
  if (verb != 't' && verb != 'v') return bad_verb(value, verb);
  pad(value.boolean() ? "true" : "false");
}

void Printer::string(const Val& argument, std::string_view text, char32_t verb) {
  switch (verb) {
    case 'v':
      if (flags.sharp_v) return quoted(text);
      [[fallthrough]];
    case 's': return pad(truncated(text));
    case 'x': return hexadecimal(text, false);
    case 'X': return hexadecimal(text, true);
    case 'q': return quoted(text);
    default: return bad_verb(argument, verb);
  }
}

void Printer::bytes(const Val& value, char32_t verb) {
  const std::string_view data = value.text();
  switch (verb) {
    case 'v':
    case 'd': break;
    case 's': return pad(truncated(data));
    case 'x': return hexadecimal(data, false);
    case 'X': return hexadecimal(data, true);
    case 'q': return quoted(data);
    default: break;
  }
  out_.append(flags.sharp_v ? "[]byte{" : "[");
  for (std::size_t i = 0; i < data.size(); ++i) {
    if (i > 0) out_.append(flags.sharp_v ? ", " : " ");
    integer(value.at(i), verb);
  }
  out_.push_back(flags.sharp_v ? '}' : ']');
}

void Printer::quoted(std::string_view text) {
  text = truncated(text);
  const bool can_backquote =
      text.find_first_of("`\x7f") == std::string_view::npos && utf8_count(text) > 0;
  if (flags.sharp && can_backquote) {
    bool plain = true;
    for (const char c : text)
      if (static_cast<unsigned char>(c) < 0x20 && c != '\t') plain = false;
    if (plain) return pad('`' + std::string(text) + '`');
  }
  pad(quote(text, '"', flags.plus));
}

void Printer::hexadecimal(std::string_view text, bool upper) {
  if (flags.precision && static_cast<std::size_t>(*flags.precision) < text.size())
    text = text.substr(0, static_cast<std::size_t>(*flags.precision));
  const std::string_view digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
  const std::string_view prefix = upper ? "0X" : "0x";
  std::string encoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (flags.space && i > 0) encoded.push_back(' ');
    if (flags.sharp && (flags.space || i == 0)) encoded.append(prefix);
    const auto byte = static_cast<unsigned char>(text[i]);
    encoded.push_back(digits[byte >> 4]);
    encoded.push_back(digits[byte & 15U]);
  }
  pad(encoded);
}

std::string_view Printer::truncated(std::string_view text) const {
  if (!flags.precision) return text;
  std::size_t size = 0;
  for (int left = *flags.precision; left > 0 && size < text.size(); --left)
    size += decode_rune(text.substr(size)).size;
  return text.substr(0, size);
}

void Printer::pad(std::string_view text) {
  const int missing = flags.width ? *flags.width - static_cast<int>(utf8_count(text)) : 0;
  if (!flags.minus) padding(missing);
  out_.append(text);
  if (flags.minus) padding(missing);
}

void Printer::pad_without_zeros(std::string_view text) {
  const bool zero = std::exchange(flags.zero, false);
  pad(text);
  flags.zero = zero;
}

void Printer::padding(int count) {
  if (count > 0)
    out_.append(static_cast<std::size_t>(count), flags.zero && !flags.minus ? '0' : ' ');
}

}  // namespace gp::tmpl
