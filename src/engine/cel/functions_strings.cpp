// Text: the standard methods, Kubernetes' and cel-go's strings extension, and regular expressions
// (RE2).

#include <re2/re2.h>

#include "base/json.hpp"
#include "engine/cel/functions.hpp"

namespace gp::cel {
namespace {

using Kind = Val::Kind;

constexpr std::size_t kTextBytesMax = 10U << 20U;

std::string_view text(Arguments a, std::size_t i) {
  return a[i].text();
}

std::vector<std::string> points(std::string_view text) {
  std::vector<std::string> out;
  for (const char c : text) {
    if ((static_cast<unsigned char>(c) & 0xc0U) != 0x80U || out.empty()) out.emplace_back();
    out.back() += c;
  }
  return out;
}

// Byte offset of a code point; npos behind the end.
std::size_t byte_offset(std::string_view text, std::int64_t point) {
  std::size_t at = 0;
  for (; point > 0 && at < text.size(); --point) {
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0U) == 0x80U) ++at;
  }
  return point > 0 ? std::string_view::npos : at;
}

Val contains(Arguments a) {
  return Val::boolean(text(a, 0).find(text(a, 1)) != std::string_view::npos);
}
Val starts_with(Arguments a) {
  return Val::boolean(text(a, 0).starts_with(text(a, 1)));
}
Val ends_with(Arguments a) {
  return Val::boolean(text(a, 0).ends_with(text(a, 1)));
}

std::unique_ptr<re2::RE2> compile(std::string_view pattern) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(8 << 20);
  return std::make_unique<re2::RE2>(re2::StringPiece(pattern.data(), pattern.size()), options);
}

re2::StringPiece piece(std::string_view text) {
  return {text.data(), text.size()};
}

Val bad_pattern(const re2::RE2& pattern) {
  return Val::error(
      fmt::format("error parsing regexp: {}: `{}`", pattern.error(), pattern.pattern()));
}

Val matches(Arguments a) {
  const auto pattern = compile(text(a, 1));
  if (!pattern->ok()) return bad_pattern(*pattern);
  return Val::boolean(re2::RE2::PartialMatch(piece(text(a, 0)), *pattern));
}

Val find(Arguments a) {
  const auto pattern = compile(text(a, 1));
  if (!pattern->ok()) return bad_pattern(*pattern);
  re2::StringPiece whole;
  const bool found =
      pattern->Match(piece(text(a, 0)), 0, text(a, 0).size(), re2::RE2::UNANCHORED, &whole, 1);
  return Val::string(found ? std::string(whole) : std::string());
}

Val find_all(Arguments a) {
  const auto pattern = compile(text(a, 1));
  if (!pattern->ok()) return bad_pattern(*pattern);
  std::int64_t limit = a.size() > 2 ? a[2].as_int() : -1;
  ValList out;
  const std::string_view subject = text(a, 0);
  std::size_t at = 0;
  re2::StringPiece whole;
  while (limit != 0 && at <= subject.size() &&
         pattern->Match(piece(subject), at, subject.size(), re2::RE2::UNANCHORED, &whole, 1)) {
    out.push_back(Val::string(std::string(whole)));
    at = static_cast<std::size_t>(whole.data() - subject.data()) +
         std::max<std::size_t>(whole.size(), 1);
    --limit;
  }
  return Val::list(std::move(out));
}

Val char_at(Arguments a) {
  const auto all = points(text(a, 0));
  const std::int64_t at = a[1].as_int();
  if (at < 0 || static_cast<std::size_t>(at) > all.size())
    return Val::error(fmt::format("index out of range: {}", at));
  return Val::string(static_cast<std::size_t>(at) == all.size()
                         ? std::string()
                         : all[static_cast<std::size_t>(at)]);
}

Val index_of(Arguments a) {
  const std::int64_t from = a.size() > 2 ? a[2].as_int() : 0;
  const std::size_t start = from < 0 ? std::string_view::npos : byte_offset(text(a, 0), from);
  if (start == std::string_view::npos)
    return Val::error(fmt::format("index out of range: {}", from));
  const std::size_t found = text(a, 0).find(text(a, 1), start);
  if (found == std::string_view::npos) return Val::integer(-1);
  return Val::integer(static_cast<std::int64_t>(count_code_points(text(a, 0).substr(0, found))));
}

Val last_index_of(Arguments a) {
  std::size_t start = std::string_view::npos;
  if (a.size() > 2) {
    start = a[2].as_int() < 0 ? std::string_view::npos : byte_offset(text(a, 0), a[2].as_int());
    if (start == std::string_view::npos)
      return Val::error(fmt::format("index out of range: {}", a[2].as_int()));
  }
  const std::size_t found = text(a, 0).rfind(text(a, 1), start);
  if (found == std::string_view::npos) return Val::integer(-1);
  return Val::integer(static_cast<std::int64_t>(count_code_points(text(a, 0).substr(0, found))));
}

Val map_ascii(Arguments a, char from, char to, int shift) {
  std::string out(text(a, 0));
  for (char& c : out) {
    if (c >= from && c <= to) c = static_cast<char>(c + shift);
  }
  return Val::string(std::move(out));
}
Val lower_ascii(Arguments a) {
  return map_ascii(a, 'A', 'Z', 32);
}
Val upper_ascii(Arguments a) {
  return map_ascii(a, 'a', 'z', -32);
}

Val replace(Arguments a) {
  std::int64_t left = a.size() > 3 ? a[3].as_int() : -1;
  const std::string_view subject = text(a, 0);
  const std::string_view from = text(a, 1);
  std::string out;
  std::size_t at = 0;
  while (at <= subject.size() && left != 0) {
    const std::size_t found = subject.find(from, at);
    if (found == std::string_view::npos) break;
    out += subject.substr(at, found - at);
    out += text(a, 2);
    at = found + from.size();
    if (from.empty()) {
      if (found >= subject.size()) return Val::string(std::move(out));
      out += subject[at++];
    }
    --left;
    if (out.size() > kTextBytesMax) return Val::error("result of replace is too large");
  }
  if (at <= subject.size()) out += subject.substr(at);
  return Val::string(std::move(out));
}

Val split(Arguments a) {
  const std::int64_t limit = a.size() > 2 ? a[2].as_int() : -1;
  ValList out;
  if (limit == 0) return Val::list({});
  std::string_view rest = text(a, 0);
  const std::string_view separator = text(a, 1);
  if (separator.empty()) {
    for (std::string& point : points(rest)) out.push_back(Val::string(std::move(point)));
    return Val::list(std::move(out));
  }
  while (limit < 0 || static_cast<std::int64_t>(out.size()) + 1 < limit) {
    const std::size_t found = rest.find(separator);
    if (found == std::string_view::npos) break;
    out.push_back(Val::string(std::string(rest.substr(0, found))));
    rest.remove_prefix(found + separator.size());
  }
  out.push_back(Val::string(std::string(rest)));
  return Val::list(std::move(out));
}

Val join(Arguments a) {
  std::string out;
  for (std::size_t i = 0; i < a[0].size(); ++i) {
    if (i > 0 && a.size() > 1) out += text(a, 1);
    const Val item = a[0].at(i);
    if (!item.is(Kind::String)) return no_such_overload("join", a);
    out += item.text();
    if (out.size() > kTextBytesMax) return Val::error("result of join is too large");
  }
  return Val::string(std::move(out));
}

Val substring(Arguments a) {
  const std::int64_t from = a[1].as_int();
  const std::int64_t to = a.size() > 2 ? a[2].as_int() : static_cast<std::int64_t>(a[0].size());
  if (from < 0 || from > to || to > static_cast<std::int64_t>(a[0].size())) {
    return Val::error(fmt::format("invalid substring range. start: {}, end: {}", from, to));
  }
  const std::size_t start = byte_offset(text(a, 0), from);
  const std::size_t end = byte_offset(text(a, 0), to);
  return Val::string(std::string(text(a, 0).substr(start, end - start)));
}

Val trim(Arguments a) {
  constexpr std::string_view kBlank = " \t\n\v\f\r";
  std::string_view out = text(a, 0);
  const std::size_t first = out.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return Val::string("");
  out = out.substr(first, out.find_last_not_of(kBlank) - first + 1);
  return Val::string(std::string(out));
}

Val reverse(Arguments a) {
  auto all = points(text(a, 0));
  std::string out;
  for (auto it = all.rbegin(); it != all.rend(); ++it) out += *it;
  return Val::string(std::move(out));
}

Val quote(Arguments a) {
  std::string out;
  append_json_string(out, text(a, 0), false);
  return Val::string(std::move(out));
}

// strings.format: %s %d %f %e %x %X %o %b, with a precision for %f and %e.
Val format(Arguments a) {
  std::string out;
  std::size_t used = 0;
  const std::string_view pattern = text(a, 0);
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '%') {
      out += pattern[i];
      continue;
    }
    if (++i < pattern.size() && pattern[i] == '%') {
      out += '%';
      continue;
    }
    int precision = 6;
    if (i < pattern.size() && pattern[i] == '.') {
      precision = 0;
      while (++i < pattern.size() && pattern[i] >= '0' && pattern[i] <= '9' && precision < 100) {
        precision = precision * 10 + (pattern[i] - '0');
      }
    }
    if (i >= pattern.size()) return Val::error("unexpected end of format string");
    if (used >= a[1].size()) return Val::error(fmt::format("index {} out of range", used));
    const Val item = a[1].at(used++);
    const bool is_integer = item.is(Kind::Int) || item.is(Kind::Uint);
    const auto bits = is_integer ? (item.is(Kind::Int) ? static_cast<std::uint64_t>(item.as_int())
                                                       : item.as_uint())
                                 : 0;
    const bool is_negative = item.is(Kind::Int) && item.as_int() < 0;
    const std::uint64_t magnitude = is_negative ? 0 - bits : bits;
    const char* sign = is_negative ? "-" : "";
    const auto as_double = [&] {
      return item.is(Kind::Double) ? item.as_double()
             : item.is(Kind::Int)  ? static_cast<double>(item.as_int())
                                   : static_cast<double>(bits);
    };
    switch (pattern[i]) {
      case 's': {
        const Value json = item.to_json();
        out += json.is_string() ? json.string() : to_json(json);
        break;
      }
      case 'd':
        if (!is_integer) return Val::error("decimal clause can only be used on integers");
        out += fmt::format("{}{}", sign, magnitude);
        break;
      case 'f': out += fmt::format("{:.{}f}", as_double(), precision); break;
      case 'e': out += fmt::format("{:.{}e}", as_double(), precision); break;
      case 'x':
      case 'X':
        if (is_integer) {
          out += pattern[i] == 'x' ? fmt::format("{}{:x}", sign, magnitude)
                                   : fmt::format("{}{:X}", sign, magnitude);
        } else {
          for (const char c : item.text()) {
            const auto byte = static_cast<unsigned char>(c);
            out += pattern[i] == 'x' ? fmt::format("{:02x}", byte) : fmt::format("{:02X}", byte);
          }
        }
        break;
      case 'o': out += fmt::format("{}{:o}", sign, magnitude); break;
      case 'b':
        out += item.is(Kind::Bool) ? (item.as_bool() ? "1" : "0")
                                   : fmt::format("{}{:b}", sign, magnitude);
        break;
      default: return Val::error(fmt::format("unrecognized formatting clause \"{}\"", pattern[i]));
    }
    if (out.size() > kTextBytesMax) return Val::error("result of format is too large");
  }
  return Val::string(std::move(out));
}

constexpr FunctionRow kRows[] = {
    {"contains", {"string.(string)bool"}, contains, true},
    {"startsWith", {"string.(string)bool"}, starts_with},
    {"endsWith", {"string.(string)bool"}, ends_with},
    {"matches", {"string.(string)bool", "(string,string)bool"}, matches, true},
    {"find", {"string.(string)string"}, find, true},
    {"findAll", {"string.(string)list(string)", "string.(string,int)list(string)"}, find_all, true},
    {"charAt", {"string.(int)string"}, char_at, true},
    {"lastIndexOf", {"string.(string)int", "string.(string,int)int"}, last_index_of, true},
    {"lowerAscii", {"string.()string"}, lower_ascii, true},
    {"upperAscii", {"string.()string"}, upper_ascii, true},
    {"replace",
     {"string.(string,string)string", "string.(string,string,int)string"},
     replace,
     true},
    {"split", {"string.(string)list(string)", "string.(string,int)list(string)"}, split, true},
    {"join", {"list(string).()string", "list(string).(string)string"}, join, true},
    {"substring", {"string.(int)string", "string.(int,int)string"}, substring, true},
    {"trim", {"string.()string"}, trim, true},
    {"reverse", {"string.()string"}, reverse, true},
    {"strings.quote", {"(string)string"}, quote, true},
    {"format", {"string.(list(dyn))string"}, format, true},
};

}  // namespace

// Shared with the list library: `indexOf` is a method of both.
Val string_index_of(Arguments arguments) {
  return index_of(arguments);
}

Library string_library() {
  return kRows;
}

}  // namespace gp::cel
