#include <algorithm>
#include <array>

#include "engine/cel/lexer.hpp"
#include "engine/cel/macros.hpp"

namespace gp::cel {
namespace {

constexpr std::array<std::string_view, 17> kReserved = {
    "as",  "break", "const",   "continue",  "else",   "for", "function", "if",   "import",
    "let", "loop",  "package", "namespace", "return", "var", "void",     "while"};

class Parser {
 public:
  Parser(std::string_view source, std::vector<Token> tokens, const ParseLimits& limits)
      : source_(source), tokens_(std::move(tokens)), limits_(limits) {}

  Result<ExprPtr> run() {
    ExprPtr expr = TRY(parse_expr());
    if (peek().kind != Token::Kind::End) return fail(unexpected());
    return expr;
  }

 private:
  // Binary operators by precedence, loosest first.
  struct Level {
    std::array<std::string_view, 7> symbols;
    std::array<std::string_view, 7> functions;
  };
  static constexpr std::array<Level, 5> kLevels = {{
      {{"||"}, {op::kOr}},
      {{"&&"}, {op::kAnd}},
      {{"==", "!=", "<=", ">=", "<", ">", "in"},
       {op::kEqual, op::kNotEqual, op::kLessEqual, op::kGreaterEqual, op::kLess, op::kGreater,
        op::kIn}},
      {{"+", "-"}, {op::kAdd, op::kSubtract}},
      {{"*", "/", "%"}, {op::kMultiply, op::kDivide, op::kModulo}},
  }};

  // Counts one level of nesting for as long as it lives.
  struct Nesting {
    std::size_t& depth;
    explicit Nesting(std::size_t& counter) : depth(counter) { ++depth; }
    ~Nesting() { --depth; }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;
  };

  const Token& peek() const { return tokens_[at_]; }
  bool is_symbol(std::string_view text) const {
    const Token& token = peek();
    if (token.kind == Token::Kind::Ident) return text == "in" && token.text == "in";
    return token.kind == Token::Kind::Symbol && token.text == text;
  }
  bool accept(std::string_view symbol) {
    if (!is_symbol(symbol)) return false;
    ++at_;
    return true;
  }
  Result<> expect(std::string_view symbol) {
    if (accept(symbol)) return {};
    return fail(
        error(peek().offset,
              fmt::format("Syntax error: mismatched input '{}' expecting '{}'", shown(), symbol)));
  }

  std::string shown() const {
    const Token& token = peek();
    if (token.kind == Token::Kind::End) return "<EOF>";
    return token.kind == Token::Kind::Literal ? token.literal.text : token.text;
  }
  Error error(std::size_t offset, std::string_view message) const {
    return invalid_argument("{}", format_issue(source_, offset, message));
  }
  Error unexpected() const {
    return error(peek().offset,
                 fmt::format("Syntax error: mismatched input '{}' expecting <EOF>", shown()));
  }

  Result<> enter() {
    if (depth_ > limits_.depth_max) {
      return fail(error(peek().offset,
                        fmt::format("expression nests deeper than {} levels", limits_.depth_max)));
    }
    if (++nodes_ > limits_.nodes_max) {
      return fail(error(peek().offset,
                        fmt::format("expression has more than {} nodes", limits_.nodes_max)));
    }
    return {};
  }

  Result<ExprPtr> parse_expr() {
    const Nesting nesting(depth_);
    TRY(enter());
    ExprPtr condition = TRY(parse_binary(0));
    const std::size_t offset = peek().offset;
    if (!accept("?")) return condition;
    ExprPtr yes = TRY(parse_binary(0));
    TRY(expect(":"));
    ExprPtr no = TRY(parse_expr());
    return make_call(op::kConditional, offset, std::move(condition), std::move(yes), std::move(no));
  }

  Result<ExprPtr> parse_binary(std::size_t level) {
    if (level == kLevels.size()) return parse_unary();
    ExprPtr left = TRY(parse_binary(level + 1));
    while (true) {
      const Level& operators = kLevels[level];
      std::size_t i = 0;
      while (i < operators.symbols.size() &&
             (operators.symbols[i].empty() || !is_symbol(operators.symbols[i])))
        ++i;
      if (i == operators.symbols.size()) return left;
      const std::size_t offset = peek().offset;
      ++at_;
      TRY(enter());
      ExprPtr right = TRY(parse_binary(level + 1));
      left = make_call(operators.functions[i], offset, std::move(left), std::move(right));
      // A long chain nests to the left: count it, so that no later pass recurses too deeply.
      if (++chain_ > limits_.depth_max * 8)
        return fail(error(offset, "expression has too many operators in one chain"));
    }
  }

  Result<ExprPtr> parse_unary() {
    const Nesting nesting(depth_);
    TRY(enter());
    const std::size_t offset = peek().offset;
    if (accept("!")) {
      ExprPtr operand = TRY(parse_unary());
      return make_call(op::kNot, offset, std::move(operand));
    }
    if (is_symbol("-")) {
      ++at_;
      if (peek().kind == Token::Kind::Literal) return negative_literal(offset);
      ExprPtr operand = TRY(parse_unary());
      return make_call(op::kNegate, offset, std::move(operand));
    }
    return parse_member();
  }

  Result<ExprPtr> negative_literal(std::size_t offset) {
    Literal& literal = tokens_[at_].literal;
    if (literal.kind == Literal::Kind::Double) {
      literal.number = -literal.number;
    } else if (literal.kind == Literal::Kind::Int) {
      literal.unsigned_integer = 0 - literal.unsigned_integer;
      literal.integer = static_cast<std::int64_t>(literal.unsigned_integer);
      is_negated_ = true;
    } else {
      ExprPtr operand = TRY(parse_unary());
      return make_call(op::kNegate, offset, std::move(operand));
    }
    return parse_member();
  }

  Result<ExprPtr> parse_member() {
    ExprPtr expr = TRY(parse_primary());
    while (true) {
      TRY(enter());
      const std::size_t offset = peek().offset;
      if (accept(".?")) {
        const std::string name = TRY(selector());
        auto field = std::make_unique<Expr>();
        field->offset = offset;
        field->literal.kind = Literal::Kind::String;
        field->literal.text = name;
        expr = make_call(op::kOptSelect, offset, std::move(expr), std::move(field));
      } else if (accept(".")) {
        expr = TRY(parse_select(std::move(expr), offset));
      } else if (is_symbol("[") || is_symbol("[?")) {
        const bool is_optional = peek().text == "[?";
        ++at_;
        ExprPtr index = TRY(parse_expr());
        TRY(expect("]"));
        expr = make_call(is_optional ? op::kOptIndex : op::kIndex, offset, std::move(expr),
                         std::move(index));
      } else if (is_symbol("{") && is_type_name(*expr)) {
        expr = TRY(parse_struct(*expr, offset));
      } else {
        return expr;
      }
    }
  }

  Result<std::string> selector() {
    const Token& token = peek();
    if (token.kind != Token::Kind::Ident && token.kind != Token::Kind::Quoted) {
      return fail(
          error(token.offset,
                fmt::format("Syntax error: no viable alternative at input '.{}'", shown())));
    }
    ++at_;
    return token.text;
  }

  Result<ExprPtr> parse_select(ExprPtr operand, std::size_t offset) {
    const std::string name = TRY(selector());
    if (accept("(")) {
      std::vector<ExprPtr> arguments = TRY(parse_arguments());
      // "optional.of(x)" and "ip.isCanonical(x)" are functions of a namespace, not methods.
      return finish_call(name, std::move(operand), std::move(arguments), offset);
    }
    auto select = std::make_unique<Expr>();
    select->kind = Expr::Kind::Select;
    select->name = name;
    select->operand = std::move(operand);
    select->offset = offset;
    return select;
  }

  Result<ExprPtr> finish_call(const std::string& name, ExprPtr receiver,
                              std::vector<ExprPtr> arguments, std::size_t offset) {
    ExprPtr macro = TRY(expand_macro(source_, name, receiver, arguments, offset));
    if (macro) return macro;
    auto call = std::make_unique<Expr>();
    call->kind = Expr::Kind::Call;
    call->name = name;
    call->operand = std::move(receiver);
    call->arguments = std::move(arguments);
    call->offset = offset;
    return call;
  }

  Result<std::vector<ExprPtr>> parse_arguments() {
    std::vector<ExprPtr> arguments;
    if (accept(")")) return arguments;
    do {
      ExprPtr argument = TRY(parse_expr());
      arguments.push_back(std::move(argument));
    } while (accept(","));
    TRY(expect(")"));
    return arguments;
  }

  Result<ExprPtr> parse_primary() {
    const Token& token = peek();
    const std::size_t offset = token.offset;
    if (token.kind == Token::Kind::Literal) return parse_literal();
    if (accept("(")) {
      ExprPtr inner = TRY(parse_expr());
      TRY(expect(")"));
      return inner;
    }
    if (accept("[")) return parse_list(offset);
    if (accept("{")) return parse_map(offset);
    const bool is_absolute = accept(".");
    if (peek().kind != Token::Kind::Ident || is_symbol("in")) {
      return fail(
          error(peek().offset,
                fmt::format("Syntax error: mismatched input '{}' expecting {{'[', '{{', '(', '.', "
                            "'-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, "
                            "STRING, BYTES, IDENTIFIER}}",
                            shown())));
    }
    return parse_name(offset, is_absolute);
  }

  Result<ExprPtr> parse_name(std::size_t offset, bool is_absolute) {
    const std::string name = peek().text;
    if (std::find(kReserved.begin(), kReserved.end(), name) != kReserved.end()) {
      return fail(error(offset, "reserved identifier: " + name));
    }
    ++at_;
    auto expr = std::make_unique<Expr>();
    expr->offset = offset;
    if (!is_absolute && (name == "true" || name == "false"))
      return make_bool(name == "true", offset);
    if (!is_absolute && name == "null") return expr;
    if (accept("(")) {
      std::vector<ExprPtr> arguments = TRY(parse_arguments());
      return finish_call(name, nullptr, std::move(arguments), offset);
    }
    return make_ident(name, offset);
  }

  Result<ExprPtr> parse_literal() {
    Token& token = tokens_[at_++];
    auto expr = std::make_unique<Expr>();
    expr->offset = token.offset;
    expr->literal = std::move(token.literal);
    if (expr->literal.kind == Literal::Kind::Int && !std::exchange(is_negated_, false)) {
      if (expr->literal.unsigned_integer > static_cast<std::uint64_t>(INT64_MAX)) {
        return fail(error(token.offset, "invalid int literal"));
      }
      expr->literal.integer = static_cast<std::int64_t>(expr->literal.unsigned_integer);
    }
    return expr;
  }

  Result<ExprPtr> parse_list(std::size_t offset) {
    auto list = std::make_unique<Expr>();
    list->kind = Expr::Kind::List;
    list->offset = offset;
    while (!accept("]")) {
      if (!list->arguments.empty()) {
        TRY(expect(","));
        if (accept("]")) break;  // a trailing comma
      }
      list->is_optional.push_back(accept("?"));
      ExprPtr item = TRY(parse_expr());
      list->arguments.push_back(std::move(item));
    }
    return list;
  }

  Result<ExprPtr> parse_map(std::size_t offset) {
    auto map = std::make_unique<Expr>();
    map->kind = Expr::Kind::Map;
    map->offset = offset;
    while (!accept("}")) {
      if (!map->arguments.empty()) {
        TRY(expect(","));
        if (accept("}")) break;
      }
      map->is_optional.push_back(accept("?"));
      ExprPtr key = TRY(parse_expr());
      TRY(expect(":"));
      ExprPtr value = TRY(parse_expr());
      map->arguments.push_back(std::move(key));
      map->arguments.push_back(std::move(value));
    }
    return map;
  }

  static bool is_type_name(const Expr& expr) {
    if (expr.kind == Expr::Kind::Select) return !expr.is_test && is_type_name(*expr.operand);
    return expr.kind == Expr::Kind::Ident;
  }
  static std::string type_name(const Expr& expr) {
    return expr.kind == Expr::Kind::Ident ? expr.name : type_name(*expr.operand) + "." + expr.name;
  }

  Result<ExprPtr> parse_struct(const Expr& name, std::size_t offset) {
    TRY(expect("{"));
    auto object = std::make_unique<Expr>();
    object->kind = Expr::Kind::Struct;
    object->name = type_name(name);
    object->offset = offset;
    while (!accept("}")) {
      if (!object->arguments.empty()) {
        TRY(expect(","));
        if (accept("}")) break;
      }
      object->is_optional.push_back(accept("?"));
      const std::size_t at = peek().offset;
      const std::string field = TRY(selector());
      TRY(expect(":"));
      ExprPtr value = TRY(parse_expr());
      object->arguments.push_back(make_ident(field, at));
      object->arguments.push_back(std::move(value));
    }
    return object;
  }

  std::string_view source_;
  std::vector<Token> tokens_;
  const ParseLimits& limits_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
  std::size_t nodes_ = 0;
  std::size_t chain_ = 0;
  bool is_negated_ = false;
};

}  // namespace

Result<ExprPtr> parse(std::string_view text, const ParseLimits& limits) {
  std::vector<Token> tokens = TRY(tokenize(text, limits));
  return Parser(text, std::move(tokens), limits).run();
}

}  // namespace gp::cel
