#include "base/decimal.hpp"
#include "base/json.hpp"
#include "engine/jsonpath/jsonpath.hpp"
#include "engine/jsonpath/node.hpp"

namespace gp::jsonpath {

std::string_view go_type_name(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::Null: return "<nil>";
    case Value::Kind::Bool: return "bool";
    case Value::Kind::Int:
    case Value::Kind::Uint: return "int64";
    case Value::Kind::Double: return "float64";
    case Value::Kind::String: return "string";
    case Value::Kind::Array: return "[]interface {}";
    case Value::Kind::Object: return "map[string]interface {}";
  }
  return "";
}

namespace {

using Values = std::vector<Value>;

// Negative, zero or positive, as Go's template package compares.
Result<int> compare(const Value& left, const Value& right) {
  if (left.is_string() && right.is_string()) return left.text().compare(right.text());
  if (left.is_number() && right.is_number()) {
    if (left == right) return 0;
    if (left.is_integer() && right.is_integer() && left.kind() == right.kind()) {
      const bool less = left.kind() == Value::Kind::Int
                            ? left.integer() < right.integer()
                            : left.unsigned_integer() < right.unsigned_integer();
      return less ? -1 : 1;
    }
    return left.number() < right.number() ? -1 : 1;
  }
  const bool basic = (left.is_string() || left.is_number() || left.is_bool()) &&
                     (right.is_string() || right.is_number() || right.is_bool());
  return fail(invalid_argument("{} for comparison", basic ? "incompatible types" : "invalid type"));
}

Result<bool> compares(const Value& left, std::string_view op, const Value& right) {
  if (left.is_bool() && right.is_bool() && (op == "==" || op == "!="))
    return (left == right) == (op == "==");
  const int order = TRY(compare(left, right));
  if (op == "==") return order == 0;
  if (op == "!=") return order != 0;
  if (op == "<") return order < 0;
  if (op == "<=") return order <= 0;
  if (op == ">") return order > 0;
  if (op == ">=") return order >= 0;
  return fail(invalid_argument("unrecognized filter operator {}", op));
}

class Evaluator {
 public:
  Evaluator(const Limits& limits, bool allow_missing)
      : limits_(limits), allow_missing_(allow_missing) {}

  Result<Values> walk(Values values, const Steps& steps) const {
    for (const Step& step : steps) {
      values = TRY(take_step(values, step));
      if (values.size() > limits_.results_max) {
        return fail(too_large("jsonpath finds more than {} values", limits_.results_max));
      }
    }
    return values;
  }

 private:
  Result<Values> take_step(const Values& input, const Step& step) const {
    switch (step.type) {
      case Step::Type::Field: return field(input, step);
      case Step::Type::Quoted: return quoted(input, step);
      case Step::Type::Wildcard: return wildcard(input);
      case Step::Type::Recursive: return recursive(input);
      case Step::Type::Slice: return slice(input, step);
      case Step::Type::Union: return unite(input, step);
      case Step::Type::Filter: return filter(input, step);
      case Step::Type::Literal: return Values{step.literal};
    }
    return Values();
  }

  Result<Values> field(const Values& input, const Step& step) const {
    Values found;
    for (const Value& value : input) {
      if (const Value* member = value.find(step.name)) found.push_back(*member);
    }
    if (found.empty() && !allow_missing_) return fail(not_found("{} is not found", step.name));
    return found;
  }

  Result<Values> quoted(const Values& input, const Step& step) const {
    Values found;
    for (const Value& value : input) {
      if (const Value* member = value.find(step.name)) {
        found.push_back(*member);
      } else if (!step.lists.empty()) {
        auto by_path = TRY(walk({value}, step.lists[0]));
        found.insert(found.end(), by_path.begin(), by_path.end());
      }
    }
    if (found.empty() && !allow_missing_) return fail(not_found("{} is not found", step.name));
    return found;
  }

  static Result<Values> wildcard(const Values& input) {
    Values found;
    for (const Value& value : input) {
      found.insert(found.end(), value.items().begin(), value.items().end());
      for (const Value::Member& member : value.members()) found.push_back(member.value);
    }
    return found;
  }

  Result<Values> recursive(const Values& input) const {
    Values found;
    for (const Value& value : input) {
      if (!descend(value, found)) {
        return fail(too_large("jsonpath finds more than {} values", limits_.results_max));
      }
    }
    return found;
  }

  // The value and everything below it that has something below it.
  bool descend(const Value& value, Values& found) const {
    if (value.is_string() || value.empty()) return true;
    if (found.size() > limits_.results_max) return false;
    found.push_back(value);
    for (const Value& item : value.items()) {
      if (!descend(item, found)) return false;
    }
    for (const Value::Member& member : value.members()) {
      if (!descend(member.value, found)) return false;
    }
    return true;
  }

  static Result<Values> slice(const Values& input, const Step& step) {
    Values found;
    for (const Value& value : input) {
      if (value.is_null()) continue;
      if (!value.is_array())
        return fail(invalid_argument("{} is not array or slice", go_type_name(value)));
      TRY(slice_one(value, step, found));
    }
    return found;
  }

  static Result<> slice_one(const Value& array, const Step& step, Values& found) {
    const auto size = static_cast<std::int64_t>(array.size());
    std::int64_t begin = step.begin.value_or(0);
    std::int64_t end = step.end.value_or(0);
    if (begin < 0) begin += size;
    if (step.is_index) {
      end = begin + 1;
    } else if (!step.end) {
      end = size;
    } else if (end < 0) {
      end += size;
    }
    if (begin == end) return {};
    if (begin >= size || begin < 0) {
      return fail(invalid_argument("array index out of bounds: index {}, length {}", begin, size));
    }
    if (end > size || end < 0) {
      return fail(
          invalid_argument("array index out of bounds: index {}, length {}", end - 1, size));
    }
    if (begin > end) {
      return fail(
          invalid_argument("starting index {} is greater than ending index {}", begin, end));
    }
    const std::int64_t stride = step.step.value_or(1);
    if (stride <= 0) return fail(invalid_argument("step must be > 0"));
    for (std::int64_t i = begin; i < end; i += stride)
      found.push_back(array.at(static_cast<std::size_t>(i)));
    return {};
  }

  Result<Values> unite(const Values& input, const Step& step) const {
    Values found;
    for (const Steps& alternative : step.lists) {
      auto some = TRY(walk(input, alternative));
      found.insert(found.end(), some.begin(), some.end());
    }
    return found;
  }

  Result<Values> filter(const Values& input, const Step& step) const {
    Values found;
    for (const Value& value : input) {
      if (!value.is_array()) {
        return fail(invalid_argument("{} is not array or slice and cannot be filtered",
                                     go_type_name(value)));
      }
      for (const Value& item : value.items()) {
        const bool is_wanted = TRY(passes(item, step));
        if (is_wanted) found.push_back(item);
      }
    }
    return found;
  }

  Result<bool> passes(const Value& item, const Step& step) const {
    auto lefts = walk({item}, step.lists[0]);
    if (step.name == "exists") return lefts && !lefts->empty();
    if (!lefts) return fail(std::move(lefts).error());
    if (lefts->empty()) return false;
    const auto rights = TRY(walk({item}, step.lists[1]));
    if (rights.empty()) return false;
    if (lefts->size() > 1 || rights.size() > 1) {
      return fail(invalid_argument("can only compare one element at a time"));
    }
    return compares(lefts->front(), step.name, rights.front());
  }

  const Limits& limits_;
  bool allow_missing_;
};

void append_text(std::string& out, const Value& value) {
  switch (value.kind()) {
    case Value::Kind::String: out += value.text(); break;
    case Value::Kind::Double: append_general(out, shortest_decimal(value.number())); break;
    default: append_json(out, value);
  }
}

class Printer {
 public:
  Printer(const Evaluator& evaluator, const Limits& limits)
      : evaluator_(evaluator), limits_(limits) {}

  // Each expression's values go to `each`; literal text too, as a string.
  Result<> run(const std::vector<Segment>& segments, const Value& current,
               const std::function<Result<>(const Values&)>& each) const {
    for (const Segment& segment : segments) {
      if (segment.type == Segment::Type::Text) {
        TRY(each({Value(segment.text)}));
        continue;
      }
      const Values found = TRY(evaluator_.walk({current}, segment.steps));
      if (segment.type == Segment::Type::Expression) {
        TRY(each(found));
      } else {
        for (const Value& value : found) TRY(run(segment.body, value, each));
      }
    }
    return {};
  }

  Result<> append(std::string& out, const Values& values) const {
    bool first = true;
    for (const Value& value : values) {
      if (!first) out += ' ';
      first = false;
      append_text(out, value);
      if (out.size() > limits_.output_bytes_max) {
        return fail(too_large("jsonpath output is over {} bytes", limits_.output_bytes_max));
      }
    }
    return {};
  }

 private:
  const Evaluator& evaluator_;
  const Limits& limits_;
};

}  // namespace

Result<std::vector<Value>> JsonPath::find(const Value& root) const {
  const Evaluator evaluator(limits_, allow_missing_);
  const Printer printer(evaluator, limits_);
  Values found;
  TRY(printer.run(root_->segments, root, [&](const Values& values) -> Result<> {
    found.insert(found.end(), values.begin(), values.end());
    if (found.size() <= limits_.results_max) return {};
    return fail(too_large("jsonpath finds more than {} values", limits_.results_max));
  }));
  return found;
}

Result<std::string> JsonPath::print(const Value& root) const {
  const Evaluator evaluator(limits_, allow_missing_);
  const Printer printer(evaluator, limits_);
  std::string out;
  TRY(printer.run(root_->segments, root,
                  [&](const Values& values) { return printer.append(out, values); }));
  return out;
}

}  // namespace gp::jsonpath
