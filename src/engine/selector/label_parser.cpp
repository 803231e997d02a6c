// The grammar and messages of apimachinery's labels.Parse, token by token.

#include "engine/selector/requirement.hpp"

namespace gp::selector {
namespace {

enum class Kind {
  Bad,
  End,
  Open,
  Close,
  Comma,
  Not,
  DoubleEquals,
  Equals,
  In,
  Identifier,
  NotEquals,
  NotIn,
  Greater,
  Less
};

struct Token {
  Kind kind = Kind::End;
  std::string_view text;
};

constexpr std::pair<std::string_view, Kind> kWords[] = {
    {")", Kind::Close},  {",", Kind::Comma},   {"!", Kind::Not},        {"==", Kind::DoubleEquals},
    {"=", Kind::Equals}, {"in", Kind::In},     {"!=", Kind::NotEquals}, {"notin", Kind::NotIn},
    {"(", Kind::Open},   {">", Kind::Greater}, {"<", Kind::Less}};

std::optional<Kind> word(std::string_view text) {
  for (const auto& [name, kind] : kWords) {
    if (name == text) return kind;
  }
  return std::nullopt;
}

bool is_special(char c) {
  return std::string_view("=!(),><").contains(c);
}
bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : rest_(text) {}

  Token next() {
    while (!rest_.empty() && is_blank(rest_.front())) rest_.remove_prefix(1);
    if (rest_.empty()) return {Kind::End, ""};
    return is_special(rest_.front()) ? symbol() : identifier();
  }

 private:
  // The longest symbol that the text begins with.
  Token symbol() {
    const std::size_t run = std::min(
        static_cast<std::size_t>(std::ranges::find_if_not(rest_, is_special) - rest_.begin()),
        std::size_t{2});
    for (std::size_t length = run; length > 0; --length) {
      if (const auto kind = word(rest_.substr(0, length))) return take(*kind, length);
    }
    return take(Kind::Bad, run);
  }

  Token identifier() {
    const auto end =
        std::ranges::find_if(rest_, [](char c) { return is_special(c) || is_blank(c); });
    const auto length = static_cast<std::size_t>(end - rest_.begin());
    return take(word(rest_.substr(0, length)).value_or(Kind::Identifier), length);
  }

  Token take(Kind kind, std::size_t length) {
    const Token token{kind, rest_.substr(0, length)};
    rest_.remove_prefix(length);
    return token;
  }

  std::string_view rest_;
};

std::unexpected<Error> unexpected_token(const Token& token, std::string_view expected) {
  return fail(invalid_argument("found '{}', expected: {}", token.text, expected));
}

class Parser {
 public:
  explicit Parser(std::string_view text) {
    Lexer lexer(text);
    do tokens_.push_back(lexer.next());
    while (tokens_.back().kind != Kind::End);
  }

  Result<std::vector<Requirement>> parse() {
    std::vector<Requirement> requirements;
    while (true) {
      const Token token = peek();
      if (token.kind == Kind::End) return requirements;
      if (token.kind != Kind::Identifier && token.kind != Kind::Not) {
        return unexpected_token(token, "!, identifier, or 'end of string'");
      }
      auto requirement = parse_requirement();
      if (!requirement) {
        return fail(std::move(requirement).error().with_context("unable to parse requirement"));
      }
      requirements.push_back(*std::move(requirement));

      const Token separator = take();
      if (separator.kind == Kind::End) return requirements;
      if (separator.kind != Kind::Comma)
        return unexpected_token(separator, "',' or 'end of string'");
      const Token next = peek();
      if (next.kind != Kind::Identifier && next.kind != Kind::Not) {
        return unexpected_token(next, "identifier after ','");
      }
    }
  }

 private:
  Result<Requirement> parse_requirement() {
    Token key = take();
    const bool must_not_exist = key.kind == Kind::Not;
    if (must_not_exist) key = take();
    if (key.kind != Kind::Identifier) return unexpected_token(key, "identifier");
    const std::string problem = label_key_problem(key.text, "<nil>");
    if (!problem.empty()) return fail(invalid_argument("{}", problem));
    const std::string name(key.text);
    if (must_not_exist) return make_requirement(name, Operator::DoesNotExist, {});
    const Kind next = peek().kind;
    if (next == Kind::End || next == Kind::Comma)
      return make_requirement(name, Operator::Exists, {});

    const Operator op = TRY(parse_operator());
    const bool is_set = op == Operator::In || op == Operator::NotIn;
    auto values = TRY(is_set ? parse_set() : parse_exact_value());
    return make_requirement(name, op, std::move(values));
  }

  Result<Operator> parse_operator() {
    const Token token = tokens_[at_ < tokens_.size() - 1 ? at_++ : at_];
    switch (token.kind) {
      case Kind::In: return Operator::In;
      case Kind::NotIn: return Operator::NotIn;
      case Kind::Equals: return Operator::Equals;
      case Kind::DoubleEquals: return Operator::DoubleEquals;
      case Kind::NotEquals: return Operator::NotEquals;
      case Kind::Greater: return Operator::GreaterThan;
      case Kind::Less: return Operator::LessThan;
      default: return unexpected_token(token, "in, notin, =, ==, !=, gt, lt");
    }
  }

  Result<std::vector<std::string>> parse_set() {
    const Token open = take();
    if (open.kind != Kind::Open)
      return fail(invalid_argument("found '{}' expected: '('", open.text));
    const Token first = peek();
    if (first.kind == Kind::Close) {
      take();
      return std::vector<std::string>();
    }
    if (first.kind != Kind::Identifier && first.kind != Kind::Comma) {
      return unexpected_token(first, "',', ')' or identifier");
    }
    auto values = TRY(parse_values());
    if (take().kind != Kind::Close) return unexpected_token(first, "')'");
    return values;
  }

  // Identifiers between commas; nothing between two commas is the empty value.
  Result<std::vector<std::string>> parse_values() {
    std::vector<std::string> values;
    while (true) {
      const Token token = take();
      if (token.kind == Kind::Identifier) {
        values.emplace_back(token.text);
        const Token next = peek();
        if (next.kind == Kind::Close) return values;
        if (next.kind != Kind::Comma) return unexpected_token(next, "',' or ')'");
      } else if (token.kind == Kind::Comma) {
        if (values.empty()) values.emplace_back();
        const Token next = peek();
        if (next.kind == Kind::Close) {
          values.emplace_back();
          return values;
        }
        if (next.kind == Kind::Comma) {
          take();
          values.emplace_back();
        }
      } else {
        return unexpected_token(token, "',', or identifier");
      }
    }
  }

  Result<std::vector<std::string>> parse_exact_value() {
    const Kind next = peek().kind;
    if (next == Kind::End || next == Kind::Comma) return std::vector<std::string>{""};
    const Token token = take();
    if (token.kind != Kind::Identifier) return unexpected_token(token, "identifier");
    return std::vector{std::string(token.text)};
  }

  // Where a value or key is expected, "in" and "notin" are ordinary words.
  Token peek() const {
    Token token = tokens_[at_];
    if (token.kind == Kind::In || token.kind == Kind::NotIn) token.kind = Kind::Identifier;
    return token;
  }

  Token take() {
    const Token token = peek();
    if (at_ + 1 < tokens_.size()) ++at_;
    return token;
  }

  std::vector<Token> tokens_;  // ends with End
  std::size_t at_ = 0;
};

}  // namespace

Result<std::vector<Requirement>> parse_requirements(std::string_view text) {
  return Parser(text).parse();
}

}  // namespace gp::selector
