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
constexpr std::string_view kOverCallLimit = "operation cancelled: actual cost limit exceeded";

std::string said(const CustomRule& rule) {
  return rule.message.empty() ? rule.text : rule.message;
}

// What a part of the object was: nothing that it can be compared with, or that value.
struct Past {
  const Value* value = nullptr;
  bool is_same = false;  // this part, or a whole that it belongs to, has not changed

  Past part(const Value* before, const Value& now) const {
    if (is_same) return {before, true};
    return {before, before != nullptr && (now.same_as(*before) || now == *before)};
  }
};

class Run {
 public:
  explicit Run(std::vector<FieldError>& errors) : errors_(errors) {}

  void visit(const RuleNode& node, const Value& value, const Past& past, const std::string& path) {
    if (is_over_ || value.is_null()) return;
    check_here(node, value, past, path);
    if (value.is_object()) {
      visit_members(node, value, past, path);
    } else if (value.is_array() && node.items) {
      for (std::size_t i = 0; i < value.size() && !is_over_; ++i) {
        visit(*node.items, value.at(i),
              past.part(item_before(node, value.at(i), past.value), value.at(i)), element(path, i));
      }
    }
  }

 private:
  void visit_members(const RuleNode& node, const Value& value, const Past& past,
                     const std::string& path) {
    const auto before = [&](std::string_view name) {
      return past.value == nullptr || node.is_atomic ? nullptr : past.value->find(name);
    };
    for (const auto& [name, below] : node.properties) {
      if (const Value* member = value.find(name)) {
        visit(*below, *member, past.part(before(name), *member), child(path, name));
      }
    }
    if (!node.additional) return;
    for (const Value::Member& member : value.members()) {
      visit(*node.additional, member.value, past.part(before(member.key()), member.value),
            key_of(path, member.key()));
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

  void check_here(const RuleNode& node, const Value& value, const Past& past,
                  const std::string& path) {
    if (node.rules.empty()) return;
    const bool has_old = past.value != nullptr && !past.value->is_null();
    cel::Activation plain = {{"self", cel::Val::json(value, node.type)}};
    cel::Activation optional = plain;
    if (has_old) plain.emplace_back("oldSelf", cel::Val::json(*past.value, node.type));
    optional.emplace_back(
        "oldSelf", has_old ? cel::Val::optional_of(plain[1].second) : cel::Val::optional_none());
    for (const CustomRule& rule : node.rules) {
      if (is_over_) return;
      if (!rule.reads_old && past.is_same) continue;  // it was as wrong before
      if (rule.old_is_optional) {
        run(node, rule, optional, path);
      } else if (!rule.reads_old || has_old) {
        run(node, rule, plain, path);
      }
    }
  }

  // Within what one call may cost. Whether the object's budget still covers it.
  bool evaluate(const cel::Program& program, const cel::Activation& activation, cel::Val& result) {
    cel::Budget budget;
    budget.remaining = kCallUnitsMax;
    result = program.evaluate(activation, budget);
    const std::uint64_t spent = kCallUnitsMax - budget.remaining;
    if (spent > left_) return false;
    left_ -= spent;
    return true;
  }

  void run(const RuleNode& node, const CustomRule& rule, const cel::Activation& activation,
           const std::string& path) {
    cel::Val result;
    if (!evaluate(rule.program, activation, result)) {
      stop(node, path,
           "validation failed due to running out of cost budget, no further validation rules will "
           "be run");
    } else if (result.is_error()) {
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
    } else if (why.starts_with(kOverCallLimit)) {
      stop(node, path,
           fmt::format("'{}': no further validation rules will be run due to call cost exceeds "
                       "limit for rule: {}",
                       why, said(rule)));
    } else {
      refuse(node, path, fmt::format("{} evaluating rule: {}", why, said(rule)));
    }
  }

  void report_broken(const RuleNode& node, const CustomRule& rule,
                     const cel::Activation& activation, const std::string& path) {
    const std::string blamed = rule.field.empty() ? path : child(path, rule.field);
    std::string detail = rule.message.empty() ? "failed rule: " + rule.text : rule.message;
    if (rule.message_program) {
      cel::Val text;
      if (!evaluate(*rule.message_program, activation, text)) {
        stop(node, blamed,
             "messageExpression evaluation failed due to running out of cost budget, no further "
             "validation rules will be run");
        return;
      }
      if (text.is_error() && text.text().starts_with(kOverCallLimit)) {
        stop(node, blamed,
             fmt::format("no further validation rules will be run due to call cost exceeds limit "
                         "for messageExpression: {}",
                         go_quote(rule.message_text)));
        return;
      }
      if (auto line = line_of(text)) detail = *std::move(line);
    }
    if (rule.type == FieldError::Type::Duplicate) detail.clear();
    errors_.push_back({rule.type, shown(blamed), go_quote(node.type_name), std::move(detail)});
  }

  // What is no line of text gives way to `message`.
  static std::optional<std::string> line_of(const cel::Val& text) {
    constexpr std::size_t kMessageBytesMax = 5120;
    if (!text.is(cel::Val::Kind::String)) return std::nullopt;
    std::string line(trimmed(text.text()));
    if (line.empty() || line.size() > kMessageBytesMax || line.find('\n') != std::string::npos) {
      return std::nullopt;
    }
    return line;
  }

  // The whole object has no path; the real server's way to say so.
  static std::string shown(const std::string& path) { return path.empty() ? "<nil>" : path; }

  void refuse(const RuleNode& node, const std::string& path, std::string why) {
    errors_.push_back(
        {FieldError::Type::Invalid, shown(path), go_quote(node.type_name), std::move(why)});
  }

  void stop(const RuleNode& node, const std::string& path, std::string why) {
    refuse(node, path, std::move(why));
    is_over_ = true;
  }

  std::vector<FieldError>& errors_;
  std::uint64_t left_ = kObjectUnitsMax;
  bool is_over_ = false;
};

}  // namespace

void CustomRules::check(const Value& object, const Value* before,
                        std::vector<FieldError>& errors) const {
  if (root_) Run(errors).visit(*root_, object, Past().part(before, object), "");
}

}  // namespace gp::object
