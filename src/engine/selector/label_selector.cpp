// What a requirement means and how it is validated; parsing is in label_parser.cpp.

#include <charconv>

#include "base/json.hpp"
#include "engine/selector/names.hpp"
#include "engine/selector/requirement.hpp"
#include "engine/selector/selector.hpp"

namespace gp::selector {
namespace {

std::optional<std::int64_t> parse_integer(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  std::int64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || read.ec != std::errc() || read.ptr != text.data() + text.size())
    return std::nullopt;
  return number;
}

std::string joined(const std::vector<std::string>& parts, std::string_view separator) {
  std::string text;
  for (const std::string& part : parts) {
    if (&part != &parts.front()) text += separator;
    text += part;
  }
  return text;
}

// Go's %q for what labels can hold.
std::string quoted(std::string_view text) {
  std::string out;
  append_json_string(out, text, false);
  return out;
}

std::string quoted_list(const std::vector<std::string>& values) {
  std::vector<std::string> parts;
  for (const std::string& value : values) parts.push_back(quoted(value));
  return "[" + joined(parts, ",") + "]";
}

// What is wrong with the number of values, if anything.
std::string_view count_error(Operator op, std::size_t count) {
  switch (op) {
    case Operator::In:
    case Operator::NotIn:
      return count == 0 ? "for 'in', 'notin' operators, values set can't be empty" : "";
    case Operator::Equals:
    case Operator::DoubleEquals:
    case Operator::NotEquals:
      return count != 1 ? "exact-match compatibility requires one single value" : "";
    case Operator::Exists:
    case Operator::DoesNotExist:
      return count != 0 ? "values set must be empty for exists and does not exist" : "";
    case Operator::GreaterThan:
    case Operator::LessThan:
      return count != 1 ? "for 'Gt', 'Lt' operators, exactly one value is required" : "";
  }
  return "";
}

bool by_key(const Requirement& a, const Requirement& b) {
  return std::tie(a.key, a.op, a.values) < std::tie(b.key, b.op, b.values);
}

}  // namespace

std::string label_key_problem(std::string_view key, std::string_view path) {
  const auto errors = label_key_errors(key);
  if (errors.empty()) return {};
  return fmt::format("{}: Invalid value: {}: {}", path, quoted(key), joined(errors, "; "));
}

Result<Requirement> make_requirement(std::string key, Operator op,
                                     std::vector<std::string> values) {
  std::ranges::sort(values);
  values.erase(std::unique(values.begin(), values.end()), values.end());
  Requirement requirement{std::move(key), op, std::move(values)};

  std::vector<std::string> errors;
  if (auto error = label_key_problem(requirement.key, "key"); !error.empty())
    errors.push_back(error);
  const std::string_view count = count_error(op, requirement.values.size());
  if (!count.empty()) {
    errors.push_back(
        fmt::format("values: Invalid value: {}: {}", quoted_list(requirement.values), count));
  }
  for (std::size_t i = 0; i < requirement.values.size(); ++i) {
    const std::string& value = requirement.values[i];
    if (op == Operator::GreaterThan || op == Operator::LessThan) {
      const auto number = parse_integer(value);
      requirement.number = number.value_or(0);
      if (!number) {
        errors.push_back(fmt::format(
            "values[{}]: Invalid value: {}: for 'Gt', 'Lt' operators, the value must be an integer",
            i, quoted(value)));
      }
    }
    const auto wrong = label_value_errors(value);
    if (!wrong.empty()) {
      errors.push_back(fmt::format("values[{}][{}]: Invalid value: {}: {}", i, requirement.key,
                                   quoted(value), joined(wrong, "; ")));
    }
  }
  if (errors.empty()) return requirement;
  // apimachinery's aggregate: several errors in brackets.
  return fail(
      invalid_argument("{}", errors.size() == 1 ? errors[0] : "[" + joined(errors, ", ") + "]"));
}

bool Requirement::matches(std::optional<std::string_view> value) const {
  switch (op) {
    case Operator::In:
    case Operator::Equals:
    case Operator::DoubleEquals: return value && std::ranges::find(values, *value) != values.end();
    case Operator::NotIn:
    case Operator::NotEquals: return !value || std::ranges::find(values, *value) == values.end();
    case Operator::Exists: return value.has_value();
    case Operator::DoesNotExist: return !value;
    case Operator::GreaterThan:
    case Operator::LessThan: {
      const auto actual = value ? parse_integer(*value) : std::nullopt;
      if (!actual) return false;
      return op == Operator::GreaterThan ? *actual > number : *actual < number;
    }
  }
  return false;
}

std::string Requirement::to_string() const {
  const std::string list = joined(values, ",");
  const std::string_view set =
      list.empty() ? std::string_view(",")
                   : std::string_view(list);  // just the empty value: "()" would not read back
  switch (op) {
    case Operator::In: return fmt::format("{} in ({})", key, set);
    case Operator::NotIn: return fmt::format("{} notin ({})", key, set);
    case Operator::Equals: return fmt::format("{}={}", key, list);
    case Operator::DoubleEquals: return fmt::format("{}=={}", key, list);
    case Operator::NotEquals: return fmt::format("{}!={}", key, list);
    case Operator::Exists: return key;
    case Operator::DoesNotExist: return "!" + key;
    case Operator::GreaterThan: return fmt::format("{}>{}", key, list);
    case Operator::LessThan: return fmt::format("{}<{}", key, list);
  }
  return key;
}

Result<LabelSelector> LabelSelector::parse(std::string_view text) {
  LabelSelector selector;
  selector.requirements_ = TRY(parse_requirements(text));
  std::ranges::sort(selector.requirements_, by_key);
  return selector;
}

LabelSelector LabelSelector::nothing() {
  LabelSelector selector;
  selector.selects_nothing_ = true;
  return selector;
}

Result<LabelSelector> LabelSelector::from_object(const Value& object) {
  if (object.is_null()) return nothing();
  if (!object.is_object()) return fail(invalid_argument("a label selector is an object"));
  LabelSelector selector;
  for (const Value::Member& label : object["matchLabels"].members()) {
    if (!label.value.is_string()) {
      return fail(invalid_argument("matchLabels[{}] is not a string", label.key()));
    }
    auto requirement =
        TRY(make_requirement(std::string(label.key()), Operator::Equals, {label.value.string()}));
    selector.requirements_.push_back(std::move(requirement));
  }
  for (const Value& expression : object["matchExpressions"].items()) {
    const std::string_view name = expression["operator"].text();
    Operator op = Operator::In;
    if (name == "NotIn") {
      op = Operator::NotIn;
    } else if (name == "Exists") {
      op = Operator::Exists;
    } else if (name == "DoesNotExist") {
      op = Operator::DoesNotExist;
    } else if (name != "In") {
      return fail(invalid_argument("{} is not a valid label selector operator", quoted(name)));
    }
    std::vector<std::string> values;
    for (const Value& value : expression["values"].items()) values.push_back(value.string());
    auto requirement = TRY(make_requirement(expression["key"].string(), op, std::move(values)));
    selector.requirements_.push_back(std::move(requirement));
  }
  std::ranges::sort(selector.requirements_, by_key);
  return selector;
}

bool LabelSelector::matches_labels(const Value& labels) const {
  return matches([&labels](std::string_view key) -> std::optional<std::string_view> {
    const Value* value = labels.find(key);
    if (value == nullptr) return std::nullopt;
    return value->text();
  });
}

std::string LabelSelector::to_string() const {
  std::vector<std::string> parts;
  for (const Requirement& requirement : requirements_) parts.push_back(requirement.to_string());
  return joined(parts, ",");
}

}  // namespace gp::selector
