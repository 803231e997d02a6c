#include "engine/template/parser.hpp"

#include "engine/template/parser_impl.hpp"
#include "engine/template/quote.hpp"

namespace gp::tmpl {

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
  NodePtr pipe = TRY(pipeline("command", TokenKind::RightDelimiter));
  made->children.push_back(std::move(pipe));
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
      NodePtr chained = TRY(control(kind, context));
      else_list->children.push_back(std::move(chained));
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

Result<std::vector<std::unique_ptr<Tree>>> parse_trees(std::shared_ptr<const Source> source,
                                                       const FunctionFinder& functions) {
  Shared shared{source, functions, Lexer(source->text), {}, 0};
  Parser parser(shared, source->name);
  TRY(parser.parse_text());
  return std::move(shared.trees);
}

}  // namespace gp::tmpl
