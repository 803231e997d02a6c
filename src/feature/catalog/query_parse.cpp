// The two spellings of a filter, read.

#include <map>

#include "base/json.hpp"
#include "feature/catalog/entity_ref.hpp"
#include "feature/catalog/errors.hpp"
#include "feature/catalog/query.hpp"

namespace gp::catalog {
namespace {

std::string_view trim(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

// One `filter` parameter: conditions joined by AND; values of a repeated key joined by OR.
Result<Query> parse_filter(std::string_view filter) {
  struct Condition {
    bool asks_existence = false;
    std::vector<std::string> values;
  };
  std::map<std::string, Condition> conditions;
  while (true) {
    const auto comma = filter.find(',');
    const std::string_view statement = trim(filter.substr(0, comma));
    if (!statement.empty()) {
      const auto equals = statement.find('=');
      const std::string key = lower(trim(statement.substr(0, equals)));
      if (key.empty()) {
        return fail(named_error(
            "InputError", fmt::format("Invalid filter, '{}' is not a valid statement (expected a "
                                      "string on the form a=b or a= or a)",
                                      statement)));
      }
      Condition& condition = conditions[key];
      if (equals == std::string_view::npos) {
        condition.asks_existence = true;
      } else {
        condition.values.push_back(lower(trim(statement.substr(equals + 1))));
      }
    }
    if (comma == std::string_view::npos) break;
    filter.remove_prefix(comma + 1);
  }
  Query all;
  for (auto& [key, condition] : conditions) {
    Query part;
    part.op = condition.values.empty() ? Query::Op::Exists : Query::Op::In;
    part.key = key;
    part.values = std::move(condition.values);
    all.parts.push_back(std::move(part));
  }
  return all;
}

class PredicateReader {
 public:
  Result<Query> read(const Value& predicate, std::size_t depth) {
    if (depth > kQueryDepthMax) return fail(bad("it is nested too deeply"));
    if (!predicate.is_object()) return fail(bad("expected an object"));
    Query all;
    for (const auto& member : predicate.members()) {
      if (++parts_ > kQueryPartsMax) return fail(bad("it has too many conditions"));
      const std::string_view key = member.key();
      if (key.starts_with('$')) {
        if (predicate.size() != 1) return fail(bad(fmt::format("{} must stand alone", key)));
        return logical(key, member.value, depth);
      }
      Query one = TRY(condition(lower(key), member.value));
      all.parts.push_back(std::move(one));
    }
    return all;
  }

 private:
  static Error bad(std::string_view why) {
    return named_error("InputError", fmt::format("Invalid query: {}", why));
  }

  Result<Query> logical(std::string_view key, const Value& value, std::size_t depth) {
    Query query;
    if (key == "$not") {
      query.op = Query::Op::Not;
      Query one = TRY(read(value, depth + 1));
      query.parts.push_back(std::move(one));
      return query;
    }
    if (key != "$all" && key != "$any") return fail(bad(fmt::format("unknown operator {}", key)));
    if (!value.is_array()) return fail(bad(fmt::format("{} must be an array", key)));
    query.op = key == "$all" ? Query::Op::All : Query::Op::Any;
    for (const Value& part : value.items()) {
      Query one = TRY(read(part, depth + 1));
      query.parts.push_back(std::move(one));
    }
    return query;
  }

  static Result<std::string> scalar(const Value& value) {
    if (value.is_string()) return lower(value.text());
    if (value.is_number() || value.is_bool()) return to_json(value);
    return fail(bad("expected a string, a number or a boolean"));
  }

  Result<Query> condition(std::string key, const Value& value) {
    Query query;
    query.op = Query::Op::In;
    query.key = std::move(key);
    if (!value.is_object()) {
      std::string one = TRY(scalar(value));
      query.values.push_back(std::move(one));
      return query;
    }
    if (value.size() != 1)
      return fail(bad(fmt::format("{} needs exactly one operator", query.key)));
    const auto& [operator_key, operand] = value.members().front();
    const std::string_view name = operator_key.text();
    if (name == "$in") {
      if (!operand.is_array()) return fail(bad("$in must be an array"));
      for (const Value& item : operand.items()) {
        std::string one = TRY(scalar(item));
        query.values.push_back(std::move(one));
      }
      return query;
    }
    if (name == "$hasPrefix") {
      if (!operand.is_string()) return fail(bad("$hasPrefix must be a string"));
      query.op = Query::Op::Prefix;
      query.values.push_back(lower(operand.text()));
      return query;
    }
    if (name == "$exists") {
      if (!operand.is_bool()) return fail(bad("$exists must be a boolean"));
      query.op = Query::Op::Exists;
      if (operand.boolean()) return query;
      Query absent;
      absent.op = Query::Op::Not;
      absent.parts.push_back(std::move(query));
      return absent;
    }
    if (name == "$contains") return contains(std::move(query), operand);
    return fail(bad(fmt::format("unknown operator {}", name)));
  }

  // An array's element; of `relations` by type and targetRef.
  Result<Query> contains(Query query, const Value& element) {
    if (!element.is_object()) {
      std::string one = TRY(scalar(element));
      query.values.push_back(std::move(one));
      return query;
    }
    if (query.key == "relations") {
      query.key += "." + lower(element["type"].text());
      if (element["targetRef"].is_string()) {
        query.values.push_back(lower(element["targetRef"].text()));
      } else {
        query.op = Query::Op::Exists;
      }
      return query;
    }
    Query all;
    for (const auto& member : element.members()) {
      const std::string key = fmt::format("{}.{}", query.key, lower(member.key()));
      Query one = TRY(condition(key, member.value));
      all.parts.push_back(std::move(one));
    }
    return all;
  }

  std::size_t parts_ = 0;
};

}  // namespace

Result<Query> parse_filters(const std::vector<std::string_view>& filters) {
  if (filters.empty()) return Query::everything();
  Query any;
  any.op = Query::Op::Any;
  for (const std::string_view filter : filters) {
    Query one = TRY(parse_filter(filter));
    any.parts.push_back(std::move(one));
  }
  return any;
}

Result<Query> parse_predicate(const Value& predicate) {
  return PredicateReader().read(predicate, 0);
}

}  // namespace gp::catalog
