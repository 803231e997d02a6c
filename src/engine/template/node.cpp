#include "engine/template/node.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/template/quote.hpp"

namespace gp::tmpl {
namespace {

void write(const Node* node, std::string& out);

void write_path(const std::vector<std::string>& path, std::string& out) {
  for (const std::string& name : path) out.append(".").append(name);
}

void write_pipe(const Node& pipe, std::string& out) {
  for (std::size_t i = 0; i < pipe.declared.size(); ++i)
    out.append(i == 0 ? "" : ", ").append(pipe.declared[i]);
  if (!pipe.declared.empty()) out.append(pipe.assigns ? " = " : " := ");
  for (std::size_t i = 0; i < pipe.children.size(); ++i) {
    if (i > 0) out.append(" | ");
    write(pipe.child(i), out);
  }
}

void write_operand(const Node* node, std::string& out) {
  const bool is_pipe = node->kind == NodeKind::Pipe;
  if (is_pipe) out.push_back('(');
  write(node, out);
  if (is_pipe) out.push_back(')');
}

void write_branch(const Node& branch, std::string_view word, std::string& out) {
  out.append("{{").append(word).push_back(' ');
  write(branch.child(0), out);
  out.append("}}");
  write(branch.child(1), out);
  if (branch.child(2)) {
    out.append("{{else}}");
    write(branch.child(2), out);
  }
  out.append("{{end}}");
}

void write(const Node* node, std::string& out) {
  switch (node->kind) {
    case NodeKind::Text: out.append(node->text); return;
    case NodeKind::Comment: out.append("{{").append(node->text).append("}}"); return;
    case NodeKind::Action:
      out.append("{{");
      write(node->child(0), out);
      out.append("}}");
      return;
    case NodeKind::Pipe: write_pipe(*node, out); return;
    case NodeKind::Command:
      for (std::size_t i = 0; i < node->children.size(); ++i) {
        if (i > 0) out.push_back(' ');
        write_operand(node->child(i), out);
      }
      return;
    case NodeKind::Dot: out.push_back('.'); return;
    case NodeKind::Nil: out.append("nil"); return;
    case NodeKind::Bool: out.append(node->truth ? "true" : "false"); return;
    case NodeKind::Number:
    case NodeKind::Identifier: out.append(node->text); return;
    case NodeKind::String: out.append(node->quoted); return;
    case NodeKind::Field: write_path(node->path, out); return;
    case NodeKind::Variable:
      out.append(node->path[0]);
      for (std::size_t i = 1; i < node->path.size(); ++i) out.append(".").append(node->path[i]);
      return;
    case NodeKind::Chain:
      write_operand(node->child(0), out);
      write_path(node->path, out);
      return;
    case NodeKind::List:
      for (const NodePtr& child : node->children) write(child.get(), out);
      return;
    case NodeKind::If: write_branch(*node, "if", out); return;
    case NodeKind::Range: write_branch(*node, "range", out); return;
    case NodeKind::With: write_branch(*node, "with", out); return;
    case NodeKind::Template:
      out.append("{{template ").append(quote(node->text));
      if (node->child(0)) {
        out.push_back(' ');
        write(node->child(0), out);
      }
      out.append("}}");
      return;
    case NodeKind::Break: out.append("{{break}}"); return;
    case NodeKind::Continue: out.append("{{continue}}"); return;
  }
}

bool is_empty_node(const Node& node) {
  if (node.kind == NodeKind::Comment) return true;
  if (node.kind == NodeKind::List)
    return std::ranges::all_of(node.children, [](const NodePtr& n) { return is_empty_node(*n); });
  return node.kind == NodeKind::Text &&
         node.text.find_first_not_of(" \t\r\n\v\f") == std::string::npos;
}

}  // namespace

std::string Node::to_string() const {
  std::string out;
  write(this, out);
  return out;
}

std::string Tree::location(std::uint32_t position) const {
  const std::string_view before = std::string_view(source->text).substr(0, position);
  const std::size_t newline = before.rfind('\n');
  const std::size_t column =
      newline == std::string_view::npos ? position : position - (newline + 1);
  return fmt::format("{}:{}:{}", source->name, 1 + std::ranges::count(before, '\n'), column);
}

bool Tree::is_empty() const {
  return !root || is_empty_node(*root);
}

}  // namespace gp::tmpl
