#include "platform/web/assets.hpp"

#include <zlib.h>

#include "adapter/net/tokens.hpp"
#include "platform/web/accept_encoding.hpp"

namespace gp::web {
namespace {

constexpr std::string_view kMissing =
    "<!doctype html><title>GoldenPath</title><h1>The portal was not built</h1>"
    "<p>This program was built without its pages. Run <code>make web</code> and build again.</p>";

const Asset* find(std::span<const Asset> assets, std::string_view path) {
  for (const Asset& asset : assets) {
    if (asset.path == path) return &asset;
  }
  return nullptr;
}

// "/catalog/default/user/ada.lind" is an address of the page; "/assets/x.js" and "/robots.txt" are
// files, "/api/x" is a route that does not exist.
bool is_address(std::string_view path) {
  for (const std::string_view other : {"assets/", "api/", "kube/", "."}) {
    if (path.starts_with(other)) return false;
  }
  return path.find('/') != std::string_view::npos || path.find('.') == std::string_view::npos;
}

bool accepts(const net::Request& request, std::string_view coding) {
  return accepts_coding(request.headers.joined("Accept-Encoding"), coding);
}

// RFC 9110, 13.1.2: a list of tags, compared weakly, or "*".
bool is_known(std::string_view tags, std::string_view etag) {
  if (tags == "*") return true;
  while (!tags.empty()) {
    const std::size_t comma = std::min(tags.find(','), tags.size());
    std::string_view tag = net::trim_blanks(tags.substr(0, comma));
    tags.remove_prefix(std::min(comma + 1, tags.size()));
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    if (tag == etag) return true;
  }
  return false;
}

// Only for the rare client that takes no compression.
std::string inflate(std::string_view bytes) {
  z_stream stream{};
  constexpr int kGzipWindow = 15 + 16;
  std::string out;
  if (::inflateInit2(&stream, kGzipWindow) != Z_OK) return out;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::array<char, 32768> buffer{};
  int state = Z_OK;
  while (state == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream.avail_out = static_cast<uInt>(buffer.size());
    state = ::inflate(&stream, Z_NO_FLUSH);
    out.append(buffer.data(), buffer.size() - stream.avail_out);
  }
  ::inflateEnd(&stream);
  return out;
}

net::Response send(const net::Request& request, const Asset& asset) {
  net::Response response;
  response.headers.set("Content-Type", asset.type);
  response.headers.set("ETag", asset.etag);
  response.headers.set("Vary", "Accept-Encoding");
  response.headers.set("Cache-Control", asset.path.starts_with("assets/")
                                            ? "public, max-age=31536000, immutable"
                                            : "no-cache");
  add_security_headers(response.headers);
  if (is_known(request.headers.joined("If-None-Match"), asset.etag)) {
    response.status = 304;
    return response;
  }
  if (!asset.brotli.empty() && accepts(request, "br")) {
    response.headers.set("Content-Encoding", "br");
    response.body.push_back(net::Piece::literal(asset.brotli));
  } else if (accepts(request, "gzip")) {
    response.headers.set("Content-Encoding", "gzip");
    response.body.push_back(net::Piece::literal(asset.gzip));
  } else {
    response.body.push_back(net::Piece::own(inflate(asset.gzip)));
  }
  return response;
}

}  // namespace

void add_security_headers(net::Headers& headers) {
  headers.set("Content-Security-Policy",
              "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
              "connect-src 'self' ws: wss:; "
              "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'");
  headers.set("X-Content-Type-Options", "nosniff");
  headers.set("Referrer-Policy", "no-referrer");
}

net::Handler serve_assets(std::span<const Asset> assets) {
  return [assets](net::Request& request) {
    if (request.method != "GET" && request.method != "HEAD") return net::Response::empty(404);
    if (assets.empty())
      return net::Response::text(200, std::string(kMissing), "text/html; charset=utf-8");
    std::string_view path = request.path;
    path.remove_prefix(std::min<std::size_t>(1, path.size()));
    const Asset* asset = find(assets, path.empty() ? "index.html" : path);
    if (asset == nullptr && is_address(path)) asset = find(assets, "index.html");
    return asset == nullptr ? net::Response::empty(404) : send(request, *asset);
  };
}

}  // namespace gp::web
