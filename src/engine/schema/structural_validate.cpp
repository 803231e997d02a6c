// The checks and words of kube-openapi's validator, as the API server reports them.

#include "base/json.hpp"
#include "base/utf8.hpp"
#include "engine/schema/compiled_schema.hpp"
#include "engine/schema/formats.hpp"
#include "engine/schema/numbers.hpp"

namespace gp::schema {
namespace {

std::string_view type_of(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::Null: return "null";
    case Value::Kind::Bool: return "boolean";
    case Value::Kind::Int:
    case Value::Kind::Uint: return "integer";
    case Value::Kind::Double: return is_integral(value) ? "integer" : "number";
    case Value::Kind::String: return "string";
    case Value::Kind::Array: return "array";
    case Value::Kind::Object: return "object";
  }
  return "";
}

bool has_type(const CompiledSchema& schema, const Value& value) {
  if (value.is_null()) return schema.nullable || (schema.type.empty() && !schema.int_or_string);
  const std::string_view actual = type_of(value);
  if (schema.int_or_string) return actual == "integer" || actual == "string";
  return schema.type.empty() || actual == schema.type ||
         (schema.type == "number" && actual == "integer");
}

std::string_view format_of(const Value& value) {
  if (value.is_integer()) return "int64";
  return value.is_number() ? "float64" : "";
}

std::string member_path(const std::string& path, std::string_view name) {
  return path.empty() ? std::string(name) : fmt::format("{}.{}", path, name);
}

std::string number_text(const Value& number) {
  return to_json(number);
}

class Validator {
 public:
  explicit Validator(const Limits& limits) : limits_(limits) {}

  void validate(const CompiledSchema& schema, const Value& value, const std::string& path,
                const Value* before = nullptr) {
    if (is_full() || (before != nullptr && (value.same_as(*before) || value == *before))) return;
    if (++steps_ > limits_.steps_max) {
      add(Problem::Type::Invalid, path, "", "validation takes too many steps");
      is_stopped_ = true;
      return;
    }
    check_type(schema, value, path);
    check_enum(schema, value, path);
    if (value.is_null()) return;
    if (value.is_string()) check_string(schema, value, path);
    if (value.is_number()) check_number(schema, value, path);
    if (value.is_array()) check_array(schema, value, path, before);
    if (value.is_object()) check_object(schema, value, path, before);
    check_combinations(schema, value, path);
  }

  std::vector<Problem> take() { return std::move(problems_); }

 private:
  bool is_full() const { return is_stopped_ || problems_.size() >= limits_.problems_max; }

  void add(Problem::Type type, std::string path, Value bad, std::string message) {
    if (!is_full())
      problems_.push_back({type, std::move(path), std::move(bad), std::move(message)});
  }

  // What is of another type is still held to whatever else applies to such a value.
  void check_type(const CompiledSchema& schema, const Value& value, const std::string& path) {
    if (has_type(schema, value)) return;
    std::string wanted = schema.int_or_string ? "integer,string" : schema.type;
    std::string_view actual = type_of(value);
    // Where a format is asked for, the real server names formats.
    if (!schema.format.empty() && !value.is_null() && !value.is_string() && !value.is_array()) {
      wanted = schema.format;
      actual = format_of(value);
    }
    add(Problem::Type::TypeInvalid, path, actual,
        fmt::format("{} in body must be of type {}: \"{}\"", path, wanted, actual));
  }

  void check_enum(const CompiledSchema& schema, const Value& value, const std::string& path) {
    if (schema.allowed.empty()) return;
    // The real server compares no null, not even with null.
    const bool is_allowed =
        !value.is_null() && std::ranges::find(schema.allowed, value) != schema.allowed.end();
    if (is_allowed) return;
    std::string list;
    for (const Value& allowed : schema.allowed) {
      std::string text;
      append_json_string(text, allowed.is_string() ? allowed.string() : to_json(allowed), false);
      list += (list.empty() ? "" : ", ") + text;
    }
    add(Problem::Type::NotSupported, path, value.is_null() ? Value("null") : value,
        "supported values: " + list);
  }

  void check_string(const CompiledSchema& schema, const Value& value, const std::string& path) {
    const std::string_view text = value.text();
    check_text(schema, value, path);
    if (!schema.format.empty() && !has_format(schema.format, text)) {
      std::string quoted;
      append_json_string(quoted, text, false);
      add(Problem::Type::TypeInvalid, path, value,
          fmt::format("{} in body must be of type {}: {}", path, schema.format, quoted));
    }
  }

  // The first thing wrong is told.
  void check_text(const CompiledSchema& schema, const Value& value, const std::string& path) {
    const std::size_t length =
        schema.length_max || schema.length_min ? utf8_count(value.text()) : 0;
    if (schema.length_max && length > *schema.length_max) {
      add(Problem::Type::TooLong, path, value,
          fmt::format("may not be more than {} bytes", *schema.length_max));
    } else if (schema.length_min && length < *schema.length_min) {
      add(Problem::Type::Invalid, path, value,
          fmt::format("{} in body should be at least {} chars long", path, *schema.length_min));
    } else if (schema.pattern != nullptr && !schema.pattern->is_found_in(value.text())) {
      add(Problem::Type::Invalid, path, value,
          fmt::format("{} in body should match '{}'", path, schema.pattern_text));
    }
  }

  void check_number(const CompiledSchema& schema, const Value& value, const std::string& path) {
    check_width(schema, value, path);
    if (schema.maximum) {
      const int order = compare_numbers(value, *schema.maximum);
      if (order > 0 || (order == 0 && schema.maximum_excluded)) {
        add(Problem::Type::Invalid, path, value,
            fmt::format("{} in body should be less than {}{}", path,
                        schema.maximum_excluded ? "" : "or equal to ",
                        number_text(*schema.maximum)));
      }
    }
    if (schema.minimum) {
      const int order = compare_numbers(value, *schema.minimum);
      if (order < 0 || (order == 0 && schema.minimum_excluded)) {
        add(Problem::Type::Invalid, path, value,
            fmt::format("{} in body should be greater than {}{}", path,
                        schema.minimum_excluded ? "" : "or equal to ",
                        number_text(*schema.minimum)));
      }
    }
    if (schema.multiple_of && !is_multiple_of(value, *schema.multiple_of)) {
      add(Problem::Type::Invalid, path, value,
          fmt::format("{} in body should be a multiple of {}", path,
                      number_text(*schema.multiple_of)));
    }
  }

  // Told at no field at all.
  void check_width(const CompiledSchema& schema, const Value& value, const std::string& path) {
    const double number = value.number();
    const bool is_wide = !value.is_integer() || value.kind() == Value::Kind::Uint;
    if (schema.type != "integer" || !is_wide || (number >= -0x1p63 && number < 0x1p63)) return;
    add(Problem::Type::Invalid, "", "",
        fmt::format("Checked value must be of type integer (default format) in {}", path));
  }

  // Items are told apart by their keys only: others have no past.
  static const Value* item_before(const CompiledSchema& schema, const Value& item,
                                  const Value* before) {
    constexpr std::size_t kItemsMax = 1000;  // beyond, finding each one's past takes too long
    if (before == nullptr || schema.list_type != ListType::Map || before->size() > kItemsMax) {
      return nullptr;
    }
    for (const Value& old : before->items()) {
      const bool is_same = std::ranges::all_of(
          schema.list_keys, [&](const std::string& key) { return old[key] == item[key]; });
      if (is_same) return &old;
    }
    return nullptr;
  }

  void check_array(const CompiledSchema& schema, const Value& value, const std::string& path,
                   const Value* before) {
    const std::size_t size = value.size();
    if (schema.items_max && size > *schema.items_max) {
      add(Problem::Type::TooMany, path, static_cast<std::int64_t>(size),
          fmt::format("must have at most {} items", *schema.items_max));
    }
    if (schema.items_min && size < *schema.items_min) {
      add(Problem::Type::Invalid, path, static_cast<std::int64_t>(size),
          fmt::format("{} in body should have at least {} items", path, *schema.items_min));
    }
    if (schema.unique_items && find_duplicate(value.items())) {
      add(Problem::Type::Invalid, path, value,
          fmt::format("{} in body shouldn't contain duplicates", path));
    }
    if (schema.items != nullptr) {
      for (std::size_t i = 0; i < size && !is_full(); ++i) {
        validate(*schema.items, value.at(i), fmt::format("{}[{}]", path, i),
                 item_before(schema, value.at(i), before));
      }
    }
    if (schema.list_type != ListType::Atomic) check_list(schema, value, path);
  }

  // What identifies an item must be there once: the item itself, or its keys. Of those that are
  // there more often the second is named.
  void check_list(const CompiledSchema& schema, const Value& value, const std::string& path) {
    std::map<std::string, std::size_t> seen;
    for (std::size_t i = 0; i < value.size(); ++i) {
      Value identity = value.at(i);
      if (schema.list_type == ListType::Map) {
        identity = Value::object();
        for (const std::string& key : schema.list_keys) {
          if (const Value* part = value.at(i).find(key)) identity.set(key, *part);
        }
      }
      if (++seen[to_json(identity)] == 2) {
        add(Problem::Type::Duplicate, fmt::format("{}[{}]", path, i), identity, "");
      }
    }
  }

  void check_object(const CompiledSchema& schema, const Value& value, const std::string& path,
                    const Value* before) {
    // The number of members goes before what they are.
    if (schema.properties_min && value.size() < *schema.properties_min) {
      add(Problem::Type::Invalid, path, static_cast<std::int64_t>(value.size()),
          fmt::format("{} in body should have at least {} properties", path,
                      *schema.properties_min));
      return;
    }
    if (schema.properties_max && value.size() > *schema.properties_max) {
      add(Problem::Type::TooMany, path, static_cast<std::int64_t>(value.size()),
          fmt::format("must have at most {} items", *schema.properties_max));
      return;
    }
    for (const std::string& name : schema.required) {
      if (!value.contains(name)) add(Problem::Type::Required, member_path(path, name), "", "");
    }
    if (schema.embedded_resource) check_embedded(value, path);
    for (const Value::Member& member : value.members()) {
      if (is_full()) return;
      const auto property = schema.properties.find(member.key());
      const Value* old = before == nullptr ? nullptr : before->find(member.key());
      if (property != schema.properties.end()) {
        validate(*property->second, member.value, member_path(path, member.key()), old);
      } else if (schema.additional != nullptr) {
        validate(*schema.additional, member.value, member_path(path, member.key()), old);
      } else if (!schema.additional_allowed) {
        add(Problem::Type::Invalid, path, member.key(),
            fmt::format("{}.{} in body is a forbidden property", path, member.key()));
      }
    }
  }

  void check_embedded(const Value& value, const std::string& path) {
    for (const char* name : {"apiVersion", "kind"}) {
      const Value* member = value.find(name);
      if (member == nullptr || (member->is_string() && member->empty())) {
        add(Problem::Type::Required, member_path(path, name), "", "");
      } else if (!member->is_string()) {
        add(Problem::Type::Invalid, member_path(path, name), *member, "must be a string");
      }
    }
  }

  std::vector<Problem> try_schema(const CompiledSchema& schema, const Value& value,
                                  const std::string& path) {
    Validator inner(limits_);
    inner.steps_ = steps_;
    inner.validate(schema, value, path);
    steps_ = inner.steps_;
    return inner.take();
  }

  // The API server reports these at no field at all.
  void add_combination(std::string message) {
    add(Problem::Type::Invalid, "", "", std::move(message));
  }

  void check_combinations(const CompiledSchema& schema, const Value& value,
                          const std::string& path) {
    if (!schema.any_of.empty() && count_valid(schema.any_of, value, path) == 0) {
      add_combination(fmt::format("\"{}\" must validate at least one schema (anyOf)", path));
      add_all(std::move(nearest_));
    }
    if (!schema.one_of.empty()) {
      const std::size_t valid = count_valid(schema.one_of, value, path);
      if (valid != 1) {
        const std::string found =
            valid == 0 ? "Found none valid" : fmt::format("Found {} valid alternatives", valid);
        add_combination(
            fmt::format("\"{}\" must validate one and only one schema (oneOf). {}", path, found));
        if (valid == 0) add_all(std::move(nearest_));
      }
    }
    if (!schema.all_of.empty()) {
      std::size_t valid = 0;
      std::vector<Problem> failures;
      for (const auto& alternative : schema.all_of) {
        auto problems = try_schema(*alternative, value, path);
        valid += problems.empty() ? 1U : 0U;
        std::ranges::move(problems, std::back_inserter(failures));
      }
      if (valid != schema.all_of.size()) {
        add_combination(fmt::format("\"{}\" must validate all the schemas (allOf){}", path,
                                    valid == 0 ? ". None validated" : ""));
        add_all(std::move(failures));
      }
    }
    if (schema.not_schema != nullptr && try_schema(*schema.not_schema, value, path).empty()) {
      add_combination(fmt::format("\"{}\" must not validate the schema (not)", path));
    }
  }

  // How many accept the value; the problems of the one that came nearest are kept in nearest_.
  std::size_t count_valid(const std::vector<CompiledSchema::Child>& alternatives,
                          const Value& value, const std::string& path) {
    std::size_t valid = 0;
    std::vector<Problem> nearest;
    for (const auto& alternative : alternatives) {
      auto problems = try_schema(*alternative, value, path);
      if (problems.empty()) ++valid;
      if (nearest.empty() || problems.size() < nearest.size()) nearest = std::move(problems);
    }
    nearest_ = std::move(nearest);
    return valid;
  }

  void add_all(std::vector<Problem> problems) {
    for (Problem& problem : problems) {
      add(problem.type, std::move(problem.path), std::move(problem.bad_value),
          std::move(problem.message));
    }
  }

  const Limits& limits_;
  std::vector<Problem> problems_;
  std::vector<Problem> nearest_;
  std::size_t steps_ = 0;
  bool is_stopped_ = false;
};

}  // namespace

std::vector<Problem> StructuralSchema::validate(const Value& value, std::string_view path,
                                                const Value* before) const {
  const auto is_twice = [](const Problem& problem) {
    return problem.type == Problem::Type::Duplicate;
  };
  Validator validator(limits_);
  validator.validate(*root_, value, std::string(path), before);
  std::vector<Problem> problems = validator.take();
  if (before == nullptr || std::ranges::none_of(problems, is_twice)) return problems;
  // An object that held something twice may go on doing so, wherever.
  if (std::ranges::any_of(validate(*before), is_twice)) std::erase_if(problems, is_twice);
  return problems;
}

}  // namespace gp::schema
