// Tables of core v1's plain kinds.

#include <algorithm>

#include "base/text.hpp"
#include "platform/object/columns.hpp"
#include "platform/object/columns_builtin.hpp"

namespace gp::object {
namespace {

std::int64_t size_of(const Value& object, std::string_view field) {
  return static_cast<std::int64_t>(object[field].size());
}

Value event_object(const Value& event, TimePoint) {
  const Value& about = event["involvedObject"];
  if (about["kind"].empty()) return about["name"];
  return fmt::format("{}/{}", lower(about["kind"].text()), about["name"].text());
}

// Of a repeating event: how long it has been going on, and when it was last seen.
Value event_last_seen(const Value& event, TimePoint now) {
  const Value& first =
      event["firstTimestamp"].is_null() ? event["eventTime"] : event["firstTimestamp"];
  const Value& last =
      event["series"].is_null() ? event["lastTimestamp"] : event["series"]["lastObservedTime"];
  const std::string first_seen = age(first, now);
  const std::string last_seen = last.is_null() ? first_seen : age(last, now);
  const std::int64_t count =
      event["series"].is_null() ? event["count"].integer() : event["series"]["count"].integer();
  if (count > 1) return fmt::format("{} (x{} over {})", last_seen, count, first_seen);
  return last_seen;
}

Value event_source(const Value& event, TimePoint) {
  const Value& source = event["source"];
  if (source["component"].empty() && !event["reportingComponent"].empty()) {
    return event["reportingComponent"];
  }
  if (source["host"].empty()) return source["component"];
  return fmt::format("{}, {}", source["component"].text(), source["host"].text());
}

std::vector<Column> event_columns() {
  std::vector<Column> columns;
  columns.push_back(text_column("Last Seen", "When the event was last seen.", event_last_seen));
  columns.push_back(text_column("Type", "Normal or Warning.", [](const Value& event, TimePoint) {
    return or_none(event["type"], "");
  }));
  columns.push_back(text_column("Reason", "Why, in one word.", [](const Value& event, TimePoint) {
    return or_none(event["reason"], "");
  }));
  columns.push_back(text_column("Object", "What the event is about.", event_object));
  columns.push_back(text_column(
      "Subobject", "The part of the object.",
      [](const Value& event, TimePoint) {
        return or_none(event["involvedObject"]["fieldPath"], "");
      },
      1));
  columns.push_back(text_column("Source", "Who reported it.", event_source, 1));
  columns.push_back(text_column("Message", "What happened.", [](const Value& event, TimePoint) {
    std::string text = event["message"].string();
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
    return Value(text);
  }));
  columns.push_back(text_column(
      "First Seen", "When the event was first seen.",
      [](const Value& event, TimePoint now) {
        return Value(age(
            event["firstTimestamp"].is_null() ? event["eventTime"] : event["firstTimestamp"], now));
      },
      1));
  columns.push_back(integer_column(
      "Count", "How often it was seen.",
      [](const Value& event, TimePoint) {
        return Value(std::max<std::int64_t>(event["count"].integer(1), 1));
      },
      1));
  Column name = name_first();
  name.priority = 1;
  columns.push_back(std::move(name));
  return columns;
}

}  // namespace

std::vector<Column> core_columns(std::string_view kind) {
  if (kind == "ConfigMap") {
    return {integer_column("Data", "Number of entries.",
                           [](const Value& object, TimePoint) {
                             return Value(size_of(object, "data") + size_of(object, "binaryData"));
                           }),
            age_last()};
  }
  if (kind == "Secret") {
    return {text_column("Type", "What the secret is for.",
                        [](const Value& object, TimePoint) { return object["type"]; }),
            integer_column(
                "Data", "Number of entries.",
                [](const Value& object, TimePoint) { return Value(size_of(object, "data")); }),
            age_last()};
  }
  if (kind == "Namespace") {
    return {text_column("Status", "Active, or Terminating while its objects go.",
                        [](const Value& object, TimePoint) {
                          return or_none(object["status"]["phase"], "");
                        }),
            age_last()};
  }
  if (kind == "ServiceAccount") {
    return {integer_column(
                "Secrets", "Number of secrets.",
                [](const Value& object, TimePoint) { return Value(size_of(object, "secrets")); }),
            age_last()};
  }
  if (kind == "Event") return event_columns();
  return {};
}

}  // namespace gp::object
