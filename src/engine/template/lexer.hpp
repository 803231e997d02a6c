#pragma once
// The tokens of a template: text between actions, and what stands inside `{{ }}`.
//
// Token for token Go's text/template lexer, as its messages quote tokens.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gp::tmpl {

enum class TokenKind : std::uint8_t {
  Error,  // the text says what is wrong
  Eof,
  Text,
  LeftDelimiter,
  RightDelimiter,
  Space,
  Bool,
  Char,
  CharConstant,
  Complex,
  Number,
  String,
  RawString,
  Assign,
  Declare,
  Pipe,
  LeftParen,
  RightParen,
  Identifier,
  Field,
  Variable,
  // Keywords: everything from here on prints as <word>.
  Dot,
  Block,
  Break,
  Continue,
  Define,
  Else,
  End,
  If,
  Nil,
  Range,
  Template,
  With,
};

struct Token {
  TokenKind kind = TokenKind::Eof;
  std::uint32_t position = 0;
  std::uint32_t line = 1;
  std::string text;

  bool is_keyword() const noexcept { return kind >= TokenKind::Dot; }
  std::string describe() const;  // as "unexpected ..." quotes it
};

class Lexer {
 public:
  explicit Lexer(std::string_view input) : input_(input) {}
  // The next token; after Error or Eof there is none.
  Token next();

 private:
  Token lex_text();
  Token lex_left_delimiter();
  Token lex_comment();
  Token lex_right_delimiter();
  Token lex_inside();
  Token lex_space();
  Token lex_identifier();
  Token lex_path(TokenKind kind);
  Token lex_quoted(char mark, TokenKind kind, std::string_view unfinished);
  Token lex_raw_string();
  Token lex_number();
  bool scan_number();
  bool accept(std::string_view set);
  void accept_run(std::string_view set);

  std::string_view rest() const { return input_.substr(position_); }
  char peek() const { return position_ < input_.size() ? input_[position_] : '\0'; }
  bool at_end() const { return position_ >= input_.size(); }
  bool at_right_delimiter(bool& trims) const;
  bool at_terminator() const;
  Token emit(TokenKind kind);
  Token error(std::string message);
  void ignore();

  std::string_view input_;
  std::size_t position_ = 0;
  std::size_t start_ = 0;
  std::uint32_t start_line_ = 1;
  std::uint32_t paren_depth_ = 0;
  bool inside_ = false;
};

}  // namespace gp::tmpl
