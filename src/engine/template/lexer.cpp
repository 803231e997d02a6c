#include "engine/template/lexer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/template/quote.hpp"

namespace gp::tmpl {
namespace {

constexpr std::string_view kLeft = "{{";
constexpr std::string_view kRight = "}}";
constexpr std::string_view kLeftComment = "/*";
constexpr std::string_view kRightComment = "*/";
constexpr std::string_view kSpaces = " \t\r\n";
constexpr std::size_t kTrimMarker = 2;  // "- " or " -"

bool is_space(char c) {
  return kSpaces.find(c) != std::string_view::npos;
}
bool has_left_trim(std::string_view text) {
  return text.size() >= 2 && text[0] == '-' && is_space(text[1]);
}
bool has_right_trim(std::string_view text) {
  return text.size() >= 2 && is_space(text[0]) && text[1] == '-';
}
std::size_t leading_space(std::string_view text) {
  return std::min(text.find_first_not_of(kSpaces), text.size());
}
std::size_t trailing_space(std::string_view text) {
  const std::size_t last = text.find_last_not_of(kSpaces);
  return last == std::string_view::npos ? text.size() : text.size() - last - 1;
}

TokenKind keyword(std::string_view word) {
  constexpr std::pair<std::string_view, TokenKind> kWords[] = {{"block", TokenKind::Block},
                                                               {"break", TokenKind::Break},
                                                               {"continue", TokenKind::Continue},
                                                               {"define", TokenKind::Define},
                                                               {"else", TokenKind::Else},
                                                               {"end", TokenKind::End},
                                                               {"if", TokenKind::If},
                                                               {"nil", TokenKind::Nil},
                                                               {"range", TokenKind::Range},
                                                               {"template", TokenKind::Template},
                                                               {"with", TokenKind::With}};
  for (const auto& [name, kind] : kWords)
    if (name == word) return kind;
  return word == "true" || word == "false" ? TokenKind::Bool : TokenKind::Identifier;
}

// The first characters of a token, as `%.10q` cuts them.
std::string_view first_characters(std::string_view text, std::size_t count) {
  std::size_t size = 0;
  while (count-- > 0 && size < text.size()) size += decode_rune(text.substr(size)).size;
  return text.substr(0, size);
}

}  // namespace

std::string Token::describe() const {
  if (kind == TokenKind::Eof) return "EOF";
  if (kind == TokenKind::Error) return text;
  if (is_keyword()) return fmt::format("<{}>", text);
  if (text.size() > 10) return quote(first_characters(text, 10)) + "...";
  return quote(text);
}

Token Lexer::next() {
  return inside_ ? lex_inside() : lex_text();
}

Token Lexer::emit(TokenKind kind) {
  Token token{kind, static_cast<std::uint32_t>(start_), start_line_,
              std::string(input_.substr(start_, position_ - start_))};
  ignore();
  return token;
}

Token Lexer::error(std::string message) {
  Token token{TokenKind::Error, static_cast<std::uint32_t>(start_), start_line_,
              std::move(message)};
  position_ = start_ = input_.size();
  inside_ = false;
  return token;
}

void Lexer::ignore() {
  const std::string_view skipped = input_.substr(start_, position_ - start_);
  start_line_ += static_cast<std::uint32_t>(std::ranges::count(skipped, '\n'));
  start_ = position_;
}

bool Lexer::at_right_delimiter(bool& trims) const {
  trims = has_right_trim(rest()) && rest().substr(kTrimMarker).starts_with(kRight);
  return trims || rest().starts_with(kRight);
}

bool Lexer::at_terminator() const {
  if (at_end() || is_space(peek())) return true;
  if (std::string_view(".,|:)(").find(peek()) != std::string_view::npos) return true;
  return rest().starts_with(kRight);
}

Token Lexer::lex_text() {
  const std::size_t found = input_.find(kLeft, position_);
  if (found == std::string_view::npos) {
    position_ = input_.size();
    return emit(position_ > start_ ? TokenKind::Text : TokenKind::Eof);
  }
  const bool trims = has_left_trim(input_.substr(found + kLeft.size()));
  position_ = found;
  if (trims) position_ -= trailing_space(input_.substr(start_, found - start_));
  if (position_ > start_) {
    Token token = emit(TokenKind::Text);
    position_ = found;
    ignore();
    return token;
  }
  position_ = found;
  ignore();
  return lex_left_delimiter();
}

Token Lexer::lex_left_delimiter() {
  position_ += kLeft.size();
  const std::size_t marker = has_left_trim(rest()) ? kTrimMarker : 0;
  if (rest().substr(marker).starts_with(kLeftComment)) {
    position_ += marker;
    ignore();
    return lex_comment();
  }
  Token token = emit(TokenKind::LeftDelimiter);
  position_ += marker;
  ignore();
  inside_ = true;
  paren_depth_ = 0;
  return token;
}

Token Lexer::lex_comment() {
  position_ += kLeftComment.size();
  const std::size_t end = rest().find(kRightComment);
  if (end == std::string_view::npos) return error("unclosed comment");
  position_ += end + kRightComment.size();
  bool trims = false;
  if (!at_right_delimiter(trims)) return error("comment ends before closing delimiter");
  position_ += (trims ? kTrimMarker : 0) + kRight.size();
  if (trims) position_ += leading_space(rest());
  ignore();
  return lex_text();
}

Token Lexer::lex_right_delimiter() {
  bool trims = false;
  at_right_delimiter(trims);
  if (trims) {
    position_ += kTrimMarker;
    ignore();
  }
  position_ += kRight.size();
  Token token = emit(TokenKind::RightDelimiter);
  if (trims) {
    position_ += leading_space(rest());
    ignore();
  }
  inside_ = false;
  return token;
}

Token Lexer::lex_inside() {
  bool trims = false;
  if (at_right_delimiter(trims)) {
    if (paren_depth_ == 0) return lex_right_delimiter();
    return error("unclosed left paren");
  }
  if (at_end()) return error("unclosed action");
  const Rune rune = decode_rune(rest());
  const auto c = rune.code < 0x80 ? static_cast<char>(rune.code) : '\x80';
  if (is_space(c)) return lex_space();
  if (is_alphanumeric(rune.code) && (c < '0' || c > '9')) return lex_identifier();
  if ((c >= '0' && c <= '9') || c == '+' || c == '-') return lex_number();
  position_ += rune.size;
  switch (c) {
    case '=': return emit(TokenKind::Assign);
    case ':':
      if (peek() != '=') return error("expected :=");
      ++position_;
      return emit(TokenKind::Declare);
    case '|': return emit(TokenKind::Pipe);
    case '"': return lex_quoted('"', TokenKind::String, "unterminated quoted string");
    case '`': return lex_raw_string();
    case '\'': return lex_quoted('\'', TokenKind::CharConstant, "unterminated character constant");
    case '$': return lex_path(TokenKind::Variable);
    case '.':
      if (peek() < '0' || peek() > '9') return lex_path(TokenKind::Field);
      --position_;
      return lex_number();
    case '(': ++paren_depth_; return emit(TokenKind::LeftParen);
    case ')':
      if (paren_depth_ == 0) return error("unexpected right paren");
      --paren_depth_;
      return emit(TokenKind::RightParen);
    default: break;
  }
  if (rune.code < 0x80 && is_printable(rune.code)) return emit(TokenKind::Char);
  return error("unrecognized character in action: " + describe_rune(rune.code));
}

Token Lexer::lex_space() {
  const std::size_t spaces = leading_space(rest());
  position_ += spaces;
  // The space before "-}}" belongs to the delimiter.
  if (has_right_trim(input_.substr(position_ - 1)) &&
      input_.substr(position_ - 1 + kTrimMarker).starts_with(kRight)) {
    --position_;
    if (spaces == 1) return lex_right_delimiter();
  }
  return emit(TokenKind::Space);
}

Token Lexer::lex_identifier() {
  while (!at_end()) {
    const Rune rune = decode_rune(rest());
    if (!is_alphanumeric(rune.code)) break;
    position_ += rune.size;
  }
  if (!at_terminator()) return error("bad character " + describe_rune(decode_rune(rest()).code));
  return emit(keyword(input_.substr(start_, position_ - start_)));
}

Token Lexer::lex_path(TokenKind kind) {
  if (at_terminator()) return emit(kind == TokenKind::Variable ? kind : TokenKind::Dot);
  while (!at_end()) {
    const Rune rune = decode_rune(rest());
    if (!is_alphanumeric(rune.code)) break;
    position_ += rune.size;
  }
  if (!at_terminator()) return error("bad character " + describe_rune(decode_rune(rest()).code));
  return emit(kind);
}

Token Lexer::lex_quoted(char mark, TokenKind kind, std::string_view unfinished) {
  while (!at_end() && peek() != '\n') {
    const char c = input_[position_++];
    if (c == mark) return emit(kind);
    if (c != '\\') continue;
    if (at_end() || peek() == '\n') break;
    ++position_;
  }
  return error(std::string(unfinished));
}

Token Lexer::lex_raw_string() {
  const std::size_t end = input_.find('`', position_);
  if (end == std::string_view::npos) return error("unterminated raw quoted string");
  position_ = end + 1;
  return emit(TokenKind::RawString);
}

bool Lexer::accept(std::string_view set) {
  if (at_end() || set.find(peek()) == std::string_view::npos) return false;
  ++position_;
  return true;
}

void Lexer::accept_run(std::string_view set) {
  while (accept(set)) {
  }
}

bool Lexer::scan_number() {
  accept("+-");
  constexpr std::string_view kDecimal = "0123456789_";
  std::string_view digits = kDecimal;
  bool hexadecimal = false;
  if (accept("0")) {
    if (accept("xX")) {
      digits = "0123456789abcdefABCDEF_";
      hexadecimal = true;
    } else if (accept("oO")) {
      digits = "01234567_";
    } else if (accept("bB")) {
      digits = "01_";
    }
  }
  accept_run(digits);
  if (accept(".")) accept_run(digits);
  if ((digits == kDecimal && accept("eE")) || (hexadecimal && accept("pP"))) {
    accept("+-");
    accept_run(kDecimal);
  }
  accept("i");
  if (at_end()) return true;
  const Rune rune = decode_rune(rest());
  if (!is_alphanumeric(rune.code)) return true;
  position_ += rune.size;
  return false;
}

Token Lexer::lex_number() {
  const auto bad = [&] {
    return error("bad number syntax: " + quote(input_.substr(start_, position_ - start_)));
  };
  if (!scan_number()) return bad();
  if (peek() != '+' && peek() != '-') return emit(TokenKind::Number);
  if (!scan_number() || input_[position_ - 1] != 'i') return bad();
  return emit(TokenKind::Complex);
}

}  // namespace gp::tmpl
