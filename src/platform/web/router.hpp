#pragma once
// Routes of one listener: method and path pattern to handler. Patterns:
// "/api/catalog/entities/by-name/{kind}", a last "{rest...}" takes the remainder, at least one part
// of it: "/a/{rest...}" is not "/a". Literal parts win over named ones. HEAD is served by GET's
// route.
//
// Path parts are percent-decoded after the split, so "%2F" inside a part stays inside it. "." and
// ".." parts, and empty parts ("//"), match nothing. A trailing slash is tolerated.

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "adapter/net/http.hpp"

namespace gp::web {

class Router {
 public:
  Router();
  ~Router();
  Router(Router&&) noexcept;
  Router& operator=(Router&&) noexcept;

  // Aborts on a pattern that is already there: a mistake of ours. All routes are added before the
  // listener starts.
  void add(std::string_view method, std::string_view pattern, net::Handler handler);
  // Every method of the pattern.
  void any(std::string_view pattern, net::Handler handler) {
    add("*", pattern, std::move(handler));
  }
  // Runs around every handler of this router, outermost first: authentication, request logs,
  // compression.
  using Filter = std::function<net::Response(net::Request&, const net::Handler& next)>;
  void use(Filter filter);
  // Answers when no route matches; default: 404 with an empty body. A wrong method gets 405 with
  // Allow, unless a fallback is set, which then answers that too.
  void fallback(net::Handler handler);

  net::Response handle(net::Request& request) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// gzip when the client accepts it and the body has at least `bytes_min`; adds Vary. Streams are
// left alone.
Router::Filter compress(std::size_t bytes_min = 1400);

}  // namespace gp::web
