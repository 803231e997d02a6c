#include "adapter/net/http2_fields.hpp"

#include "adapter/net/http1_head.hpp"
#include "adapter/net/tokens.hpp"
#include "base/text.hpp"

namespace gp::net {
namespace {

// Fields of one hop have no place in HTTP/2 (RFC 9113, 8.2.2); the others are ours to write.
bool is_left_out(std::string_view name) {
  static constexpr std::array<std::string_view, 7> kNames = {
      "connection",       "keep-alive", "transfer-encoding", "upgrade",
      "proxy-connection", "date",       "content-length"};
  return std::ranges::any_of(kNames, [&](auto n) { return equal_ignoring_case(name, n); });
}

}  // namespace

nghttp2_nv http2_field(std::string_view name, std::string_view value) {
  const auto bytes = [](std::string_view text) {
    return const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(text.data()));
  };
  return {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

void Http2Head::add(std::string_view name, std::string_view value, const Limits& limits) {
  if (name == ":path" && value.size() > limits.target_bytes_max) {
    return refuse(414, "the request target is too long");
  }
  bytes_ += name.size() + value.size() + 32;  // RFC 9113, 6.5.2
  if (bytes_ > limits.header_bytes_max) return refuse(431, "the request head is too large");
  Headers& headers = request_.headers;
  if (headers.all().size() >= limits.headers_max) {
    return refuse(431, "the request has too many header fields");
  }
  if (name == ":method") {
    request_.method = value;
    is_head_ = value == "HEAD";
  } else if (name == ":path") {
    request_.target = value;
  } else if (name == ":authority") {
    authority_ = value;
  } else if (name == "cookie") {
    // Clients may send crumbs (RFC 9113, 8.2.3).
    if (!cookie_.empty()) cookie_ += "; ";
    cookie_ += value;
  } else if (!name.starts_with(':')) {
    headers.add(name, value);
  }
}

void Http2Head::finish() {
  if (refusal_ != 0) return;
  request_.http_major = 2;
  if (!authority_.empty()) request_.headers.set("host", authority_);
  if (!cookie_.empty()) request_.headers.add("cookie", std::exchange(cookie_, {}));
  const std::string_view target = request_.target;
  if (request_.method == "CONNECT") return refuse(501, "CONNECT is not supported");
  if (!target.starts_with('/') && target != "*") {
    return refuse(400, "the request target is not a path");
  }
  if (target.find('#') != std::string_view::npos) {
    return refuse(400, "the request target has a fragment");
  }
  const std::size_t question = std::min(target.find('?'), target.size());
  request_.path = target.substr(0, question);
  auto query = Query::parse(target.substr(std::min(question + 1, target.size())));
  if (!query) return refuse(400, query.error().message);
  request_.query = std::move(*query);
}

bool Http2Head::expects_continue() const {
  return equal_ignoring_case(request_.headers.get("expect"), "100-continue");
}

Request Http2Head::take_request() {
  return std::move(request_);
}

void Http2Head::refuse(int status, std::string reason) {
  if (refusal_ != 0) return;
  refusal_ = status;
  reason_ = std::move(reason);
}

Http2Fields::Http2Fields(const Response& response, std::string_view date) {
  const auto& headers = response.headers.all();
  fields_.reserve(headers.size() + 3);
  fields_.push_back(http2_field(":status", keep(std::to_string(response.status))));
  for (const auto& [name, value] : headers) {
    if (!is_left_out(name)) fields_.push_back(http2_field(keep(lower(name)), value));
  }
  fields_.push_back(http2_field("date", date));
  if (!status_has_body(response.status) && response.status != 304) return;
  std::optional<std::uint64_t> length = declared_length(response);
  // A body at hand has the length it has; HEAD may declare the one it would have.
  if (!response.stream && !(length && response.body.empty())) length = body_size(response);
  if (response.status == 304 && response.body.empty() && !declared_length(response)) return;
  if (length) fields_.push_back(http2_field("content-length", keep(std::to_string(*length))));
}

std::string_view Http2Fields::keep(std::string text) {
  return texts_.emplace_back(std::move(text));
}

}  // namespace gp::net
