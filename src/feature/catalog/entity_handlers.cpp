#include "feature/catalog/entity_handlers.hpp"

#include "base/encoding.hpp"
#include "feature/catalog/entity_ref.hpp"
#include "feature/catalog/errors.hpp"
#include "feature/catalog/params.hpp"

namespace gp::catalog {
namespace {

constexpr std::size_t kPageDefault = 200;
constexpr std::size_t kRefsMax = 20'000;

std::string ref_in_path(const net::Request& request) {
  return lower(fmt::format("{}:{}/{}", request.path_part("kind"), request.path_part("namespace"),
                           request.path_part("name")));
}

// "asc:metadata.name"
Result<std::pair<std::string, bool>> parse_order(std::string_view text) {
  const auto colon = text.find(':');
  const std::string_view direction = text.substr(0, colon);
  const std::string_view field = colon == std::string_view::npos ? "" : text.substr(colon + 1);
  if ((direction != "asc" && direction != "desc") || field.empty()) {
    return fail(named_error("InputError", fmt::format("Invalid order parameter \"{}\", expected "
                                                      "\"<asc or desc>:<field name>\"",
                                                      text)));
  }
  return std::pair(lower(field), direction == "desc");
}

// "metadata.name,asc"
Result<> read_order_field(std::string_view text, Asked& asked) {
  const auto comma = text.find(',');
  const std::string_view direction =
      comma == std::string_view::npos ? "asc" : text.substr(comma + 1);
  if (direction != "asc" && direction != "desc") {
    return fail(named_error("InputError", "Invalid order field order, must be asc or desc"));
  }
  asked.order_field = text.substr(0, comma);
  asked.is_descending = direction == "desc";
  return {};
}

Result<bool> read_counts(std::string_view text, std::string_view where) {
  if (text.empty() || text == "include") return true;
  if (text == "exclude") return false;
  return fail(named_error("InputError", fmt::format("request/{}/totalItems must be equal to one of "
                                                    "the allowed values: include, exclude",
                                                    where)));
}

std::string trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return std::string(text);
}

std::vector<std::string> split_lists(const std::vector<std::string_view>& lists) {
  std::vector<std::string> texts;
  for (std::string_view list : lists) {
    while (!list.empty()) {
      const auto comma = std::min(list.find(','), list.size());
      if (std::string text = trimmed(list.substr(0, comma)); !text.empty()) {
        texts.push_back(std::move(text));
      }
      list.remove_prefix(std::min(comma + 1, list.size()));
    }
  }
  return texts;
}

// The same request, asking for what comes next; its path below the plugin.
std::string next_link(const net::Request& request, std::size_t offset) {
  std::string query;
  for (const auto& [name, value] : request.query.items()) {
    if (name == "offset" || name == "after") continue;
    query += fmt::format("{}={}&", percent_encode(name), percent_encode(value));
  }
  query += "after=" + percent_encode(encode_after(offset));
  return fmt::format("</entities?{}>; rel=\"next\"", query);
}

}  // namespace

Result<net::Response> EntityHandlers::list(net::Request& request) {
  TRY(check_parameters(request, {"filter", "fields", "order", "limit", "offset", "after"}));
  ListRequest asked;
  asked.query = TRY(parse_filters(request.query.all("filter")));
  for (const std::string_view order : request.query.all("order")) {
    auto parsed = TRY(parse_order(order));
    asked.order.push_back(std::move(parsed));
  }
  const Projection projection = TRY(Projection::parse(request.query.all("fields")));
  asked.limit = TRY(integer_parameter(request, "limit"));
  if (asked.limit == 0U) {
    return fail(named_error("InputError", "Invalid limit, must be greater than zero"));
  }
  asked.offset = TRY(integer_parameter(request, "offset")).value_or(0);
  if (const auto after = request.query.find("after")) asked.offset = TRY(decode_after(*after));

  Listing listing =
      engine_.serving().read([&](const SearchIndex& index) { return list_of(index, asked); });
  const std::size_t next = asked.offset + listing.entities.size();
  net::Response response = answer_list(std::move(listing.entities), projection);
  if (listing.has_more) response.headers.set("Link", next_link(request, next));
  return response;
}

Result<net::Response> EntityHandlers::by_query(net::Request& request) {
  TRY(check_parameters(request, {"filter", "fields", "limit", "offset", "orderField", "cursor",
                                 "totalItems", "fullTextFilterTerm", "fullTextFilterFields"}));
  const Projection projection = TRY(Projection::parse(request.query.all("fields")));
  const std::size_t limit = TRY(integer_parameter(request, "limit")).value_or(kPageDefault);
  const std::size_t offset = TRY(integer_parameter(request, "offset")).value_or(0);
  if (const auto text = request.query.find("cursor")) {
    const Cursor cursor = TRY(decode_cursor(*text));
    return page(cursor.asked, cursor, limit, 0, projection);
  }
  Asked asked;
  for (const std::string_view filter : request.query.all("filter"))
    asked.filters.emplace_back(filter);
  if (const auto order = request.query.find("orderField")) TRY(read_order_field(*order, asked));
  asked.counts = TRY(read_counts(request.query.get("totalItems"), "query"));
  asked.term = trimmed(request.query.get("fullTextFilterTerm"));
  asked.term_fields = split_lists(request.query.all("fullTextFilterFields"));
  return page(asked, std::nullopt, limit, offset, projection);
}

Result<net::Response> EntityHandlers::by_query_post(net::Request& request) {
  const Value body = TRY(json_body(request));
  const auto fields = TRY(strings_member(body, "fields"));
  const Projection projection = TRY(Projection::parse({fields.begin(), fields.end()}));
  const std::size_t limit = TRY(integer_member(body, "limit")).value_or(kPageDefault);
  const std::size_t offset = TRY(integer_member(body, "offset")).value_or(0);
  const std::string text = TRY(string_member(body, "cursor"));
  if (!text.empty()) {
    const Cursor cursor = TRY(decode_cursor(text));
    return page(cursor.asked, cursor, limit, 0, projection);
  }
  Asked asked;
  asked.predicate = body["query"];
  const Value& order = body["orderBy"].is_array() ? body["orderBy"].at(0) : body["orderBy"];
  if (order.is_object()) {
    TRY(read_order_field(fmt::format("{},{}", order["field"].text(), order["order"].text("asc")),
                         asked));
  }
  asked.counts = TRY(read_counts(body["totalItems"].text(), "body"));
  asked.term = trimmed(body["fullTextFilter"]["term"].text());
  asked.term_fields = TRY(strings_member(body["fullTextFilter"], "fields"));
  return page(asked, std::nullopt, limit, offset, projection);
}

Result<net::Response> EntityHandlers::page(const Asked& asked, const std::optional<Cursor>& cursor,
                                           std::size_t limit, std::size_t offset,
                                           const Projection& projection) {
  PageRequest request = TRY(asked.request());
  request.limit = limit;
  request.offset = offset;
  if (cursor) {
    request.from = cursor->from;
    request.is_backwards = cursor->is_backwards;
    request.counts = false;  // counted once, on the first page
  }
  const Page page =
      engine_.serving().read([&](const SearchIndex& index) { return page_of(index, request); });

  const std::size_t total = cursor ? cursor->total : page.total;
  Value info = Value::object();
  if (page.has_after) info.set("nextCursor", encode_cursor({asked, page.last, false, total}));
  if (page.has_before && (cursor || offset > 0)) {
    info.set("prevCursor", encode_cursor({asked, page.first, true, total}));
  }
  Value items = Value::array();
  for (const Value& entity : page.items) items.push_back(projection.apply(entity));
  return json_answer(200, to_wire(Value::object({{"items", std::move(items)},
                                                 {"totalItems", static_cast<std::uint64_t>(total)},
                                                 {"pageInfo", std::move(info)}})));
}

Result<net::Response> EntityHandlers::by_name(net::Request& request) {
  const std::string ref = ref_in_path(request);
  const Value entity = engine_.serving().read([&](const SearchIndex& index) {
    const auto slot = index.find(ref);
    return slot ? index.entity(*slot) : Value();
  });
  if (!entity.is_null()) return answer(request, entity);
  return fail(named_error(
      "NotFoundError", fmt::format("No entity named '{}' found, with kind '{}' in namespace '{}'",
                                   request.path_part("name"), request.path_part("kind"),
                                   request.path_part("namespace"))));
}

Result<net::Response> EntityHandlers::by_uid(net::Request& request) {
  Uuid uid{};
  const bool is_uuid = parse_uuid(lower(request.path_part("uid")), uid);
  const Value entity = engine_.serving().read([&](const SearchIndex& index) {
    const auto slot = index.find_uid(uid);
    return is_uuid && slot ? index.entity(*slot) : Value();
  });
  if (!entity.is_null()) return answer(request, entity);
  return fail(
      named_error("NotFoundError", fmt::format("No entity with uid {}", request.path_part("uid"))));
}

// Always a success, so that a repeated deletion is one too.
Result<net::Response> EntityHandlers::remove_by_uid(net::Request& request) {
  Uuid uid{};
  if (parse_uuid(lower(request.path_part("uid")), uid)) engine_.remove(uid);
  return net::Response::empty(204);
}

Result<net::Response> EntityHandlers::by_refs(net::Request& request) {
  const Value body = TRY(json_body(request, {"entityRefs"}));
  const auto refs = TRY(strings_member(body, "entityRefs"));
  const auto fields = TRY(strings_member(body, "fields"));
  const Projection projection = TRY(Projection::parse({fields.begin(), fields.end()}));
  if (refs.size() > kRefsMax) {
    return fail(named_error("InputError", fmt::format("request/body/entityRefs must NOT have more "
                                                      "than {} items",
                                                      kRefsMax)));
  }
  Query query = TRY(parse_filters(request.query.all("filter")));
  if (body.contains("query")) {
    Query more = TRY(parse_predicate(body["query"]));
    query = both(std::move(query), std::move(more));
  }
  const bool is_filtered = request.query.contains("filter") || body.contains("query");
  const auto found = engine_.serving().read([&](const SearchIndex& index) {
    std::optional<Bitmap> matching;
    if (is_filtered) matching = evaluate(query, index);
    std::vector<Value> entities;
    entities.reserve(refs.size());
    for (const std::string& ref : refs) {
      const auto slot = index.find(lower(ref));
      const bool is_there = slot && (!matching || matching->test(*slot));
      entities.push_back(is_there ? index.entity(*slot) : Value());
    }
    return entities;
  });
  Value items = Value::array();
  for (const Value& entity : found) {
    items.push_back(entity.is_null() ? Value() : projection.apply(entity));
  }
  return answer(request, Value::object({{"items", std::move(items)}}));
}

Result<net::Response> EntityHandlers::ancestry(net::Request& request) {
  const std::string ref = ref_in_path(request);
  const auto ancestors = engine_.ancestry(ref);
  if (ancestors.empty()) {
    return fail(named_error("NotFoundError", fmt::format("No such entity {}", ref)));
  }
  Value items = Value::array();
  for (const Ancestor& ancestor : ancestors) {
    Value parents = Value::array();
    for (const std::string& parent : ancestor.parents) parents.push_back(parent);
    items.push_back(
        Value::object({{"entity", ancestor.entity}, {"parentEntityRefs", std::move(parents)}}));
  }
  return answer(request, Value::object({{"rootEntityRef", ref}, {"items", std::move(items)}}));
}

net::Response EntityHandlers::counted(const net::Request& request,
                                      const std::vector<std::string>& facets,
                                      const Query& query) const {
  Value counted = engine_.serving().read([&](const SearchIndex& index) {
    const Bitmap within = evaluate(query, index);
    Value all = Value::object();
    for (const std::string& facet : facets) {
      std::vector<Value> values;
      for (const auto& [text, count] : facet_of(index, facet, within)) {
        values.push_back(
            Value::object({{"value", text}, {"count", static_cast<std::uint64_t>(count)}}));
      }
      all.set(facet, Value::take_array(values));
    }
    return all;
  });
  return answer(request, Value::object({{"facets", std::move(counted)}}));
}

Result<net::Response> EntityHandlers::facets(net::Request& request) {
  TRY(check_parameters(request, {"facet", "filter"}));
  const auto facets = request.query.all("facet");
  if (facets.empty()) {
    return fail(named_error("InputError", "request/query must have required property 'facet'"));
  }
  const Query query = TRY(parse_filters(request.query.all("filter")));
  return counted(request, {facets.begin(), facets.end()}, query);
}

Result<net::Response> EntityHandlers::facets_post(net::Request& request) {
  const Value body = TRY(json_body(request, {"facets"}));
  const auto facets = TRY(strings_member(body, "facets"));
  Query query;
  if (body.contains("query")) query = TRY(parse_predicate(body["query"]));
  return counted(request, facets, query);
}

}  // namespace gp::catalog
