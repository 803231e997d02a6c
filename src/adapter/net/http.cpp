#include "adapter/net/http.hpp"

#include "adapter/net/tokens.hpp"
#include "base/encoding.hpp"
#include "base/json.hpp"

namespace gp::net {
namespace {

constexpr std::size_t kQueryParametersMax = 1000;
constexpr std::string_view kLineBreakers("\r\n\0", 3);

// A value that would break out of its line loses the breaking characters: a response header often
// carries somebody else's text.
std::string clean_value(std::string_view value) {
  std::string clean(trim_blanks(value));
  if (clean.find_first_of(kLineBreakers) != std::string::npos) {
    std::erase_if(clean, [](char c) { return kLineBreakers.find(c) != std::string_view::npos; });
  }
  return clean;
}

}  // namespace

void Headers::add(std::string_view name, std::string_view value) {
  if (!is_token(name)) return;
  fields_.emplace_back(name, clean_value(value));
}

void Headers::set(std::string_view name, std::string_view value) {
  erase(name);
  add(name, value);
}

bool Headers::erase(std::string_view name) {
  return std::erase_if(fields_, [&](const auto& f) { return equal_ignoring_case(f.first, name); }) >
         0;
}

std::string_view Headers::get(std::string_view name) const {
  for (const auto& [field, value] : fields_) {
    if (equal_ignoring_case(field, name)) return value;
  }
  return {};
}

bool Headers::contains(std::string_view name) const {
  return std::ranges::any_of(fields_,
                             [&](const auto& f) { return equal_ignoring_case(f.first, name); });
}

std::string Headers::joined(std::string_view name) const {
  std::string all;
  bool is_first = true;
  for (const auto& [field, value] : fields_) {
    if (!equal_ignoring_case(field, name)) continue;
    if (!is_first) all += ", ";
    all += value;
    is_first = false;
  }
  return all;
}

Result<Query> Query::parse(std::string_view text) {
  Query query;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('&'), text.size());
    const std::string_view item = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (item.empty()) continue;
    if (query.items_.size() == kQueryParametersMax) {
      return fail(too_large("the query has more than {} parameters", kQueryParametersMax));
    }
    const std::size_t equals = std::min(item.find('='), item.size());
    auto name = percent_decode(item.substr(0, equals), true);
    auto value = percent_decode(item.substr(std::min(equals + 1, item.size())), true);
    if (!name || !value) {
      return fail(invalid_argument("the query has an invalid percent-encoding in \"{}\"",
                                   item.substr(0, 80)));
    }
    query.items_.emplace_back(std::move(*name), std::move(*value));
  }
  return query;
}

std::optional<std::string_view> Query::find(std::string_view name) const {
  for (const auto& [key, value] : items_) {
    if (key == name) return value;
  }
  return std::nullopt;
}

std::string_view Query::get(std::string_view name, std::string_view fallback) const {
  return find(name).value_or(fallback);
}

std::vector<std::string_view> Query::all(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const auto& [key, value] : items_) {
    if (key == name) values.push_back(value);
  }
  return values;
}

std::string_view Request::path_part(std::string_view name) const {
  for (const auto& [key, value] : path_parts) {
    if (key == name) return value;
  }
  return {};
}

Piece Piece::own(std::string text) {
  auto owner = std::make_shared<const std::string>(std::move(text));
  const std::string_view bytes = *owner;
  return {bytes, std::move(owner)};
}

Response Response::text(int status, std::string body, std::string_view type) {
  Response response = empty(status);
  response.headers.add("Content-Type", type);
  response.body.push_back(Piece::own(std::move(body)));
  return response;
}

Response Response::json(int status, const Value& value) {
  return json_text(status, to_json(value));
}

Response Response::json_text(int status, std::string json) {
  return text(status, std::move(json), "application/json");
}

Response Response::empty(int status) {
  Response response;
  response.status = status;
  return response;
}

Response Response::redirect(int status, std::string_view location) {
  Response response = empty(status);
  response.headers.add("Location", location);
  return response;
}

Response&& Response::header(std::string_view name, std::string_view value) && {
  headers.set(name, value);
  return std::move(*this);
}

std::string Response::body_text() const {
  std::string text;
  for (const Piece& piece : body) text += piece.bytes;
  return text;
}

std::string_view reason_phrase(int status) {
  switch (status) {
    case 100: return "Continue";
    case 101: return "Switching Protocols";
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 203: return "Non-Authoritative Information";
    case 204: return "No Content";
    case 205: return "Reset Content";
    case 206: return "Partial Content";
    case 207: return "Multi-Status";
    case 300: return "Multiple Choices";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 307: return "Temporary Redirect";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 402: return "Payment Required";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 407: return "Proxy Authentication Required";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 411: return "Length Required";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 416: return "Range Not Satisfiable";
    case 417: return "Expectation Failed";
    case 421: return "Misdirected Request";
    case 422: return "Unprocessable Content";
    case 423: return "Locked";
    case 424: return "Failed Dependency";
    case 425: return "Too Early";
    case 426: return "Upgrade Required";
    case 428: return "Precondition Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 451: return "Unavailable For Legal Reasons";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 505: return "HTTP Version Not Supported";
    case 507: return "Insufficient Storage";
    case 511: return "Network Authentication Required";
    default: return "Unknown";
  }
}

std::string http_date(TimePoint time) {
  static constexpr std::array<std::string_view, 7> kDays = {"Sun", "Mon", "Tue", "Wed",
                                                            "Thu", "Fri", "Sat"};
  static constexpr std::array<std::string_view, 12> kMonths = {
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto days = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(days);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - days));
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
                     kDays[std::chrono::weekday(days).c_encoding()], unsigned(date.day()),
                     kMonths[unsigned(date.month()) - 1], int(date.year()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count());
}

}  // namespace gp::net
