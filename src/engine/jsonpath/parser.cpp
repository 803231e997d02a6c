// The grammar of client-go's util/jsonpath, with its messages.

#include <charconv>

#include "base/utf8.hpp"
#include "engine/jsonpath/jsonpath.hpp"
#include "engine/jsonpath/node.hpp"

namespace gp::jsonpath {
namespace {

constexpr int kDepthMax = 32;

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_word(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         (c & 0x80) != 0;
}
bool ends_field(char c) {
  return std::string_view(" \t\r\n.,[]$@{}").contains(c);
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string without_backslashes(std::string_view text) {
  std::string out;
  std::ranges::copy_if(text, std::back_inserter(out), [](char c) { return c != '\\'; });
  return out;
}

// One action: what stands between braces, or a part of it (a union's alternative, a filter's side).
class ActionParser {
 public:
  ActionParser(std::string_view text, int depth) : text_(text), depth_(depth) {}

  // Stops behind the closing brace, or at the end when `braces` is false. `word` gets range or end.
  Result<Steps> parse(bool braces, std::string* word) {
    if (depth_ > kDepthMax)
      return fail(too_large("expression is nested deeper than {} levels", kDepthMax));
    while (true) {
      if (at_ >= text_.size()) {
        if (braces) return fail(invalid_argument("unclosed action"));
        return std::move(steps_);
      }
      if (braces && text_[at_] == '}') {
        ++at_;
        return std::move(steps_);
      }
      TRY(parse_one(word));
    }
  }

  std::size_t position() const { return at_; }

 private:
  Result<> parse_one(std::string* word) {
    const std::string_view rest = text_.substr(at_);
    const char c = rest[0];
    if (rest.starts_with("[?(")) return parse_filter();
    if (rest.starts_with("..")) return parse_recursive();
    if (c == '\n' || c == '\r') return fail(invalid_argument("unclosed action"));
    if (is_blank(c) || c == '@' || c == '$') {  // the current object: nothing to do
      ++at_;
      return {};
    }
    if (c == '[') return parse_array();
    if (c == '"' || c == '\'') return parse_quote(c);
    if (c == '.') {
      ++at_;
      return parse_field();
    }
    if (c == '+' || c == '-' || is_digit(c)) return parse_number();
    if (is_word(c)) return parse_word(word);
    return fail(invalid_argument("unrecognized character in action: '{}'",
                                 rest.substr(0, std::max<std::size_t>(1, utf8_length(rest)))));
  }

  Result<> parse_field() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && !ends_field(text_[at_])) at_ += text_[at_] == '\\' ? 2U : 1U;
    at_ = std::min(at_, text_.size());
    const std::string_view name = text_.substr(begin, at_ - begin);
    Step step;
    step.type = name == "*" ? Step::Type::Wildcard : Step::Type::Field;
    step.name = without_backslashes(name);
    // `{.}` and `{..}` name no field: the object itself.
    if (!name.empty()) steps_.push_back(std::move(step));
    return {};
  }

  Result<> parse_recursive() {
    at_ += 2;
    steps_.push_back({.type = Step::Type::Recursive});
    if (at_ < text_.size() && (is_word(text_[at_]) || text_[at_] == '*')) return parse_field();
    return {};
  }

  Result<> parse_word(std::string* word) {
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_word(text_[at_])) ++at_;
    const std::string_view name = text_.substr(begin, at_ - begin);
    if (name == "true" || name == "false") {
      steps_.push_back({.type = Step::Type::Literal, .literal = Value(name == "true")});
      return {};
    }
    const bool is_keyword = name == "range" || name == "end";
    if (!is_keyword || word == nullptr || !word->empty() || !steps_.empty()) {
      return fail(invalid_argument("unrecognized identifier {}", name));
    }
    *word = name;
    return {};
  }

  Result<> parse_number() {
    const std::size_t begin = at_;
    while (at_ < text_.size() &&
           (is_digit(text_[at_]) || std::string_view("+-.eE").contains(text_[at_])))
      ++at_;
    std::string_view number = text_.substr(begin, at_ - begin);
    Step step{.type = Step::Type::Literal};
    const std::string_view digits = number.starts_with('+') ? number.substr(1) : number;
    std::int64_t integer = 0;
    double real = 0;
    const char* last = digits.data() + digits.size();
    if (std::from_chars(digits.data(), last, integer).ptr == last && !digits.empty()) {
      step.literal = Value(integer);
    } else if (const auto read = std::from_chars(digits.data(), last, real);
               read.ec == std::errc() && read.ptr == last) {
      step.literal = Value(real);
    } else {
      return fail(invalid_argument("cannot parse number {}", number));
    }
    steps_.push_back(std::move(step));
    return {};
  }

  Result<> parse_quote(char quote) {
    std::string text;
    for (++at_; at_ < text_.size() && text_[at_] != '\n'; ++at_) {
      const char c = text_[at_];
      if (c == quote) {
        ++at_;
        steps_.push_back({.type = Step::Type::Literal, .literal = Value(text)});
        return {};
      }
      if (c != '\\') {
        text += c;
        continue;
      }
      if (++at_ >= text_.size()) break;
      TRY(append_escape(text));
    }
    return fail(invalid_argument("unterminated quoted string"));
  }

  Result<> append_escape(std::string& out) {
    const char c = text_[at_];
    constexpr std::string_view kNames = "abfnrtv\\'\"/";
    constexpr std::string_view kBytes = "\a\b\f\n\r\t\v\\'\"/";
    if (const std::size_t known = kNames.find(c); known != std::string_view::npos) {
      out += kBytes[known];
      return {};
    }
    if (c == 'u' || c == 'x') {
      const std::size_t length = c == 'u' ? 4 : 2;
      std::uint32_t code = 0;
      const std::string_view hex = text_.substr(std::min(at_ + 1, text_.size()), length);
      const auto read = std::from_chars(hex.data(), hex.data() + hex.size(), code, 16);
      const bool surrogate = code >= 0xd800 && code < 0xe000;
      if (hex.size() == length && read.ptr == hex.data() + length && !surrogate) {
        append_utf8(out, code);
        at_ += length;
        return {};
      }
    }
    return fail(invalid_argument("unknown escape \"\\{}\" in a quoted string", c));
  }

  Result<> parse_array() {
    const std::size_t close = text_.find(']', at_);
    if (close == std::string_view::npos) return fail(invalid_argument("unterminated array"));
    const std::string_view inside = text_.substr(at_ + 1, close - at_ - 1);
    at_ = close + 1;
    if (!inside.contains(',')) return parse_subscript(trimmed(inside));

    Step step{.type = Step::Type::Union};
    std::string_view rest = inside;
    while (true) {
      const std::size_t comma = rest.find(',');
      const std::string alternative = fmt::format("[{}]", trimmed(rest.substr(0, comma)));
      ActionParser parser(alternative, depth_ + 1);
      Steps steps = TRY(parser.parse(false, nullptr));
      step.lists.push_back(std::move(steps));
      if (comma == std::string_view::npos) break;
      rest.remove_prefix(comma + 1);
    }
    steps_.push_back(std::move(step));
    return {};
  }

  // What stands in brackets: *, 'name', an index or a slice.
  Result<> parse_subscript(std::string_view text) {
    const bool quoted =
        text.size() >= 2 && (text[0] == '\'' || text[0] == '"') && text.back() == text[0];
    if (quoted) return parse_quoted_name(text.substr(1, text.size() - 2));
    Step step{.type = Step::Type::Slice};
    if (text == "*") {
      steps_.push_back(std::move(step));
      return {};
    }
    std::optional<int>* const parts[] = {&step.begin, &step.end, &step.step};
    std::size_t part = 0;
    std::string_view rest = text;
    while (true) {
      const std::size_t colon = rest.find(':');
      const std::string_view number = rest.substr(0, colon);
      if (part == 3 || number.find_first_not_of("-0123456789") != std::string_view::npos ||
          text.empty()) {
        return fail(invalid_argument("invalid array index {}", text));
      }
      if (!number.empty()) {
        int value = 0;
        const auto read = std::from_chars(number.data(), number.data() + number.size(), value);
        if (read.ec != std::errc() || read.ptr != number.data() + number.size()) {
          return fail(invalid_argument("array index {} is not a number", number));
        }
        *parts[part] = value;
      }
      if (colon == std::string_view::npos) break;
      rest.remove_prefix(colon + 1);
      ++part;
    }
    step.is_index = part == 0;
    steps_.push_back(std::move(step));
    return {};
  }

  // ['metadata.name'] is a path to kubectl; a field of just that name, if there is one, is meant
  // first.
  Result<> parse_quoted_name(std::string_view name) {
    Step step{.type = Step::Type::Quoted, .name = without_backslashes(name)};
    const std::string path = fmt::format(".{}", name);
    ActionParser parser(path, depth_ + 1);
    if (auto steps = parser.parse(false, nullptr)) step.lists.push_back(*std::move(steps));
    steps_.push_back(std::move(step));
    return {};
  }

  Result<> parse_filter() {
    const std::size_t begin = at_ + 3;
    std::size_t end = begin;
    char quote = 0;
    for (; end < text_.size() && text_[end] != '\n'; ++end) {
      const char c = text_[end];
      if (quote != 0 && c == '\\') {
        ++end;
      } else if (quote != 0) {
        if (c == quote) quote = 0;
      } else if (c == '"' || c == '\'') {
        quote = c;
      } else if (c == ')') {
        break;
      }
    }
    if (end >= text_.size() || text_[end] != ')')
      return fail(invalid_argument("unterminated filter"));
    if (text_.substr(end + 1, 1) != "]") return fail(invalid_argument("unclosed array expect ]"));
    at_ = end + 2;
    const std::string_view inside = text_.substr(begin, end - begin);

    Step step{.type = Step::Type::Filter, .name = "exists"};
    const std::size_t op = std::min(inside.find_first_of("!<>="), inside.size());
    const std::size_t right = std::min(inside.find_first_not_of("!<>=", op), inside.size());
    const bool compares = op > 0 && op < right && right < inside.size();
    ActionParser left(compares ? inside.substr(0, op) : inside, depth_ + 1);
    Steps left_steps = TRY(left.parse(false, nullptr));
    step.lists.push_back(std::move(left_steps));
    if (compares) {
      step.name = inside.substr(op, right - op);
      ActionParser other(inside.substr(right), depth_ + 1);
      Steps right_steps = TRY(other.parse(false, nullptr));
      step.lists.push_back(std::move(right_steps));
    }
    steps_.push_back(std::move(step));
    return {};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_;
  Steps steps_;
};

}  // namespace

Result<Node> parse_template(std::string_view text) {
  // The innermost open range is last; the first is the template itself.
  std::vector<Segment> open(1);
  while (!text.empty()) {
    const std::size_t brace = text.find('{');
    if (brace != 0) {
      open.back().body.push_back(
          {.type = Segment::Type::Text, .text = std::string(text.substr(0, brace))});
    }
    if (brace == std::string_view::npos) break;
    text.remove_prefix(brace + 1);

    ActionParser parser(text, 0);
    std::string word;
    Steps steps = TRY(parser.parse(true, &word));
    text.remove_prefix(parser.position());
    if (word == "range") {
      if (open.size() > kDepthMax)
        return fail(too_large("ranges are nested deeper than {} levels", kDepthMax));
      open.push_back({.type = Segment::Type::Range, .steps = std::move(steps)});
    } else if (word == "end") {
      if (open.size() == 1) return fail(invalid_argument("not in range, nothing to end"));
      Segment range = std::move(open.back());
      open.pop_back();
      open.back().body.push_back(std::move(range));
    } else {
      open.back().body.push_back({.type = Segment::Type::Expression, .steps = std::move(steps)});
    }
  }
  if (open.size() > 1) return fail(invalid_argument("unclosed range, expected {{end}}"));
  return Node{std::move(open.front().body)};
}

Result<JsonPath> JsonPath::parse(std::string_view text) {
  JsonPath path;
  path.text_ = text;
  auto node = parse_template(text);
  if (!node) {
    return fail(
        std::move(node).error().with_context(fmt::format("error parsing jsonpath {}", text)));
  }
  path.root_ = std::make_shared<const Node>(*std::move(node));
  return path;
}

Result<JsonPath> JsonPath::parse_relaxed(std::string_view text) {
  std::string_view inside = text;
  if (inside.starts_with('{') && inside.ends_with('}') && inside.size() >= 2) {
    inside = inside.substr(1, inside.size() - 2);
  }
  const bool rooted = inside.starts_with('$') || inside.starts_with('[');
  if (inside.starts_with('.') && !inside.starts_with("..")) inside.remove_prefix(1);
  if (inside.empty() || inside.find_first_of("{}") != std::string_view::npos) {
    return fail(
        invalid_argument("unexpected path string \"{}\", expected a 'name1.name2' or "
                         "'.name1.name2' or '{{name1.name2}}' or "
                         "'{{.name1.name2}}'",
                         text));
  }
  const bool needs_dot = !rooted && !inside.starts_with("..");
  return parse(fmt::format("{{{}{}}}", needs_dot ? "." : "", inside));
}

}  // namespace gp::jsonpath
