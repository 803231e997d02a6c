#pragma once
// The syntax tree of a template, as Go's text/template/parse has it.
//
// A node knows its byte position in the text, for messages ("main.yaml:3:14"), and how it prints,
// as messages quote it ("at <.Values.name>").

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/template/value.hpp"

namespace gp::tmpl {

enum class NodeKind : std::uint8_t {
  Text,
  Comment,
  Action,
  Pipe,
  Command,
  Dot,
  Nil,
  Bool,
  Number,
  String,
  Field,
  Variable,
  Chain,
  Identifier,
  List,
  If,
  Range,
  With,
  Template,
  Break,
  Continue,
};

struct Tree;
struct Function;

struct Node {
  NodeKind kind;
  std::uint32_t position = 0;  // bytes from the start of the text
  std::uint32_t line = 0;      // from 1
  const Tree* tree = nullptr;

  // Text and String: the text; Number: as written; Template: the name.
  std::string text;
  std::string quoted;  // String: as written, quotes included
  // Field and Variable: the path (of a variable, `$name` first); Chain: the fields after the node.
  std::vector<std::string> path;

  // Number: what it can be.
  bool is_int = false, is_uint = false, is_float = false, is_complex = false, truth = false;
  std::int64_t integer = 0;
  std::uint64_t unsigned_integer = 0;
  double number = 0;
  double imaginary = 0;

  // Pipe: declared variables and whether they are assigned rather than declared.
  std::vector<std::string> declared;
  bool assigns = false;

  // Pipe: commands; Command: operands; List: nodes; Action, If, Range, With, Template: pipe at [0]
  // (may be null for Template); If, Range, With: list at [1], else list at [2] or null.
  std::vector<std::unique_ptr<Node>> children;

  const Function* function = nullptr;  // Identifier: found while parsing

  std::string to_string() const;
  const Node* child(std::size_t index) const { return children[index].get(); }
};

using NodePtr = std::unique_ptr<Node>;

// One parsed text (a file) and what messages call it.
struct Source {
  std::string name;
  std::string text;
};

// One named template: the file itself, or a `define` in it.
struct Tree {
  std::string name;
  std::shared_ptr<const Source> source;
  NodePtr root;  // a List

  // "file:line:column", the column in bytes from 0, as Go counts it.
  std::string location(std::uint32_t position) const;
  bool is_empty() const;  // only white space and comments
};

}  // namespace gp::tmpl
