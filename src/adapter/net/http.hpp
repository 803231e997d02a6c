#pragma once
// HTTP messages as the rest of the program sees them: whole requests in, responses out. No sockets,
// no parser.
//
// A handler is a plain function that runs on a worker thread, may block, and returns a Response.
// Bodies are one piece (Response::text), shared pieces that are written without copying
// (Response::pieces), or a Stream that the I/O threads pull from (watches, server-sent events,
// downloads). HTTP/1.1 and HTTP/2 look alike here.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/context.hpp"
#include "base/result.hpp"
#include "base/value.hpp"

namespace gp::net {

// Field names compare without case and keep the sender's spelling and order.
class Headers {
 public:
  void add(std::string_view name, std::string_view value);
  void set(std::string_view name, std::string_view value);  // replaces all of that name
  bool erase(std::string_view name);
  // First value, or empty. Values are trimmed and free of CR, LF and NUL.
  std::string_view get(std::string_view name) const;
  bool contains(std::string_view name) const;
  std::string joined(std::string_view name) const;  // all values, ", " between
  const std::vector<std::pair<std::string, std::string>>& all() const { return fields_; }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

// The query of a URL, decoded; names may repeat and order is kept.
class Query {
 public:
  static Result<Query> parse(std::string_view text);  // without '?'; at most 1,000 parameters
  std::optional<std::string_view> find(std::string_view name) const;  // first
  std::string_view get(std::string_view name, std::string_view fallback = {}) const;
  std::vector<std::string_view> all(std::string_view name) const;
  bool contains(std::string_view name) const { return find(name).has_value(); }
  const std::vector<std::pair<std::string, std::string>>& items() const { return items_; }
  void add(std::string name, std::string value) {
    items_.emplace_back(std::move(name), std::move(value));
  }

 private:
  std::vector<std::pair<std::string, std::string>> items_;
};

// The peer's verified client certificate; absent without TLS or without a certificate.
struct PeerCertificate {
  std::string common_name;
  std::vector<std::string> organizations;
  std::string fingerprint_sha256;  // hex of the DER
};

struct Request {
  std::string method;  // upper case token
  std::string target;  // as sent: "/a%2Fb?x=1"
  std::string path;    // raw path of the target, still percent-encoded: "/a%2Fb"
  Query query;
  Headers headers;
  std::string body;  // whole, decoded from chunks; limited by ServerOptions::body_bytes_max
  std::string peer;  // "127.0.0.1:53122"
  std::optional<PeerCertificate> certificate;
  bool is_tls = false;
  int http_major = 1;

  // Filled by the router: named parts of the path, percent-decoded.
  std::vector<std::pair<std::string, std::string>> path_parts;
  std::string_view path_part(std::string_view name) const;  // empty if absent

  // Deadline and the peer's disappearance; null only in tests that build a Request by hand.
  std::shared_ptr<const Context> context;
};

// Bytes that somebody else owns, kept alive by `owner` until they are on the wire.
struct Piece {
  std::string_view bytes;
  std::shared_ptr<const void> owner;

  static Piece own(std::string text);                                      // takes the text
  static Piece literal(std::string_view text) { return {text, nullptr}; }  // static storage only
};

// A body that is produced as it is sent. Pulled on an I/O thread: pull() must not block.
class Stream {
 public:
  enum class Next { Data, Wait, End };

  virtual ~Stream() = default;  // also the sign that the peer is gone or the answer complete

  // Appends pieces and says Data; or says Wait, and later calls the function given to on_ready
  // once; or says End. `bytes_wanted` is a hint; more is fine.
  virtual Next pull(std::vector<Piece>& out, std::size_t bytes_wanted) = 0;
  // Called once, before the first pull. `wake` may be called from any thread, any number of times,
  // also after the stream is destroyed (it then does nothing).
  virtual void on_ready(std::function<void()> wake) = 0;
  // True for watches and event streams: a server that stops ends them cleanly; others it cuts, so
  // that a part is not taken for the whole. A stream whose length is known sets Content-Length
  // itself.
  virtual bool is_endless() const { return false; }
};

class WebSocket;  // websocket.hpp

struct Response {
  int status = 200;
  Headers headers;
  std::vector<Piece> body;         // total length becomes Content-Length
  std::unique_ptr<Stream> stream;  // chunked (HTTP/1.1) or DATA frames (HTTP/2); body goes first
  // Answers an upgrade: runs on a worker after the handshake with the open socket. See
  // websocket.hpp.
  std::function<void(std::shared_ptr<WebSocket>)> websocket;
  std::string websocket_protocol;  // the subprotocol chosen, or empty
  // With `websocket`: the connection is upgraded to this other protocol, which the request's
  // Upgrade header asked for, and the socket carries its bare bytes. HTTP/1.1 only.
  std::string upgrade_protocol;

  static Response text(int status, std::string body,
                       std::string_view type = "text/plain; charset=utf-8");
  static Response json(int status, const Value& value);
  static Response json_text(int status, std::string json);
  static Response empty(int status);
  static Response redirect(int status, std::string_view location);
  Response&& header(std::string_view name, std::string_view value) &&;
  std::string body_text() const;  // joined, for tests
};

using Handler = std::function<Response(Request&)>;

// RFC 9110 reason phrase, e.g. "Not Found".
std::string_view reason_phrase(int status);
// "Tue, 24 Nov 2026 10:55:11 GMT"
std::string http_date(TimePoint time);

}  // namespace gp::net
