// Compiling the rules of a schema, with the real server's words for what is wrong with them.

#include "platform/object/custom_rules.hpp"

#include <algorithm>
#include <functional>

#include "base/text.hpp"
#include "platform/object/custom_rules_node.hpp"
#include "platform/object/go_text.hpp"
#include "platform/object/rules.hpp"

namespace gp::object {
namespace {

constexpr std::uint64_t kRuleUnitsMax = 10'000'000;         // StaticEstimatedCostLimit
constexpr std::uint64_t kDefinitionUnitsMax = 100'000'000;  // StaticEstimatedCRDCostLimit
constexpr std::size_t kDepthMax = 256;
constexpr std::string_view kHint =
    "(try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, "
    "maps, and strings are declared)";

std::uint64_t times(std::uint64_t a, std::uint64_t b) {
  std::uint64_t out = 0;
  return __builtin_mul_overflow(a, b, &out) ? UINT64_MAX : out;
}

std::string over_budget(std::string_view what, std::uint64_t cost, std::uint64_t limit) {
  const double factor = static_cast<double>(cost) / static_cast<double>(limit);
  std::string text = "more than 100x";
  if (factor < 1.5) {
    text = fmt::format("{:f}x", factor);
  } else if (factor <= 100.0) {
    text = fmt::format("{:.1f}x", factor);
  }
  return fmt::format("{} exceeds budget by factor of {} {}", what, text, kHint);
}

// The rule as Go prints the struct.
std::string printed(const Value& rule) {
  const Value& reason = rule["reason"];
  const Value& optional = rule["optionalOldSelf"];
  return fmt::format(
      "apiextensions.ValidationRule{{Rule:{}, Message:{}, MessageExpression:{}, Reason:{}, "
      "FieldPath:{}, OptionalOldSelf:{}}}",
      go_quote(rule["rule"].text()), go_quote(rule["message"].text()),
      go_quote(rule["messageExpression"].text()),
      reason.is_null() ? "(*apiextensions.FieldValueErrorReason)(nil)" : go_quote(reason.text()),
      go_quote(rule["fieldPath"].text()), optional.is_null() ? "(*bool)(nil)" : go_print(optional));
}

FieldError::Type type_of_reason(std::string_view reason) {
  if (reason == "FieldValueForbidden") return FieldError::Type::Forbidden;
  if (reason == "FieldValueRequired") return FieldError::Type::Required;
  if (reason == "FieldValueDuplicate") return FieldError::Type::Duplicate;
  return FieldError::Type::Invalid;
}

bool is_reason(std::string_view reason) {
  return reason == "FieldValueRequired" || reason == "FieldValueForbidden" ||
         reason == "FieldValueInvalid" || reason == "FieldValueDuplicate";
}

bool has_line_break(std::string_view text) {
  return text.find_first_of("\r\n") != std::string_view::npos;
}

// ".spec['a.b'].c" in the schema; what remains is the path as errors show it, nothing if there is
// no such field.
std::optional<std::string> field_below(std::string_view path, const Value& schema) {
  std::string shown;
  const Value* at = &schema;
  while (!path.empty()) {
    std::string_view name;
    if (path.starts_with("['")) {
      const std::size_t end = path.find("']");
      if (end == std::string_view::npos) return std::nullopt;
      name = path.substr(2, end - 2);
      path.remove_prefix(end + 2);
    } else if (path.starts_with('.')) {
      path.remove_prefix(1);
      const std::size_t end = std::min(path.find_first_of(".["), path.size());
      name = path.substr(0, end);
      path.remove_prefix(end);
    } else {
      return std::nullopt;
    }
    if (const Value* property = (*at)["properties"].find(name)) {
      shown = child(shown, name);
      at = property;
    } else if (const Value& rest = (*at)["additionalProperties"]; rest.is_object()) {
      shown = key_of(shown, name);
      at = &rest;
    } else {
      return std::nullopt;
    }
  }
  return shown.empty() ? std::nullopt : std::optional(shown);
}

// How often a place can occur in one object: nothing once it is below something unbounded.
using Occurrences = std::optional<std::uint64_t>;

class Compiler {
 public:
  // Rules that were accepted before keep what they cost.
  Compiler(std::vector<FieldError>& problems, bool forgives_cost)
      : report_(problems), forgives_cost_(forgives_cost) {}

  // Where a schema stands.
  struct Place {
    std::string path;
    Occurrences occurrences = 1;
    std::string no_past;  // the list or map on the way whose parts cannot be told apart; or empty
    bool is_root = false;
    std::size_t depth = 0;
  };

  std::unique_ptr<RuleNode> node(const Value& schema, const Place& place) {
    if (place.depth > kDepthMax) return nullptr;
    auto made = std::make_unique<RuleNode>();
    made->is_atomic = schema["x-kubernetes-map-type"].text() == "atomic";
    add_rules(schema, place, *made);
    for (const Value::Member& property : schema["properties"].members()) {
      Place below = place;
      below.path = key_of(child(place.path, "properties"), property.key());
      below.is_root = false;
      ++below.depth;
      if (below.no_past.empty() && made->is_atomic) below.no_past = place.path;
      if (auto inner = node(property.value, below)) {
        made->properties.emplace(property.key(), std::move(inner));
      }
    }
    if (const Value& items = schema["items"]; items.is_object()) {
      made->items = node(items, below_list(schema, place));
      if (schema["x-kubernetes-list-type"].text() == "map") {
        for (const Value& key : schema["x-kubernetes-list-map-keys"].items()) {
          made->list_keys.push_back(key.string());
        }
      }
    }
    if (const Value& rest = schema["additionalProperties"]; rest.is_object()) {
      Place below = many(schema["maxProperties"], place);
      below.path = child(place.path, "additionalProperties");
      made->additional = node(rest, below);
    }
    const bool is_empty =
        made->rules.empty() && made->properties.empty() && !made->items && !made->additional;
    return is_empty ? nullptr : std::move(made);
  }

  void check_total(const std::string& path) {
    if (total_ <= kDefinitionUnitsMax) return;
    constexpr std::size_t kNamedMax = 4;
    std::ranges::sort(costs_, std::greater(), &Cost::units);
    if (costs_.size() > kNamedMax) costs_.resize(kNamedMax);
    for (const Cost& cost : costs_) {
      report_.forbidden(cost.rule,
                        "contributed to estimated rule cost total exceeding cost limit for entire "
                        "OpenAPIv3 schema");
    }
    report_.forbidden(path, over_budget("x-kubernetes-validations estimated rule cost total for "
                                        "entire OpenAPIv3 schema",
                                        total_, kDefinitionUnitsMax));
  }

 private:
  static Place many(const Value& bound, const Place& place) {
    Place below = place;
    below.is_root = false;
    ++below.depth;
    if (place.occurrences && bound.is_integer()) {
      below.occurrences =
          times(*place.occurrences,
                static_cast<std::uint64_t>(std::max<std::int64_t>(bound.integer(), 0)));
    } else {
      below.occurrences.reset();
    }
    return below;
  }

  static Place below_list(const Value& schema, const Place& place) {
    Place below = many(schema["maxItems"], place);
    below.path = child(place.path, "items");
    if (below.no_past.empty() && schema["x-kubernetes-list-type"].text() != "map") {
      below.no_past = place.path;
    }
    return below;
  }

  void add_rules(const Value& schema, const Place& place, RuleNode& out) {
    const Value& rules = schema["x-kubernetes-validations"];
    if (rules.empty()) return;
    out.type = place.is_root || schema["x-kubernetes-embedded-resource"].boolean()
                   ? cel::type_of_resource(schema)
                   : cel::type_of_schema(schema);
    out.type_name = schema["type"].string();
    const std::string at = child(place.path, "x-kubernetes-validations");
    const std::size_t before = report_.errors().size();
    for (std::size_t i = 0; i < rules.size(); ++i) {
      check_texts(schema, rules.at(i), element(at, i));
    }
    if (report_.errors().size() != before) return;
    for (std::size_t i = 0; i < rules.size(); ++i) {
      add_rule(schema, place, rules.at(i), element(at, i), out);
    }
  }

  void add_rule(const Value& schema, const Place& place, const Value& rule, const std::string& at,
                RuleNode& out) {
    const std::size_t before = report_.errors().size();
    const bool old_is_optional = rule["optionalOldSelf"].boolean();
    const cel::Environment environment = {
        {"self", out.type},
        {"oldSelf", old_is_optional ? cel::Type::optional(out.type) : out.type}};
    auto program = compile(rule, "rule", "compilation failed: ", environment, at);
    auto message = rule["messageExpression"].text().empty()
                       ? std::optional<cel::Program>()
                       : compile(rule, "messageExpression",
                                 "messageExpression compilation failed: ", environment, at);
    if (!program || report_.errors().size() != before) return;
    const bool reads_old = std::ranges::count(program->variables(), "oldSelf") > 0;
    if (reads_old && !place.no_past.empty()) {
      report_.invalid(child(at, "rule"), rule["rule"],
                      fmt::format("oldSelf cannot be used on the uncorrelatable portion of the "
                                  "schema within {}",
                                  place.no_past));
      return;
    }
    if (!reads_old && !rule["optionalOldSelf"].is_null()) {
      report_.invalid(child(at, "optionalOldSelf"), rule["optionalOldSelf"].boolean(),
                      "may not be set if oldSelf is not used in rule");
      return;
    }
    out.rules.push_back(
        {std::move(*program), std::move(message), rule["messageExpression"].string(),
         std::string(trimmed(rule["rule"].text())), std::string(trimmed(rule["message"].text())),
         field_below(rule["fieldPath"].text(), schema).value_or(""),
         type_of_reason(rule["reason"].text()), reads_old, old_is_optional});
    // How often the rule runs counts for it, not for its message.
    const std::uint64_t runs = place.occurrences.value_or(cel::occurrences_in_request(schema));
    charge(times(out.rules.back().program.estimated_cost(cel::kRequestBytesMax).max, runs),
           child(at, "rule"), "estimated rule cost");
    if (const auto& message_program = out.rules.back().message_program) {
      charge(message_program->estimated_cost(cel::kRequestBytesMax).max,
             child(at, "messageExpression"), "estimated messageExpression cost");
    }
  }

  void check_texts(const Value& schema, const Value& rule, const std::string& at) {
    const std::string_view text = rule["rule"].text();
    const std::string_view message = rule["message"].text();
    if (trimmed(text).empty()) report_.required(child(at, "rule"), "rule is not specified");
    if (!message.empty() && trimmed(message).empty()) {
      report_.invalid(child(at, "message"), rule["message"],
                      "message must be non-empty if specified");
    } else if (has_line_break(trimmed(message))) {
      report_.invalid(child(at, "message"), rule["message"],
                      "message must not contain line breaks");
    } else if (message.empty() && has_line_break(trimmed(text))) {
      report_.required(child(at, "message"),
                       "message must be specified if rule contains line breaks");
    }
    const std::string_view expression = rule["messageExpression"].text();
    if (!expression.empty() && trimmed(expression).empty()) {
      report_.required(child(at, "messageExpression"),
                       "messageExpression must be non-empty if specified");
    }
    check_field_path(schema, rule["fieldPath"], child(at, "fieldPath"));
    const std::string_view reason = rule["reason"].text();
    if (!reason.empty() && !is_reason(reason)) {
      report_.not_supported(child(at, "reason"), rule["reason"],
                            {"FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid",
                             "FieldValueRequired"});
    }
  }

  void check_field_path(const Value& schema, const Value& path, const std::string& at) {
    const std::string_view text = path.text();
    if (text.empty()) return;
    if (trimmed(text).empty()) {
      report_.invalid(at, path, "fieldPath must be non-empty if specified");
    }
    if (has_line_break(text)) report_.invalid(at, path, "fieldPath must not contain line breaks");
    if (!field_below(text, schema)) report_.invalid(at, path, "fieldPath must be a valid path");
  }

  std::optional<cel::Program> compile(const Value& rule, std::string_view field,
                                      std::string_view prefix, const cel::Environment& environment,
                                      const std::string& at) {
    const bool is_rule = field == "rule";
    auto program = cel::Program::compile(rule[field].text(), environment);
    if (!program) {
      report_.invalid_printed(child(at, field), printed(rule),
                              fmt::format("{}{}", prefix, program.error().message));
      return std::nullopt;
    }
    const cel::Type::Kind kind = program->result_type().kind;
    const auto wanted = is_rule ? cel::Type::Kind::Bool : cel::Type::Kind::String;
    if (kind != wanted) {
      report_.invalid_printed(child(at, field), printed(rule),
                              is_rule ? "cel expression must evaluate to a bool"
                                      : "messageExpression must evaluate to a string");
      return std::nullopt;
    }
    return std::move(*program);
  }

  void charge(std::uint64_t units, std::string at, std::string_view what) {
    if (!forgives_cost_ && units > kRuleUnitsMax) {
      report_.forbidden(at, over_budget(what, units, kRuleUnitsMax));
    }
    total_ = total_ > UINT64_MAX - units ? UINT64_MAX : total_ + units;
    if (units >= kDefinitionUnitsMax / 100) costs_.push_back({std::move(at), units});
  }

  struct Cost {
    std::string rule;
    std::uint64_t units = 0;
  };

  Report report_;
  bool forgives_cost_;
  std::uint64_t total_ = 0;
  std::vector<Cost> costs_;  // those that count: one hundredth of what a definition may cost
};

}  // namespace

CustomRules CustomRules::compile(const Value& schema, const std::string& path, const Value* before,
                                 std::vector<FieldError>& problems) {
  Compiler compiler(problems, before != nullptr && *before == schema);
  Compiler::Place root;
  root.path = path;
  root.is_root = true;
  CustomRules rules;
  rules.root_ = compiler.node(schema, root);
  compiler.check_total(path);
  return rules;
}

}  // namespace gp::object
