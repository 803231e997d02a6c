#pragma once
// One HTTP/1 request out of bytes, without any I/O. Stricter than RFC 9112 asks, as what two
// programs read differently is how requests are smuggled.
//
// Refused beyond what Boost.Beast's parser refuses: bare CR or LF, folded lines, a
// Transfer-Encoding other than exactly "chunked", Content-Length lists and repetitions,
// Content-Length beside Transfer-Encoding, a missing or repeated Host. Trailer fields are read and
// dropped.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "adapter/net/http.hpp"

namespace gp::net {

struct Http1Limits {
  std::size_t header_bytes_max = 64U << 10U;
  std::size_t headers_max = 200;
  std::size_t target_bytes_max = 32U << 10U;
  std::size_t body_bytes_max = 16U << 20U;
};

class Http1Reader {
 public:
  explicit Http1Reader(const Http1Limits& limits);
  ~Http1Reader();
  Http1Reader(const Http1Reader&) = delete;
  Http1Reader& operator=(const Http1Reader&) = delete;

  // Takes bytes; says how many belong to this request: fewer than given only when it is complete or
  // refused.
  std::size_t feed(std::string_view bytes);

  bool has_begun() const;    // saw a byte other than leading empty lines
  bool has_head() const;     // method, target and headers are known
  bool is_complete() const;  // and the body, too
  // The status to refuse the request with; 0 while all is well. Nothing may be fed afterwards.
  int refusal() const;
  std::string_view refusal_reason() const;

  Request& request();        // filled as far as read
  bool keeps_alive() const;  // after the head: what version and Connection say
  bool expects_continue() const;
  bool is_http10() const;
  // Bytes of body that arrived so far.
  std::size_t body_bytes() const;

 private:
  class Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace gp::net
