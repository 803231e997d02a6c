#include "engine/helm/strvals.hpp"

#include <charconv>

#include "base/text.hpp"
#include "engine/helm/document.hpp"
#include "engine/template/quote.hpp"

namespace gp::helm {
namespace {

using tmpl::Val;

constexpr int kLevelsMax = 30;
constexpr std::int64_t kIndexMax = 65536;

enum class End { More, Done };  // whether there may be further keys

// As Go's panic says it.
std::unexpected<Error> not_a(const Val& value, std::string_view type) {
  const std::string_view is = value.is_nil() ? "nil" : value.type()->name;
  return fail(invalid_argument(
      "unable to parse key: interface conversion: interface {{}} is {}, not {}", is, type));
}

std::size_t string_end(std::string_view text, std::size_t at) {
  for (++at; at < text.size() && text[at] != '"'; ++at)
    if (text[at] == '\\') ++at;
  return std::min(at + 1, text.size());
}

// The length of the JSON value that the text begins with, blanks before it included.
std::size_t json_length(std::string_view text) {
  std::size_t at = std::min(text.find_first_not_of(" \t\r\n"), text.size());
  int depth = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (c == '"') {
      at = string_end(text, at);
      if (depth == 0) return at;
      continue;
    }
    const bool opens = c == '{' || c == '[';
    const bool closes = c == '}' || c == ']';
    if (depth == 0 && !opens) {
      const std::size_t end = text.find_first_of(", \t\r\n]}[{\"", at);
      return std::min(end, text.size());
    }
    ++at;
    depth += opens ? 1 : closes ? -1 : 0;
    if (depth == 0) return at;
  }
  return at;
}

Val typed(const std::string& text) {
  const std::string folded = lower(text);
  if (folded == "true") return Val::boolean(true);
  if (folded == "false") return Val::boolean(false);
  if (folded == "null") return Val::nil();
  if (text == "0") return Val::int64(0);
  if (text.empty() || text[0] == '0') return Val::string(text);
  std::int64_t number = 0;
  const char* begin = text.data() + (text[0] == '+' && text.size() > 1 && text[1] != '-' ? 1 : 0);
  const auto read = std::from_chars(begin, text.data() + text.size(), number);
  if (read.ec == std::errc() && read.ptr == text.data() + text.size()) return Val::int64(number);
  return Val::string(text);
}

class Parser {
 public:
  Parser(std::string_view text, SetKind kind, const ReadFile& read)
      : rest_(text), kind_(kind), read_(read) {}

  Result<void> run(const Val& into) {
    while (true) {
      const End end = TRY(key(into, 0));
      if (end == End::Done) return {};
    }
  }

 private:
  struct Word {
    std::string text;
    char stop = '\0';  // none at the end
  };

  bool is_literal() const { return kind_ == SetKind::Literal; }

  // A backslash takes the next character as it is, but in literals.
  Word until(std::string_view stops) {
    Word word;
    while (!rest_.empty()) {
      char c = rest_[0];
      rest_.remove_prefix(1);
      if (stops.contains(c)) {
        word.stop = c;
        return word;
      }
      if (c == '\\' && !is_literal()) {
        if (rest_.empty()) return word;
        c = rest_[0];
        rest_.remove_prefix(1);
      }
      word.text += c;
    }
    return word;
  }

  static void set(const Val& map, const std::string& key, Val value) {
    if (!key.empty()) map.map().set(key, std::move(value));
  }

  Result<End> key(const Val& data, int level) {
    const Word word = until(is_literal() ? "=[." : "=[,.");
    switch (word.stop) {
      case '[': return list_key(data, word.text, level);
      case '.': return map_key(data, word.text, level);
      case '=': {
        Val item = TRY(value());
        set(data, word.text, std::move(item));
        return rest_.empty() ? End::Done : End::More;
      }
      case ',':
        set(data, word.text, Val::string(""));
        return fail(
            invalid_argument("key {} has no value (cannot end with ,)", tmpl::quote(word.text)));
      default: break;
    }
    if (word.text.empty()) return End::Done;
    return fail(invalid_argument("key {} has no value", tmpl::quote(word.text)));
  }

  Result<End> list_key(const Val& data, const std::string& name, int level) {
    const std::int64_t index = TRY(this->index());
    std::vector<Val> list;
    if (const Val* present = data.map().find(name)) {
      if (!present->is_slice()) return not_a(*present, "[]interface {}");
      list = present->items();
    }
    const auto end = list_item(list, index, level);
    set(data, name, Val::list(std::move(list)));
    return end;
  }

  Result<End> map_key(const Val& data, const std::string& name, int level) {
    if (++level > kLevelsMax) {
      return fail(
          invalid_argument("value name nested level is greater than maximum supported "
                           "nested level of {}",
                           kLevelsMax));
    }
    Val inner = Val::new_map();
    if (const Val* present = data.map().find(name)) {
      if (!present->is_map()) return not_a(*present, "map[string]interface {}");
      inner = *present;
    }
    const bool at_end = rest_.empty();  // "a." is no mistake to Helm
    const auto end = key(inner, level);
    if (end && !at_end && inner.map().size() == 0)
      return fail(invalid_argument("key map {} has no value", tmpl::quote(name)));
    if (inner.map().size() > 0) set(data, name, inner);
    return end;
  }

  Result<std::int64_t> index() {
    const Word word = until("]");
    if (word.stop != ']') return fail(invalid_argument("error parsing index: EOF"));
    std::int64_t number = 0;
    const char* begin = word.text.data() + (word.text.starts_with('+') ? 1 : 0);
    const char* end = word.text.data() + word.text.size();
    const auto read = std::from_chars(begin, end, number);
    if (read.ec == std::errc() && read.ptr == end) return number;
    return fail(invalid_argument(
        "error parsing index: strconv.Atoi: parsing {}: {}", tmpl::quote(word.text),
        read.ec == std::errc::result_out_of_range ? "value out of range" : "invalid syntax"));
  }

  Result<void> set_index(std::vector<Val>& list, std::int64_t index, Val value) {
    if (index > kIndexMax) {
      return fail(invalid_argument("index of {} is greater than maximum supported index of {}",
                                   index, kIndexMax));
    }
    const auto place = static_cast<std::size_t>(index);
    if (list.size() <= place) list.resize(place + 1, Val::nil());
    list[place] = std::move(value);
    return {};
  }

  Result<End> list_item(std::vector<Val>& list, std::int64_t index, int level) {
    if (index < 0) return fail(invalid_argument("negative {} index not allowed", index));
    const Word word = until("[.=");
    if (!word.text.empty()) {
      std::string characters;
      for (std::size_t i = 0; i < word.text.size();) {
        const tmpl::Rune rune = tmpl::decode_rune(std::string_view(word.text).substr(i));
        characters += (i ? " " : "") + tmpl::quote_rune(rune.code);
        i += rune.size;
      }
      return fail(invalid_argument("unexpected data at end of array index: [{}]", characters));
    }
    const auto place = static_cast<std::size_t>(index);
    const Val present = place < list.size() ? list[place] : Val();
    switch (word.stop) {
      case '=': {
        Val item = TRY(value());
        TRY(set_index(list, index, std::move(item)));
        return rest_.empty() ? End::Done : End::More;
      }
      case '[': {
        const std::int64_t next = TRY(this->index());
        std::vector<Val> inner;
        if (present.valid() && !present.is_nil()) {
          if (!present.is_slice()) return not_a(present, "[]interface {}");
          inner = present.items();
        }
        const End end = TRY(list_item(inner, next, level));
        TRY(set_index(list, index, Val::list(std::move(inner))));
        return end;
      }
      case '.': {
        const Val inner = present.is_map() ? present : Val::new_map();
        const End end = TRY(key(inner, level));
        TRY(set_index(list, index, inner));
        return end;
      }
      default: return End::Done;
    }
  }

  Result<Val> value() {
    if (is_literal()) return Val::string(std::string(std::exchange(rest_, {})));
    if (kind_ == SetKind::Json) return json_value();
    if (rest_.empty()) return Val::string("");
    if (!rest_.starts_with('{')) return read_value(until(",").text);
    rest_.remove_prefix(1);
    std::vector<Val> items;
    while (true) {
      const Word word = until(",}");
      if (word.stop == '\0') return fail(invalid_argument("list must terminate with '}}'"));
      if (word.stop == '}' && rest_.starts_with(',')) rest_.remove_prefix(1);
      Val item = TRY(read_value(word.text));
      items.push_back(std::move(item));
      if (word.stop == '}') return Val::list(std::move(items));
    }
  }

  Result<Val> read_value(const std::string& text) {
    if (kind_ == SetKind::Typed) return typed(text);
    if (kind_ == SetKind::String) return Val::string(text);
    std::string content = TRY(read_(text));
    return Val::string(std::move(content));
  }

  Result<Val> json_value() {
    if (skip_blanks()) return Val::nil();
    const std::size_t length = json_length(rest_);
    const Value document = TRY(parse_go_json(rest_.substr(0, length)));
    rest_.remove_prefix(length);
    skip_blanks();
    return Val::from_value(document);
  }

  // Over blanks and one comma; true when that, or the end, is what came.
  bool skip_blanks() {
    while (!rest_.empty()) {
      if (rest_[0] == ',') {
        rest_.remove_prefix(1);
        return true;
      }
      if (!std::string_view(" \t\r\n\v\f").contains(rest_[0])) return false;
      rest_.remove_prefix(1);
    }
    return true;
  }

  std::string_view rest_;
  const SetKind kind_;
  const ReadFile& read_;
};

}  // namespace

Result<void> apply_set(Val& into, std::string_view text, SetKind kind, const ReadFile& read) {
  return Parser(text, kind, read).run(into);
}

}  // namespace gp::helm
