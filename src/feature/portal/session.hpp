#pragma once
// Who may use the portal until there is single sign-on: whoever knows the generated token.
//
// Browsers trade the token for a cookie (HttpOnly, SameSite=Strict) that is not the token: an
// expiry and its HMAC under a key made from the token, so that a restart signs nobody out and a new
// token everybody. Programs send the token as `Authorization: Bearer`. Other web pages cannot use a
// signed-in browser: the Host must be ours (DNS rebinding) and the Origin of a changing request or
// WebSocket must be the Host.

#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "platform/web/router.hpp"

namespace gp::portal {

struct SessionOptions {
  std::string token;
  // Host names (without port) that requests may name; loopback names always may.
  std::vector<std::string> hosts;
  // Paths that need no sign-in, by prefix when they end in a slash; everything outside
  // `protected_prefixes` is public anyway.
  std::vector<std::string> public_paths = {"/api/portal/session", "/api/auth/"};
  std::vector<std::string> protected_prefixes = {"/api/", "/kube/", "/kube-watch"};
  Duration lifetime = std::chrono::hours(24);
};

class Sessions {
 public:
  Sessions(SessionOptions options, Clock& clock);

  // 421 for a foreign Host, 401 in Backstage's error shape without a session, 403 for a foreign
  // Origin.
  web::Router::Filter filter();

  // POST /api/portal/session {"token": …}: 204 with a cookie; 401; 429 after ten wrong tries in a
  // minute.
  net::Response sign_in(net::Request& request);
  // GET: {"signedIn": true, "user": "admin"}. Nobody being signed in is an answer, no failure: the
  // page asks this first, and a browser writes each failure into its console.
  net::Response show(net::Request& request);
  // DELETE: 204, and the cookie is gone from the browser.
  net::Response sign_out(net::Request& request);

 private:
  enum class Proof { None, Wrong, Bearer, Cookie };
  Proof proof_of(const net::Request& request) const;
  bool is_protected(std::string_view path) const;
  bool is_our_host(std::string_view host) const;
  std::string make_cookie() const;
  bool is_good_cookie(std::string_view cookie) const;
  bool may_try();

  SessionOptions options_;
  Clock& clock_;
  std::string secret_;

  std::mutex mutex_;  // guards the fields below
  int wrong_tries_ = 0;
  Duration tries_since_{0};
};

}  // namespace gp::portal
