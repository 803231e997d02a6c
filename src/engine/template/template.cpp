#include "engine/template/template.hpp"

#include "engine/template/cycles.hpp"
#include "engine/template/parser.hpp"
#include "engine/template/quote.hpp"
#include "engine/template/walk.hpp"

namespace gp::tmpl {

TemplateSet::TemplateSet(const FunctionTable* functions) : functions_(functions) {}

TemplateSet::TemplateSet(const TemplateSet* below) : below_(below), functions_(below->functions_) {}

const Function* TemplateSet::function(std::string_view name) const {
  const std::string key(name);
  if (functions_) {
    if (const auto found = functions_->find(key); found != functions_->end()) return &found->second;
  }
  const auto found = builtin_functions().find(key);
  return found == builtin_functions().end() ? nullptr : &found->second;
}

Result<void> TemplateSet::parse(std::string name, std::string text) {
  const auto source = std::make_shared<Source>(Source{std::move(name), std::move(text)});
  auto parsed = TRY(parse_trees(source, [this](std::string_view key) { return function(key); }));
  for (std::unique_ptr<Tree>& tree : parsed) {
    // The text itself is never a redefinition of what lies below.
    const bool is_text = below_ && tree->name == source->name;
    if (tree->is_empty() && (is_text ? trees_.contains(tree->name) : find(tree->name) != nullptr))
      continue;
    trees_[tree->name] = std::move(tree);
  }
  return {};
}

const Tree* TemplateSet::find(std::string_view name) const {
  const auto found = trees_.find(name);
  if (found != trees_.end()) return found->second.get();
  return below_ ? below_->find(name) : nullptr;
}

Result<std::string> TemplateSet::execute(std::string_view name, const Val& data,
                                         const Limits& limits, void* host) const {
  Execution execution(*this, limits, host);
  return execution.render(name, data);
}

Execution::Execution(const TemplateSet& set, const Limits& limits, void* host)
    : set_(&set),
      limits_(limits),
      host_(host),
      stack_base_(static_cast<const char*>(__builtin_frame_address(0))) {}

Execution::~Execution() {
  if (!changed_.empty()) free_cycles(std::move(changed_));
}

void Execution::changed(const Val& map) {
  if (map.is_map() && changed_ids_.insert(map.identity()).second) changed_.push_back(map);
}

Result<std::string> Execution::render(std::string_view name, const Val& data) {
  const Tree* tree = set_->find(name);
  if (!tree)
    return fail(
        not_found("template: no template {} associated with template \"gotpl\"", quote(name)));
  std::string out;
  Walk walk(*this, *tree, data, out);
  TRY(walk.run());
  return out;
}

Result<std::string> Execution::render_in(const TemplateSet& set, std::string_view name,
                                         const Val& data) {
  const TemplateSet* const outer = std::exchange(set_, &set);
  auto out = render(name, data);
  set_ = outer;
  return out;
}

Result<void> Execution::charge(const Val& made) {
  if (!made.is_sole_holder()) return {};
  made_bytes_ += made.is_string() || made.is_bytes() ? made.size() : made.size() * sizeof(Val);
  if (made_bytes_ <= limits_.made_bytes) return {};
  return fail(too_large("the template's functions made more than {} bytes", limits_.made_bytes));
}

Result<void> Execution::check_budget(std::size_t output_size) {
  if (++steps_ > limits_.steps) {
    return fail(resource_exhausted("the template ran for more than {} steps: does it loop?",
                                   limits_.steps));
  }
  if (output_size > limits_.output_bytes) {
    return fail(too_large("the template's output is larger than {} bytes", limits_.output_bytes));
  }
  const char* here = static_cast<const char*>(__builtin_frame_address(0));
  if (static_cast<std::size_t>(stack_base_ - here) > limits_.stack_bytes)
    return fail(
        resource_exhausted("exceeded maximum template depth: templates call each other "
                           "without end"));
  return {};
}

}  // namespace gp::tmpl
