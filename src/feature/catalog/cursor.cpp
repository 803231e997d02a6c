#include "feature/catalog/cursor.hpp"

#include "base/encoding.hpp"
#include "base/json.hpp"
#include "feature/catalog/entity_ref.hpp"
#include "feature/catalog/errors.hpp"

namespace gp::catalog {
namespace {

constexpr std::size_t kCursorBytesMax = 64U << 10U;

Value list(const std::vector<std::string>& texts) {
  Value items = Value::array();
  for (const std::string& text : texts) items.push_back(text);
  return items;
}

std::vector<std::string> texts(const Value& items) {
  std::vector<std::string> out;
  for (const Value& item : items.items()) out.push_back(item.string());
  return out;
}

Result<Value> decode(std::string_view text) {
  if (text.size() > kCursorBytesMax) return fail(invalid_argument("it is too long"));
  std::string padded(text);
  while (padded.size() % 4 != 0) padded += '=';
  const std::string json = TRY(base64_decode(padded));
  Value value = TRY(parse_json(json));
  if (!value.is_object()) return fail(invalid_argument("it is not an object"));
  return value;
}

Error malformed(std::string_view why) {
  return named_error("InputError", fmt::format("Malformed cursor: {}", why));
}

}  // namespace

Result<PageRequest> Asked::request() const {
  PageRequest request;
  request.query = TRY(parse_filters({filters.begin(), filters.end()}));
  if (!predicate.is_null()) {
    Query more = TRY(parse_predicate(predicate));
    request.query = both(std::move(request.query), std::move(more));
  }
  request.term = term;
  request.term_fields = term_fields;
  if (request.term_fields.empty()) {
    request.term_fields.push_back(order_field.empty() ? "metadata.uid" : order_field);
  }
  request.order_field = lower(order_field);
  request.is_descending = is_descending;
  request.counts = counts;
  return request;
}

std::string encode_cursor(const Cursor& cursor) {
  const Asked& asked = cursor.asked;
  Value value =
      Value::object({{"isPrevious", cursor.is_backwards},
                     {"from", Value::array({cursor.from.text, format_uuid(cursor.from.uid)})},
                     {"totalItems", static_cast<std::uint64_t>(cursor.total)},
                     {"counts", asked.counts}});
  if (!asked.filters.empty()) value.set("filter", list(asked.filters));
  if (!asked.predicate.is_null()) value.set("query", asked.predicate);
  if (!asked.term.empty()) {
    value.set("fullTextFilter",
              Value::object({{"term", asked.term}, {"fields", list(asked.term_fields)}}));
  }
  if (!asked.order_field.empty()) {
    value.set("orderFields",
              Value::array({Value::object({{"field", asked.order_field},
                                           {"order", asked.is_descending ? "desc" : "asc"}})}));
  }
  return base64_encode(to_json(value));
}

Result<Cursor> decode_cursor(std::string_view text) {
  auto decoded = decode(text);
  if (!decoded) return fail(malformed("could not be parsed"));
  const Value& value = *decoded;
  Cursor cursor;
  cursor.from.text = value["from"].at(0).string();
  if (!parse_uuid(value["from"].at(1).text(), cursor.from.uid)) {
    return fail(malformed("it has no position"));
  }
  cursor.is_backwards = value["isPrevious"].boolean();
  cursor.total = value["totalItems"].unsigned_integer();
  Asked& asked = cursor.asked;
  asked.counts = value["counts"].boolean(true);
  asked.filters = texts(value["filter"]);
  asked.predicate = value["query"];
  asked.term = value["fullTextFilter"]["term"].string();
  asked.term_fields = texts(value["fullTextFilter"]["fields"]);
  const Value& order = value["orderFields"].at(0);
  asked.order_field = order["field"].string();
  asked.is_descending = order["order"].text() == "desc";
  return cursor;
}

std::string encode_after(std::size_t offset) {
  return base64_encode(to_json(Value::object({{"offset", static_cast<std::uint64_t>(offset)}})));
}

Result<std::size_t> decode_after(std::string_view text) {
  auto decoded = decode(text);
  if (!decoded || !(*decoded)["offset"].is_integer()) {
    return fail(named_error("InputError", "Malformed after cursor, could not be parsed"));
  }
  return static_cast<std::size_t>((*decoded)["offset"].unsigned_integer());
}

}  // namespace gp::catalog
