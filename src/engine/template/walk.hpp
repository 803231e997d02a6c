#pragma once
// The evaluator: one Walk renders one template with one set of variables.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/template/template.hpp"

namespace gp::tmpl {

class Walk {
 public:
  Walk(Execution& execution, const Tree& tree, const Val& dot, std::string& out);
  Result<void> run();

 private:
  enum class Flow { Next, Break, Continue };

  Result<Flow> walk(const Val& dot, const Node& node);
  Result<Flow> walk_list(const Val& dot, const Node& list);
  Result<Flow> walk_branch(const Val& dot, const Node& branch);
  Result<Flow> walk_range(const Val& dot, const Node& range);
  Result<void> walk_template(const Val& dot, const Node& node);
  Result<void> print(const Node& node, const Val& value);

  // `final` is the value of the previous command in the pipeline; null when there is none.
  Result<Val> pipeline(const Val& dot, const Node& pipe);
  Result<Val> command(const Val& dot, const Node& command, const Val* final);
  Result<Val> call(const Val& dot, const Function& function, const Node& node,
                   std::string_view name, std::span<const NodePtr> arguments, const Val* final);
  Result<Val> and_or(const Val& dot, bool is_or, std::span<const NodePtr> arguments,
                     const Val* final);
  Result<Val> call_value(const Val& dot, const Node& node, std::span<const NodePtr> arguments,
                         const Val* final);
  Result<Val> field_chain(const Val& dot, Val receiver, const Node& node,
                          std::span<const std::string> path, std::span<const NodePtr> arguments,
                          const Val* final);
  Result<Val> field(const Val& dot, const std::string& name, const Node& node,
                    std::span<const NodePtr> arguments, const Val* final, const Val& receiver);
  Result<Val> map_field(const Map* map, const std::string& name, bool has_arguments);
  Result<Val> chain(const Val& dot, const Node& node, std::span<const NodePtr> arguments,
                    const Val* final);
  Result<Val> variable(const Val& dot, const Node& node, std::span<const NodePtr> arguments,
                       const Val* final);
  Result<Val> argument(const Val& dot, const Type* type, const Node& node);
  Result<Val> computed_argument(const Val& dot, const Node& node);
  Result<Val> literal_argument(const Type& type, const Node& node);
  Result<Val> any_argument(const Node& node);
  Result<Val> validated(Val value, const Type* type);
  Result<Val> constant(const Node& number);
  Result<void> not_a_function(std::span<const NodePtr> arguments, const Val* final);

  Result<Val> variable_value(std::string_view name);
  Result<void> assign(std::string_view name, Val value);
  void at(const Node& node) { node_ = &node; }
  std::unexpected<Error> error(std::string_view what, Code code = Code::InvalidArgument) const;

  Execution& execution_;
  const Tree& tree_;
  const Node* node_ = nullptr;  // what messages point at
  std::string& out_;
  std::vector<std::pair<std::string_view, Val>> variables_;
};

// Go's truth: not the zero value, not empty.
bool is_true(const Val& value);

}  // namespace gp::tmpl
