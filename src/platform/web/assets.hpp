#pragma once
// Files that are part of the program: the portal's pages, compressed at build time, served with
// their hash as ETag.
//
// Files whose names carry a hash ("assets/index-3f2a.js") are cached for ever; index.html is asked
// for anew each time. What is not a file and not below /api or /kube is an address of the portal:
// it gets index.html and the page does the rest.

#include <span>
#include <string>
#include <string_view>

#include "adapter/net/http.hpp"

namespace gp::web {

struct Asset {
  std::string_view path;    // "index.html", "assets/index-3f2a.js"
  std::string_view type;    // "text/html; charset=utf-8"
  std::string_view etag;    // quoted
  std::string_view gzip;    // always there
  std::string_view brotli;  // may be empty
};

// Serves GET and HEAD; 404 for what is not there. Nothing in the table: a page that says how to
// build the portal.
net::Handler serve_assets(std::span<const Asset> assets);

// What every page is served with: scripts and styles from here alone, no framing, no sniffing, no
// referrer.
void add_security_headers(net::Headers& headers);

}  // namespace gp::web
