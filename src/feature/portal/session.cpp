#include "feature/portal/session.hpp"

#include <charconv>

#include "base/digest.hpp"
#include "base/encoding.hpp"
#include "base/json.hpp"
#include "feature/portal/answers.hpp"

namespace gp::portal {
namespace {

constexpr int kWrongTriesMax = 10;
constexpr auto kTriesWindow = std::chrono::minutes(1);

std::string_view host_name(std::string_view host) {
  if (host.starts_with('['))
    return host.substr(1, host.find(']') == std::string_view::npos ? 0 : host.find(']') - 1);
  return host.substr(0, host.find(':'));
}

// Browsers send cookies to every port of a host: platforms side by side must not share one.
std::string cookie_name(const net::Request& request) {
  const std::string_view host = request.headers.get("Host");
  const std::size_t colon = host.rfind(':');
  const bool has_port = colon != std::string_view::npos && !host.ends_with(']');
  return fmt::format("goldenpath_session_{}", has_port ? host.substr(colon + 1) : "");
}

std::string_view cookie_of(const net::Request& request, std::string_view name) {
  std::string_view rest = request.headers.get("Cookie");
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(';'), rest.size());
    std::string_view pair = rest.substr(0, end);
    while (pair.starts_with(' ')) pair.remove_prefix(1);
    if (pair.starts_with(name) && pair.substr(name.size()).starts_with('='))
      return pair.substr(name.size() + 1);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return {};
}

// GET and HEAD change nothing; an upgrade to WebSocket is a GET that does.
bool may_change(const net::Request& request) {
  const bool is_reading =
      request.method == "GET" || request.method == "HEAD" || request.method == "OPTIONS";
  return !is_reading || request.headers.contains("Upgrade");
}

bool is_same_origin(const net::Request& request) {
  const std::string_view origin = request.headers.get("Origin");
  const std::string_view scheme = request.is_tls ? "https://" : "http://";
  return origin.starts_with(scheme) && origin.substr(scheme.size()) == request.headers.get("Host");
}

}  // namespace

Sessions::Sessions(SessionOptions options, Clock& clock)
    : options_(std::move(options)),
      clock_(clock),
      secret_(hmac_sha256(options_.token, "goldenpath portal session")) {}

web::Router::Filter Sessions::filter() {
  return [this](net::Request& request, const net::Handler& next) {
    if (!is_our_host(request.headers.get("Host"))) {
      return refuse(
          request, 421, "MisdirectedRequestError",
          "this platform does not answer for that host name; open it as 127.0.0.1 or localhost");
    }
    if (!is_protected(request.path)) return next(request);
    switch (proof_of(request)) {
      case Proof::Bearer: return next(request);
      case Proof::Wrong: return refuse(request, 401, "AuthenticationError", "Illegal token");
      case Proof::None: return refuse(request, 401, "AuthenticationError", "Missing credentials");
      case Proof::Cookie: break;
    }
    if (may_change(request) && !is_same_origin(request)) {
      return refuse(request, 403, "NotAllowedError",
                    "this request does not come from a page of this portal");
    }
    return next(request);
  };
}

net::Response Sessions::sign_in(net::Request& request) {
  if (!may_try()) {
    return refuse(request, 429, "TooManyRequestsError",
                  "too many wrong tokens; try again in a minute")
        .header("Retry-After", "60");
  }
  const auto body = parse_json(request.body, {.bytes_max = 4096, .depth_max = 8});
  const std::string_view token = body ? (*body)["token"].text() : std::string_view();
  if (token.empty() || !constant_time_equal(sha256(token), sha256(options_.token))) {
    const std::lock_guard lock(mutex_);
    ++wrong_tries_;
    return refuse(request, 401, "AuthenticationError", "that is not this platform's token");
  }
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(options_.lifetime).count();
  return net::Response::empty(204).header(
      "Set-Cookie",
      fmt::format("{}={}; Path=/; Max-Age={}; HttpOnly; SameSite=Strict{}", cookie_name(request),
                  make_cookie(), seconds, request.is_tls ? "; Secure" : ""));
}

net::Response Sessions::show(net::Request& request) {
  const Proof proof = proof_of(request);
  if (proof == Proof::Wrong) {
    return refuse(request, 401, "AuthenticationError", "Illegal token");
  }
  const bool is_signed_in = proof != Proof::None;
  return net::Response::json(200, Value::object({{"signedIn", is_signed_in},
                                                 {"user", is_signed_in ? "admin" : ""}}))
      .header("Cache-Control", "no-store");
}

net::Response Sessions::sign_out(net::Request& request) {
  if (!is_same_origin(request) && proof_of(request) == Proof::Cookie) {
    return refuse(request, 403, "NotAllowedError",
                  "this request does not come from a page of this portal");
  }
  return net::Response::empty(204).header(
      "Set-Cookie",
      fmt::format("{}=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict", cookie_name(request)));
}

Sessions::Proof Sessions::proof_of(const net::Request& request) const {
  const std::string_view authorization = request.headers.get("Authorization");
  if (authorization.starts_with("Bearer ")) {
    // Digests, so that neither length nor content of the token shows in the time taken.
    return constant_time_equal(sha256(authorization.substr(7)), sha256(options_.token))
               ? Proof::Bearer
               : Proof::Wrong;
  }
  const std::string_view cookie = cookie_of(request, cookie_name(request));
  if (cookie.empty()) return Proof::None;
  return is_good_cookie(cookie) ? Proof::Cookie : Proof::None;
}

bool Sessions::is_protected(std::string_view path) const {
  for (const std::string& open : options_.public_paths) {
    if (path == open || (open.ends_with('/') && path.starts_with(open))) return false;
  }
  for (const std::string& prefix : options_.protected_prefixes) {
    if (path.starts_with(prefix)) return true;
  }
  return false;
}

bool Sessions::is_our_host(std::string_view host) const {
  const std::string_view name = host_name(host);
  if (name == "localhost" || name.ends_with(".localhost") || name == "127.0.0.1" || name == "::1")
    return true;
  for (const std::string& known : options_.hosts) {
    if (name == known) return true;
  }
  return false;
}

std::string Sessions::make_cookie() const {
  const auto expiry = std::chrono::floor<std::chrono::seconds>(clock_.now() + options_.lifetime)
                          .time_since_epoch()
                          .count();
  const std::string text = std::to_string(expiry);
  return text + "." + base64url_encode(hmac_sha256(secret_, text));
}

bool Sessions::is_good_cookie(std::string_view cookie) const {
  const std::size_t dot = cookie.find('.');
  if (dot == std::string_view::npos) return false;
  const std::string_view text = cookie.substr(0, dot);
  if (!constant_time_equal(cookie.substr(dot + 1), base64url_encode(hmac_sha256(secret_, text))))
    return false;
  std::int64_t expiry = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), expiry);
  return read.ec == std::errc() && clock_.now() < TimePoint(std::chrono::seconds(expiry));
}

bool Sessions::may_try() {
  const std::lock_guard lock(mutex_);
  const Duration now = clock_.monotonic();
  if (now - tries_since_ > kTriesWindow) {
    tries_since_ = now;
    wrong_tries_ = 0;
  }
  return wrong_tries_ < kWrongTriesMax;
}

}  // namespace gp::portal
