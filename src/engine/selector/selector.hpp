#pragma once
// Kubernetes' label selectors ("app=web,tier in (a,b),!old") and field selectors
// ("metadata.name=x").
//
// Rules, order and error texts are those of apimachinery's labels and fields packages, so that
// clients see the messages they know. A default-constructed selector selects everything.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/value.hpp"

namespace gp::selector {

enum class Operator : std::uint8_t {
  In,
  NotIn,
  Equals,
  DoubleEquals,
  NotEquals,
  Exists,
  DoesNotExist,
  GreaterThan,
  LessThan,
};

struct Requirement {
  std::string key;
  Operator op = Operator::Exists;
  std::vector<std::string> values;  // sorted, each once
  std::int64_t number = 0;          // GreaterThan and LessThan: what to compare with

  bool matches(std::optional<std::string_view> value) const;
  std::string to_string() const;
};

class LabelSelector {
 public:
  static Result<LabelSelector> parse(std::string_view text);
  // A LabelSelector object: matchLabels and matchExpressions. Null selects nothing, {} everything.
  static Result<LabelSelector> from_object(const Value& object);
  static LabelSelector nothing();

  // `lookup(key)` answers the label's value, or nothing.
  template <typename Lookup>
  bool matches(Lookup&& lookup) const {
    if (selects_nothing_) return false;
    for (const Requirement& requirement : requirements_) {
      if (!requirement.matches(lookup(std::string_view(requirement.key)))) return false;
    }
    return true;
  }
  bool matches_labels(const Value& labels) const;  // an object of strings, or null

  std::span<const Requirement> requirements() const { return requirements_; }
  bool empty() const { return requirements_.empty() && !selects_nothing_; }  // selects everything
  bool selects_nothing() const { return selects_nothing_; }
  std::string to_string() const;

 private:
  std::vector<Requirement> requirements_;  // by key
  bool selects_nothing_ = false;
};

struct FieldRequirement {
  std::string field;
  bool equal = true;  // false: must differ
  std::string value;
};

class FieldSelector {
 public:
  static Result<FieldSelector> parse(std::string_view text);
  static FieldSelector equal(std::string field, std::string value);

  // A field that is not there counts as "".
  template <typename Lookup>
  bool matches(Lookup&& lookup) const {
    for (const FieldRequirement& requirement : requirements_) {
      const std::optional<std::string_view> value = lookup(std::string_view(requirement.field));
      if ((value.value_or(std::string_view()) == requirement.value) != requirement.equal)
        return false;
    }
    return true;
  }

  std::span<const FieldRequirement> requirements() const { return requirements_; }
  bool empty() const { return requirements_.empty(); }
  std::string to_string() const;  // values escaped again
  // The value that `field` must equal, if one is asked for.
  std::optional<std::string_view> required_value(std::string_view field) const;

 private:
  std::vector<FieldRequirement> requirements_;
};

}  // namespace gp::selector
