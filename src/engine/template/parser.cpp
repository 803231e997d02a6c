#include "engine/template/parser.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <set>
#include <utility>

#include "engine/template/lexer.hpp"
#include "engine/template/parse_number.hpp"
#include "engine/template/quote.hpp"

namespace gp::tmpl {
namespace {

// How a list of nodes ends.
enum class Terminator { End, Else };

// What all trees of one text share.
struct Shared {
  std::shared_ptr<const Source> source;
  const FunctionFinder& functions;
  Lexer lexer;
  std::vector<std::unique_ptr<Tree>> trees;
  int nesting = 0;
};

// Parses one tree; `define` and `block` begin another over the same tokens.
class Parser {
 public:
  Parser(Shared& shared, std::string name) : shared_(shared), tree_(std::make_unique<Tree>()) {
    tree_->name = std::move(name);
    tree_->source = shared.source;
  }

  Result<void> parse_text();

 private:
  Result<void> parse_definition();
  Result<void> add();
  // A node, or (null) the end of the list in `terminator_`.
  Result<NodePtr> text_or_action();
  Result<std::pair<NodePtr, Terminator>> item_list();
  Result<NodePtr> action();
  Result<NodePtr> control(NodeKind kind, std::string_view context);
  Result<NodePtr> loop_exit(NodeKind kind, const Token& token, std::string_view words);
  Result<NodePtr> block_control();
  Result<NodePtr> template_control();
  Result<std::string> template_name(const Token& token, std::string_view context);
  Result<NodePtr> pipeline(std::string_view context, TokenKind end);
  Result<bool> declaration(Node& pipe, std::string_view context);
  Result<void> check_pipeline(const Node& pipe, std::string_view context);
  Result<NodePtr> command();
  Result<NodePtr> operand();
  Result<NodePtr> term();

  // Go's three tokens of look-ahead, whose newest one also dates the messages.
  const Token& next();
  const Token& peek();
  Token next_non_space();
  const Token& peek_non_space();
  void backup() { ++peeked_; }
  void push_back(Token second) {
    tokens_[1] = std::move(second);
    peeked_ = 2;
  }
  void push_back(Token third, Token second) {
    tokens_[1] = std::move(second);
    tokens_[2] = std::move(third);
    peeked_ = 3;
  }

  std::unexpected<Error> error(std::string_view what) const {
    return fail(
        invalid_argument("template: {}:{}: {}", shared_.source->name, tokens_[0].line, what));
  }
  std::unexpected<Error> unexpected(const Token& token, std::string_view context) const;
  Result<Token> expect(TokenKind kind, std::string_view context);
  NodePtr node(NodeKind kind, std::uint32_t position) const;
  std::string words_of(Terminator terminator) const {
    return terminator == Terminator::End ? "{{end}}" : "{{else}}";
  }

  Shared& shared_;
  std::unique_ptr<Tree> tree_;
  std::array<Token, 3> tokens_;
  std::size_t peeked_ = 0;
  std::vector<std::string> variables_ = {"$"};
  std::uint32_t action_line_ = 0;
  int range_depth_ = 0;
  Terminator terminator_ = Terminator::End;
};

const Token& Parser::next() {
  if (peeked_ > 0) {
    --peeked_;
  } else {
    tokens_[0] = shared_.lexer.next();
  }
  return tokens_[peeked_];
}

const Token& Parser::peek() {
  if (peeked_ > 0) return tokens_[peeked_ - 1];
  peeked_ = 1;
  return tokens_[0] = shared_.lexer.next();
}

Token Parser::next_non_space() {
  const Token* token = &next();
  while (token->kind == TokenKind::Space) token = &next();
  return *token;
}

const Token& Parser::peek_non_space() {
  const Token* token = &next();
  while (token->kind == TokenKind::Space) token = &next();
  backup();
  return *token;
}

NodePtr Parser::node(NodeKind kind, std::uint32_t position) const {
  auto made = std::make_unique<Node>();
  made->kind = kind;
  made->position = position;
  made->line = tokens_[0].line;
  made->tree = tree_.get();
  return made;
}

std::unexpected<Error> Parser::unexpected(const Token& token, std::string_view context) const {
  if (token.kind != TokenKind::Error)
    return error(fmt::format("unexpected {} in {}", token.describe(), context));
  std::string extra;
  if (action_line_ != 0 && action_line_ != token.line) {
    // "unclosed action started at", not "action in action".
    extra = fmt::format("{} started at {}:{}", token.text.ends_with(" action") ? "" : " in action",
                        shared_.source->name, action_line_);
  }
  return error(token.text + extra);
}

Result<Token> Parser::expect(TokenKind kind, std::string_view context) {
  Token token = next_non_space();
  if (token.kind != kind) return unexpected(token, context);
  return token;
}

// Of two definitions of a name in one text one must be blank, and loses.
Result<void> Parser::add() {
  for (auto& known : shared_.trees) {
    if (known->name != tree_->name) continue;
    if (known->is_empty()) {
      std::swap(known, tree_);
    } else if (!tree_->is_empty()) {
      return error(fmt::format("template: multiple definition of template {}", quote(tree_->name)));
    }
    return {};
  }
  shared_.trees.push_back(std::move(tree_));
  return {};
}

Result<void> Parser::parse_text() {
  tree_->root = node(NodeKind::List, peek().position);
  while (peek().kind != TokenKind::Eof) {
    if (peek().kind == TokenKind::LeftDelimiter) {
      const Token delimiter = next();
      if (next_non_space().kind == TokenKind::Define) {
        Parser definition(shared_, "definition");
        TRY(definition.parse_definition());
        continue;
      }
      push_back(delimiter);
    }
    NodePtr item = TRY(text_or_action());
    if (!item) return error("unexpected " + words_of(terminator_));
    tree_->root->children.push_back(std::move(item));
  }
  return add();
}

Result<void> Parser::parse_definition() {
  constexpr std::string_view kContext = "define clause";
  const Token name = next_non_space();
  tree_->name = TRY(template_name(name, kContext));
  TRY(expect(TokenKind::RightDelimiter, kContext));
  auto [list, end] = TRY(item_list());
  if (end != Terminator::End)
    return error(fmt::format("unexpected {} in {}", words_of(end), kContext));
  tree_->root = std::move(list);
  return add();
}

Result<std::pair<NodePtr, Terminator>> Parser::item_list() {
  NodePtr list = node(NodeKind::List, peek_non_space().position);
  if (++shared_.nesting > kNestingMax)
    return error(fmt::format("actions are nested more than {} deep", kNestingMax));
  while (peek_non_space().kind != TokenKind::Eof) {
    NodePtr item = TRY(text_or_action());
    if (!item) {
      --shared_.nesting;
      return std::pair(std::move(list), terminator_);
    }
    list->children.push_back(std::move(item));
  }
  return error("unexpected EOF");
}

Result<NodePtr> Parser::text_or_action() {
  Token token = next_non_space();
  if (token.kind == TokenKind::Text) {
    NodePtr text = node(NodeKind::Text, token.position);
    text->text = std::move(token.text);
    return text;
  }
  if (token.kind != TokenKind::LeftDelimiter) return unexpected(token, "input");
  action_line_ = token.line;
  auto result = action();
  if (result) action_line_ = 0;
  return result;
}

Result<NodePtr> Parser::action() {
  const Token token = next_non_space();
  switch (token.kind) {
    case TokenKind::Block: return block_control();
    case TokenKind::Break: return loop_exit(NodeKind::Break, token, "{{break}}");
    case TokenKind::Continue: return loop_exit(NodeKind::Continue, token, "{{continue}}");
    case TokenKind::If: return control(NodeKind::If, "if");
    case TokenKind::Range: return control(NodeKind::Range, "range");
    case TokenKind::With: return control(NodeKind::With, "with");
    case TokenKind::Template: return template_control();
    case TokenKind::End:
      TRY(expect(TokenKind::RightDelimiter, "end"));
      terminator_ = Terminator::End;
      return NodePtr();
    case TokenKind::Else: {
      // "else if" and "else with" are read as "else" and then "if" or "with".
      const TokenKind following = peek_non_space().kind;
      if (following != TokenKind::If && following != TokenKind::With)
        TRY(expect(TokenKind::RightDelimiter, "else"));
      terminator_ = Terminator::Else;
      return NodePtr();
    }
    default: break;
  }
  backup();
  NodePtr made = node(NodeKind::Action, peek().position);
  made->children.push_back(TRY(pipeline("command", TokenKind::RightDelimiter)));
  return made;
}

Result<NodePtr> Parser::loop_exit(NodeKind kind, const Token& token, std::string_view words) {
  const Token end = next_non_space();
  if (end.kind != TokenKind::RightDelimiter) return unexpected(end, words);
  if (range_depth_ == 0) return error(fmt::format("{} outside {{{{range}}}}", words));
  return node(kind, token.position);
}

Result<NodePtr> Parser::control(NodeKind kind, std::string_view context) {
  const std::size_t variables = variables_.size();
  NodePtr made = node(kind, 0);
  NodePtr pipe = TRY(pipeline(context, TokenKind::RightDelimiter));
  made->position = pipe->position;
  if (kind == NodeKind::Range) ++range_depth_;
  auto [list, end] = TRY(item_list());
  if (kind == NodeKind::Range) --range_depth_;
  NodePtr else_list;
  if (end == Terminator::Else) {
    const TokenKind same = kind == NodeKind::If     ? TokenKind::If
                           : kind == NodeKind::With ? TokenKind::With
                                                    : TokenKind::Eof;
    if (same != TokenKind::Eof && peek().kind == same) {
      next();
      else_list = node(NodeKind::List, peek().position);
      if (++shared_.nesting > kNestingMax)
        return error(fmt::format("actions are nested more than {} deep", kNestingMax));
      else_list->children.push_back(TRY(control(kind, context)));
      --shared_.nesting;
    } else {
      auto [otherwise, end_of_else] = TRY(item_list());
      if (end_of_else != Terminator::End)
        return error("expected end; found " + words_of(end_of_else));
      else_list = std::move(otherwise);
    }
  }
  variables_.resize(variables);
  made->children.push_back(std::move(pipe));
  made->children.push_back(std::move(list));
  made->children.push_back(std::move(else_list));
  return made;
}

Result<NodePtr> Parser::block_control() {
  constexpr std::string_view kContext = "block clause";
  const Token token = next_non_space();
  const std::string name = TRY(template_name(token, kContext));
  NodePtr pipe = TRY(pipeline(kContext, TokenKind::RightDelimiter));
  Parser block(shared_, name);
  auto [list, end] = TRY(block.item_list());
  if (end != Terminator::End)
    return block.error(fmt::format("unexpected {} in {}", words_of(end), kContext));
  block.tree_->root = std::move(list);
  TRY(block.add());
  NodePtr made = node(NodeKind::Template, token.position);
  made->text = name;
  made->children.push_back(std::move(pipe));
  return made;
}

Result<NodePtr> Parser::template_control() {
  constexpr std::string_view kContext = "template clause";
  const Token token = next_non_space();
  NodePtr made = node(NodeKind::Template, token.position);
  made->text = TRY(template_name(token, kContext));
  NodePtr pipe;
  if (next_non_space().kind != TokenKind::RightDelimiter) {
    backup();
    pipe = TRY(pipeline(kContext, TokenKind::RightDelimiter));
  }
  made->children.push_back(std::move(pipe));
  return made;
}

Result<std::string> Parser::template_name(const Token& token, std::string_view context) {
  if (token.kind != TokenKind::String && token.kind != TokenKind::RawString)
    return unexpected(token, context);
  auto name = unquote(token.text);
  if (!name) return error("invalid syntax");
  return *std::move(name);
}

// `$x :=`, `$x =` or, in a range, `$i, `: true when it was one and another may follow.
Result<bool> Parser::declaration(Node& pipe, std::string_view context) {
  if (peek_non_space().kind != TokenKind::Variable) return false;
  const Token variable = next();
  const Token after = peek();
  const Token following = peek_non_space();
  if (following.kind == TokenKind::Assign || following.kind == TokenKind::Declare) {
    pipe.assigns = following.kind == TokenKind::Assign;
    next_non_space();
    pipe.declared.push_back(variable.text);
    variables_.push_back(variable.text);
    return false;
  }
  if (following.kind == TokenKind::Char && following.text == ",") {
    next_non_space();
    pipe.declared.push_back(variable.text);
    variables_.push_back(variable.text);
    if (context != "range" || pipe.declared.size() >= 2)
      return error(fmt::format("too many declarations in {}", context));
    const TokenKind second = peek_non_space().kind;
    if (second != TokenKind::Variable && second != TokenKind::RightDelimiter &&
        second != TokenKind::RightParen)
      return error("range can only initialize variables");
    return true;
  }
  if (after.kind == TokenKind::Space) {
    push_back(variable, after);
  } else {
    push_back(variable);
  }
  return false;
}

Result<NodePtr> Parser::pipeline(std::string_view context, TokenKind end) {
  if (++shared_.nesting > kNestingMax)
    return error(fmt::format("actions are nested more than {} deep", kNestingMax));
  NodePtr pipe = node(NodeKind::Pipe, peek_non_space().position);
  while (TRY(declaration(*pipe, context))) {
  }
  while (true) {
    const Token token = next_non_space();
    if (token.kind == end) {
      TRY(check_pipeline(*pipe, context));
      --shared_.nesting;
      return pipe;
    }
    switch (token.kind) {
      case TokenKind::Bool:
      case TokenKind::CharConstant:
      case TokenKind::Complex:
      case TokenKind::Dot:
      case TokenKind::Field:
      case TokenKind::Identifier:
      case TokenKind::Number:
      case TokenKind::Nil:
      case TokenKind::RawString:
      case TokenKind::String:
      case TokenKind::Variable:
      case TokenKind::LeftParen:
        backup();
        pipe->children.push_back(TRY(command()));
        break;
      default: return unexpected(token, context);
    }
  }
}

// Only the first command of a pipeline may be a value rather than a call.
Result<void> Parser::check_pipeline(const Node& pipe, std::string_view context) {
  if (pipe.children.empty()) return error(fmt::format("missing value for {}", context));
  for (std::size_t i = 1; i < pipe.children.size(); ++i) {
    switch (pipe.child(i)->child(0)->kind) {
      case NodeKind::Bool:
      case NodeKind::Dot:
      case NodeKind::Nil:
      case NodeKind::Number:
      case NodeKind::String:
        return error(fmt::format("non executable command in pipeline stage {}", i + 1));
      default: break;
    }
  }
  return {};
}

Result<NodePtr> Parser::command() {
  NodePtr made = node(NodeKind::Command, peek_non_space().position);
  while (true) {
    peek_non_space();
    if (NodePtr item = TRY(operand())) made->children.push_back(std::move(item));
    const Token token = next();
    if (token.kind == TokenKind::Space) continue;
    if (token.kind == TokenKind::RightDelimiter || token.kind == TokenKind::RightParen) {
      backup();
    } else if (token.kind != TokenKind::Pipe) {
      return unexpected(token, "operand");
    }
    break;
  }
  if (made->children.empty()) return error("empty command");
  return made;
}

Result<NodePtr> Parser::operand() {
  NodePtr made = TRY(term());
  if (!made || peek().kind != TokenKind::Field) return made;
  const std::uint32_t position = peek().position;
  std::vector<std::string> fields;
  while (peek().kind == TokenKind::Field) fields.push_back(next().text.substr(1));
  switch (made->kind) {
    case NodeKind::Field:
    case NodeKind::Variable:
      made->position = position;
      made->path.insert(made->path.end(), fields.begin(), fields.end());
      return made;
    case NodeKind::Bool:
    case NodeKind::String:
    case NodeKind::Number:
    case NodeKind::Nil:
    case NodeKind::Dot: return error("unexpected . after term " + quote(made->to_string()));
    default: break;
  }
  NodePtr chain = node(NodeKind::Chain, position);
  chain->path = std::move(fields);
  chain->children.push_back(std::move(made));
  return chain;
}

Result<NodePtr> Parser::term() {
  const Token token = next_non_space();
  const auto made = [&](NodeKind kind) { return node(kind, token.position); };
  switch (token.kind) {
    case TokenKind::Identifier: {
      NodePtr identifier = made(NodeKind::Identifier);
      identifier->text = token.text;
      identifier->function = shared_.functions(token.text);
      if (!identifier->function)
        return error(fmt::format("function {} not defined", quote(token.text)));
      return identifier;
    }
    case TokenKind::Dot: return made(NodeKind::Dot);
    case TokenKind::Nil: return made(NodeKind::Nil);
    case TokenKind::Variable: {
      for (const std::string& known : variables_) {
        if (known != token.text) continue;
        NodePtr variable = made(NodeKind::Variable);
        variable->path = {token.text};
        return variable;
      }
      return error(fmt::format("undefined variable {}", quote(token.text)));
    }
    case TokenKind::Field: {
      NodePtr field = made(NodeKind::Field);
      field->path = {token.text.substr(1)};
      return field;
    }
    case TokenKind::Bool: {
      NodePtr boolean = made(NodeKind::Bool);
      boolean->truth = token.text == "true";
      return boolean;
    }
    case TokenKind::CharConstant:
    case TokenKind::Complex:
    case TokenKind::Number: {
      NodePtr number = made(NodeKind::Number);
      if (auto read = read_number(token, *number); !read) return error(read.error().message);
      return number;
    }
    case TokenKind::LeftParen: return pipeline("parenthesized pipeline", TokenKind::RightParen);
    case TokenKind::String:
    case TokenKind::RawString: {
      NodePtr text = made(NodeKind::String);
      auto value = unquote(token.text);
      if (!value) return error("invalid syntax");
      text->text = *std::move(value);
      text->quoted = token.text;
      return text;
    }
    default: break;
  }
  backup();
  return NodePtr();
}

}  // namespace

Result<std::vector<std::unique_ptr<Tree>>> parse_trees(std::shared_ptr<const Source> source,
                                                       const FunctionFinder& functions) {
  Shared shared{source, functions, Lexer(source->text), {}, 0};
  Parser parser(shared, source->name);
  TRY(parser.parse_text());
  return std::move(shared.trees);
}

}  // namespace gp::tmpl
