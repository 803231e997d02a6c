#pragma once
// The recursive descent behind parser.hpp: parser.cpp reads actions and blocks,
// parser_pipeline.cpp what stands inside an action.

#include <fmt/format.h>

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/template/lexer.hpp"
#include "engine/template/parser.hpp"

namespace gp::tmpl {

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

}  // namespace gp::tmpl
