#include "engine/template/walk.hpp"

#include <fmt/format.h>

#include "engine/template/host.hpp"
#include "engine/template/print.hpp"
#include "engine/template/quote.hpp"

namespace gp::tmpl {

bool is_true(const Val& value) {
  switch (value.kind()) {
    case Kind::Invalid: return false;
    case Kind::String:
    case Kind::Slice:
    case Kind::Map: return value.size() > 0;
    case Kind::Float64: return value.number() != 0;
    case Kind::Complex128: return value.complex() != std::pair(0.0, 0.0);
    case Kind::Struct: return true;
    case Kind::Func:
    case Kind::Pointer:
    case Kind::Interface: return !value.is_nil();
    default: return value.integer() != 0;
  }
}

Walk::Walk(Execution& execution, const Tree& tree, const Val& dot, std::string& out)
    : execution_(execution), tree_(tree), out_(out) {
  variables_.emplace_back("$", dot);
}

Result<void> Walk::run() {
  const Val dot = variables_.front().second;
  TRY(walk_list(dot, *tree_.root));
  return {};
}

std::unexpected<Error> Walk::error(std::string_view what, Code code) const {
  std::string message = node_ ? fmt::format("template: {}: executing {} at <{}>: {}",
                                            node_->tree->location(node_->position),
                                            quote(tree_.name), node_->to_string(), what)
                              : fmt::format("template: {}: {}", tree_.name, what);
  return fail(Error{code, std::move(message), {}, {}, {}});
}

Result<Walk::Flow> Walk::walk_list(const Val& dot, const Node& list) {
  for (const NodePtr& child : list.children) {
    const Flow flow = TRY(walk(dot, *child));
    if (flow != Flow::Next) return flow;
  }
  return Flow::Next;
}

Result<Walk::Flow> Walk::walk(const Val& dot, const Node& node) {
  at(node);
  if (auto allowed = execution_.check_budget(out_.size()); !allowed)
    return error(allowed.error().message, allowed.error().code);
  switch (node.kind) {
    case NodeKind::Text: out_.append(node.text); return Flow::Next;
    case NodeKind::Action: {
      const Node& pipe = *node.child(0);
      const Val value = TRY(pipeline(dot, pipe));
      if (pipe.declared.empty()) TRY(print(node, value));
      return Flow::Next;
    }
    case NodeKind::If:
    case NodeKind::With: return walk_branch(dot, node);
    case NodeKind::Range: return walk_range(dot, node);
    case NodeKind::Template: TRY(walk_template(dot, node)); return Flow::Next;
    case NodeKind::List: return walk_list(dot, node);
    case NodeKind::Break: return Flow::Break;
    case NodeKind::Continue: return Flow::Continue;
    default: return Flow::Next;
  }
}

Result<void> Walk::print(const Node& node, const Val& value) {
  at(node);
  if (!value.valid()) {
    out_.append("<no value>");
    return {};
  }
  if (value.kind() == Kind::Func)
    return error(fmt::format("can't print {} of type {}", node.to_string(), value.type()->name));
  if (value.is_host()) {
    out_.append(value.host().addressed_text());
  } else {
    print_value(out_, value);
  }
  return {};
}

Result<Walk::Flow> Walk::walk_branch(const Val& dot, const Node& branch) {
  const std::size_t mark = variables_.size();
  const Val value = TRY(pipeline(dot, *branch.child(0)));
  Flow flow = Flow::Next;
  if (is_true(value)) {
    flow = TRY(walk(branch.kind == NodeKind::With ? value : dot, *branch.child(1)));
  } else if (branch.child(2)) {
    flow = TRY(walk(dot, *branch.child(2)));
  }
  variables_.resize(mark);
  return flow;
}

Result<Walk::Flow> Walk::walk_range(const Val& dot, const Node& range) {
  const std::size_t outer = variables_.size();
  const Node& pipe = *range.child(0);
  const Val over = TRY(pipeline(dot, pipe));
  const std::size_t mark = variables_.size();

  // False when the loop is left.
  const auto iterate = [&](const Val& index, const Val& element) -> Result<bool> {
    const auto& declared = pipe.declared;
    if (pipe.assigns) {
      if (!declared.empty()) TRY(assign(declared[0], declared.size() > 1 ? index : element));
      if (declared.size() > 1) TRY(assign(declared[1], element));
    } else {
      if (!declared.empty()) variables_[mark - 1].second = element;
      if (declared.size() > 1) variables_[mark - 2].second = index;
    }
    const Flow flow = TRY(walk(element, *range.child(1)));
    variables_.resize(mark);
    return flow != Flow::Break;
  };

  std::size_t count = 0;
  if (over.is_slice()) {
    count = over.size();
    const bool boxes = over.type()->element == &types::kInterface;
    for (std::size_t i = 0; i < count; ++i) {
      Val element = over.at(i);
      if (boxes) element = std::move(element).boxed();
      const bool goes_on = TRY(iterate(Val::integer(static_cast<std::int64_t>(i)), element));
      if (!goes_on) break;
    }
  } else if (over.kind() == Kind::Map) {
    // A copy: what the body sets does not change what is visited.
    const std::vector<Map::Entry> entries =
        over.is_map() ? over.map().entries() : std::vector<Map::Entry>();
    count = entries.size();
    const bool boxes = over.type()->element == &types::kInterface;
    for (const Map::Entry& entry : entries) {
      Val element = entry.value;
      if (boxes) element = std::move(element).boxed();
      const bool goes_on = TRY(iterate(Val::string(entry.key), element));
      if (!goes_on) break;
    }
  } else if (over.valid() && !(over.kind() == Kind::Pointer && over.is_nil())) {
    return error("range can't iterate over " + print_one(over));
  }
  variables_.resize(mark);
  Flow flow = Flow::Next;
  if (count == 0 && range.child(2)) flow = TRY(walk(dot, *range.child(2)));
  variables_.resize(outer);
  return flow;
}

Result<void> Walk::walk_template(const Val& dot, const Node& node) {
  const Tree* tree = execution_.set().find(node.text);
  if (!tree) return error(fmt::format("template {} not defined", quote(node.text)));
  Val inner;
  if (node.child(0)) inner = TRY(pipeline(dot, *node.child(0)));
  Walk nested(execution_, *tree, inner, out_);
  return nested.run();
}

Result<Val> Walk::variable_value(std::string_view name) {
  for (auto it = variables_.rbegin(); it != variables_.rend(); ++it)
    if (it->first == name) return it->second;
  return error(fmt::format("undefined variable: {}", name));
}

Result<void> Walk::assign(std::string_view name, Val value) {
  for (auto it = variables_.rbegin(); it != variables_.rend(); ++it) {
    if (it->first != name) continue;
    it->second = std::move(value);
    return {};
  }
  return error(fmt::format("undefined variable: {}", name));
}

}  // namespace gp::tmpl
