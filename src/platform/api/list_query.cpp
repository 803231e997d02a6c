#include "platform/api/list_query.hpp"

#include <charconv>

#include "base/encoding.hpp"
#include "base/json.hpp"
#include "platform/api/status.hpp"

namespace gp::api {
namespace {

using object::FieldError;

constexpr std::string_view kTokenVersion = "meta.k8s.io/v1";
constexpr std::string_view kExact = "Exact";
constexpr std::string_view kNotOlderThan = "NotOlderThan";

template <typename Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number{};
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// As Go's strconv inside the conversion of query parameters.
Result<std::int64_t> parse_integer(const net::Query& query, std::string_view name) {
  const std::string_view text = query.get(name);
  if (text.empty()) return 0;
  const auto number = parse_number<std::int64_t>(text);
  if (number) return *number;
  return fail(
      status::bad_request(fmt::format("strconv.ParseInt: parsing \"{}\": invalid syntax", text)));
}

bool parse_flag(const net::Query& query, std::string_view name) {
  const auto text = query.find(name);
  return text && *text != "false" && *text != "0";
}

Result<std::optional<Revision>> parse_revision(const net::Query& query) {
  const std::string_view text = query.get("resourceVersion");
  if (text.empty()) return std::nullopt;
  const auto number = parse_number<Revision>(text);
  if (number) return number;
  const FieldError error{FieldError::Type::Invalid, "resourceVersion", fmt::format("\"{}\"", text),
                         fmt::format("strconv.ParseUint: parsing \"{}\": invalid syntax", text)};
  return fail(status::invalid_options("ListOptions", {&error, 1}));
}

Error forbidden_option(std::string_view field, std::string_view why) {
  const FieldError error{FieldError::Type::Forbidden, std::string(field), "", std::string(why)};
  return status::invalid_options("ListOptions", {&error, 1});
}

Result<> parse_selectors(const net::Query& query, selector::LabelSelector& labels,
                         selector::FieldSelector& fields) {
  if (const std::string_view text = query.get("labelSelector"); !text.empty()) {
    auto parsed = selector::LabelSelector::parse(text);
    if (!parsed) return fail(status::bad_request(parsed.error().message));
    labels = std::move(*parsed);
  }
  if (const std::string_view text = query.get("fieldSelector"); !text.empty()) {
    auto parsed = selector::FieldSelector::parse(text);
    if (!parsed) return fail(status::bad_request(parsed.error().message));
    fields = std::move(*parsed);
  }
  return {};
}

Error bad_token(std::string_view why) {
  return status::bad_request(fmt::format("continue key is not valid: {}", why));
}

Result<> read_token(std::string_view token, ListQuery& list) {
  constexpr std::size_t kTokenBytesMax = 4096;
  if (token.size() > kTokenBytesMax) return fail(bad_token("too long"));
  const auto text = base64url_decode(token);
  if (!text) return fail(bad_token("illegal base64 data"));
  const auto parsed = parse_json(*text);
  if (!parsed) return fail(bad_token("not of this server"));
  const Value& value = *parsed;
  const std::string_view start = value["start"].text();
  if (value["v"].text() != kTokenVersion || start.find('/') == std::string_view::npos) {
    return fail(bad_token("not of this server"));
  }
  list.at = value["rv"].unsigned_integer();
  list.continue_after = start;
  list.is_continued = true;
  return {};
}

// resourceVersion and resourceVersionMatch, "Resource versions" in the Kubernetes API concepts.
Result<> settle_revision(const net::Query& query, Revision newest, ListQuery& list) {
  const std::optional<Revision> revision = TRY(parse_revision(query));
  const std::string_view match = query.get("resourceVersionMatch");
  if (!match.empty() && match != kExact && match != kNotOlderThan) {
    const FieldError error{FieldError::Type::NotSupported, "resourceVersionMatch",
                           fmt::format("\"{}\"", match),
                           "supported values: \"Exact\", \"NotOlderThan\""};
    return fail(status::invalid_options("ListOptions", {&error, 1}));
  }
  if (!match.empty() && !revision) {
    return fail(
        forbidden_option("resourceVersionMatch",
                         "resourceVersionMatch is forbidden unless resourceVersion is provided"));
  }
  if (list.is_continued) {
    if (!match.empty()) {
      return fail(forbidden_option("resourceVersionMatch",
                                   "resourceVersionMatch is forbidden when continue is provided"));
    }
    if (revision && *revision != 0) {
      return fail(
          status::bad_request("specifying resource version is not allowed when using continue"));
    }
    return {};
  }
  if (match == kExact && revision == Revision{0}) {
    return fail(
        forbidden_option("resourceVersionMatch",
                         "resourceVersionMatch \"Exact\" is forbidden for resourceVersion \"0\""));
  }
  if (!revision || *revision == 0) return {};
  if (*revision > newest) return fail(status::too_large_resource_version(*revision, newest));
  // A limit without a match has meant "exactly" from the beginning.
  if (match == kExact || (match.empty() && list.limit != 0)) list.at = *revision;
  return {};
}

}  // namespace

store::ListOptions ListQuery::to_options() const {
  store::ListOptions options;
  options.labels = labels;
  options.fields = fields;
  options.limit = limit;
  options.continue_after = continue_after;
  options.at = at;
  return options;
}

Result<ListQuery> parse_list_query(const net::Query& query, Revision newest) {
  ListQuery list;
  TRY(parse_selectors(query, list.labels, list.fields));
  const std::int64_t limit = TRY(parse_integer(query, "limit"));
  list.limit = limit > 0 ? static_cast<std::size_t>(limit) : 0;
  if (const std::string_view token = query.get("continue"); !token.empty()) {
    TRY(read_token(token, list));
  }
  if (query.contains("sendInitialEvents")) {
    return fail(forbidden_option("sendInitialEvents", "sendInitialEvents is forbidden for list"));
  }
  TRY(settle_revision(query, newest, list));
  return list;
}

Result<WatchQuery> parse_watch_query(const net::Query& query, std::string_view name) {
  WatchQuery watch;
  TRY(parse_selectors(query, watch.labels, watch.fields));
  if (!name.empty()) {
    const auto asked = watch.fields.required_value("metadata.name");
    if (asked && *asked != name) {
      return fail(status::bad_request("both a name and a field selector for another name"));
    }
    const std::string text = watch.fields.to_string();
    watch.fields = TRY(selector::FieldSelector::parse(
        fmt::format("{}{}metadata.name={}", text, text.empty() ? "" : ",", name)));
  }

  const std::optional<Revision> revision = TRY(parse_revision(query));
  const std::string_view match = query.get("resourceVersionMatch");
  const auto send = query.find("sendInitialEvents");
  if (send) {
    if (match != kNotOlderThan) {
      return fail(forbidden_option(
          "resourceVersionMatch",
          "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"));
    }
  } else if (!match.empty()) {
    return fail(forbidden_option(
        "resourceVersionMatch",
        "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"));
  }
  watch.after = revision.value_or(0);
  watch.wants_bookmarks = parse_flag(query, "allowWatchBookmarks");
  if (send) {
    watch.starts_with_state = parse_flag(query, "sendInitialEvents");
    watch.marks_end_of_state = watch.starts_with_state && watch.wants_bookmarks;
  } else {
    watch.starts_with_state = watch.after == 0;
  }
  constexpr std::int64_t kTimeoutMax = 24 * 3600;
  const std::int64_t seconds = TRY(parse_integer(query, "timeoutSeconds"));
  if (seconds > 0) watch.timeout = std::chrono::seconds(std::min(seconds, kTimeoutMax));
  return watch;
}

std::string make_continue_token(Revision revision, std::string_view after) {
  return base64url_encode(to_json(
      Value::object({{"v", kTokenVersion}, {"rv", std::uint64_t{revision}}, {"start", after}})));
}

Error expired_continue(std::string_view after) {
  Error error = status::expired(
      "The provided continue parameter is too old to display a consistent list result. You can "
      "start a new list without the continue parameter, or use the continue token in this response "
      "to retrieve the remainder of the results. Continuing with the provided token results in an "
      "inconsistent list - objects that were created, modified, or deleted between the time the "
      "first chunk was returned and now may show up in the list.");
  error.details.set("metadata", Value::object({{"continue", make_continue_token(0, after)}}));
  return error;
}

}  // namespace gp::api
