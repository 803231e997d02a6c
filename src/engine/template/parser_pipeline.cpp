// Pipelines, commands and operands.

#include "engine/template/parse_number.hpp"
#include "engine/template/parser_impl.hpp"
#include "engine/template/quote.hpp"

namespace gp::tmpl {

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
  for (bool more = true; more;) more = TRY(declaration(*pipe, context));
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
      case TokenKind::LeftParen: {
        backup();
        NodePtr next_command = TRY(command());
        pipe->children.push_back(std::move(next_command));
        break;
      }
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
    NodePtr item = TRY(operand());
    if (item) made->children.push_back(std::move(item));
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

}  // namespace gp::tmpl
