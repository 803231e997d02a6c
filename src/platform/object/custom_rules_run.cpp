// Running the rules over an object (k8s.io/apiextensions-apiserver, pkg/apiserver/schema/cel).

#include <algorithm>

#include "base/text.hpp"
#include "platform/object/custom_rules_node.hpp"
#include "platform/object/go_text.hpp"
#include "platform/object/rules.hpp"

namespace gp::object {
namespace {

constexpr std::uint64_t kCallUnitsMax = 1'000'000;
constexpr std::uint64_t kObjectUnitsMax = 10'000'000;

std::string said(const CustomRule& rule) {
  return rule.message.empty() ? rule.text : rule.message;
}

class Run {
 public:
  explicit Run(std::vector<FieldError>& errors) : errors_(errors) {}

  void visit(const RuleNode& node, const Value& value, const Value* before,
             const std::string& path) {
    if (is_over_ || value.is_null()) return;
    check_here(node, value, before, path);
    if (value.is_object()) {
      visit_members(node, value, before, path);
    } else if (value.is_array() && node.items) {
      for (std::size_t i = 0; i < value.size(); ++i) {
        visit(*node.items, value.at(i), item_before(node, value.at(i), before), element(path, i));
      }
    }
  }

 private:
  void visit_members(const RuleNode& node, const Value& value, const Value* before,
                     const std::string& path) {
    for (const auto& [name, below] : node.properties) {
      const Value* member = value.find(name);
      if (member == nullptr) continue;
      visit(*below, *member, before == nullptr ? nullptr : before->find(name), child(path, name));
    }
    if (!node.additional) return;
    for (const Value::Member& member : value.members()) {
      visit(*node.additional, member.value,
            before == nullptr ? nullptr : before->find(member.key()), key_of(path, member.key()));
    }
  }

  static const Value* item_before(const RuleNode& node, const Value& item, const Value* before) {
    constexpr std::size_t kItemsMax = 1000;  // beyond, finding each one's past takes too long
    if (before == nullptr || node.list_keys.empty() || before->size() > kItemsMax) return nullptr;
    for (const Value& old : before->items()) {
      const bool is_same = std::ranges::all_of(
          node.list_keys, [&](const std::string& key) { return old[key] == item[key]; });
      if (is_same) return &old;
    }
    return nullptr;
  }

  void check_here(const RuleNode& node, const Value& value, const Value* before,
                  const std::string& path) {
    if (node.rules.empty()) return;
    const bool is_unchanged = before != nullptr && value == *before;
    cel::Activation activation = {{"self", cel::Val::json(value, node.type)}};
    const bool has_old = before != nullptr && !before->is_null();
    if (has_old) activation.emplace_back("oldSelf", cel::Val::json(*before, node.type));
    for (const CustomRule& rule : node.rules) {
      if (is_over_) return;
      if (!rule.reads_old && is_unchanged) continue;  // it was as wrong before
      if (rule.old_is_optional) {
        cel::Activation optional = {activation[0]};
        optional.emplace_back("oldSelf", has_old ? cel::Val::optional_of(activation[1].second)
                                                 : cel::Val::optional_none());
        run(node, rule, optional, path);
      } else if (!rule.reads_old || has_old) {
        run(node, rule, activation, path);
      }
    }
  }

  // Within what one call may cost and what is left for the object.
  cel::Val evaluate(const cel::Program& program, const cel::Activation& activation) {
    cel::Budget budget;
    budget.remaining = kCallUnitsMax;
    cel::Val result = program.evaluate(activation, budget);
    const std::uint64_t spent = kCallUnitsMax - budget.remaining;
    left_ -= std::min(left_, spent);
    return result;
  }

  void run(const RuleNode& node, const CustomRule& rule, const cel::Activation& activation,
           const std::string& path) {
    const cel::Val result = evaluate(rule.program, activation);
    if (left_ == 0) {
      refuse(node, path,
             "validation failed due to running out of cost budget, no further validation rules "
             "will be run");
      is_over_ = true;
      return;
    }
    if (result.is_error()) {
      report_error(node, rule, path, std::string(result.text()));
    } else if (!result.is(cel::Val::Kind::Bool) || !result.as_bool()) {
      report_broken(node, rule, activation, path);
    }
  }

  void report_error(const RuleNode& node, const CustomRule& rule, const std::string& path,
                    const std::string& why) {
    if (why.starts_with("no such overload")) {
      refuse(node, path,
             fmt::format("'{}': call arguments did not match a supported operator, function or "
                         "macro signature for rule: {}",
                         why, said(rule)));
    } else if (why.starts_with("operation cancelled: actual cost limit exceeded")) {
      refuse(node, path,
             fmt::format("'{}': no further validation rules will be run due to call cost exceeds "
                         "limit for rule: {}",
                         why, said(rule)));
      is_over_ = true;
    } else {
      refuse(node, path, fmt::format("{} evaluating rule: {}", why, said(rule)));
    }
  }

  void report_broken(const RuleNode& node, const CustomRule& rule,
                     const cel::Activation& activation, const std::string& path) {
    FieldError error;
    error.type = rule.type;
    error.field = rule.field.empty() ? path : join(path, rule.field);
    error.bad_value = go_quote(node.type_name);
    error.detail = rule.message.empty() ? "failed rule: " + rule.text : rule.message;
    if (rule.message_program) {
      if (auto text = message_of(*rule.message_program, activation)) error.detail = *text;
    }
    errors_.push_back(std::move(error));
  }

  // An expression that fails, or makes no line of text, gives way to `message`.
  std::optional<std::string> message_of(const cel::Program& program,
                                        const cel::Activation& activation) {
    constexpr std::size_t kMessageBytesMax = 5120;
    const cel::Val text = evaluate(program, activation);
    if (!text.is(cel::Val::Kind::String)) return std::nullopt;
    std::string line(trimmed(text.text()));
    if (line.empty() || line.size() > kMessageBytesMax || line.find('\n') != std::string::npos) {
      return std::nullopt;
    }
    return line;
  }

  static std::string join(const std::string& path, const std::string& below) {
    return below.starts_with('[') || path.empty() ? path + below : path + "." + below;
  }

  void refuse(const RuleNode& node, const std::string& path, std::string why) {
    errors_.push_back({FieldError::Type::Invalid, path, go_quote(node.type_name), std::move(why)});
  }

  std::vector<FieldError>& errors_;
  std::uint64_t left_ = kObjectUnitsMax;
  bool is_over_ = false;
};

}  // namespace

void CustomRules::check(const Value& object, const Value* before,
                        std::vector<FieldError>& errors) const {
  if (root_) Run(errors).visit(*root_, object, before, "");
}

}  // namespace gp::object
