#pragma once
// Writes the head of an HTTP/1 response and decides how its body is framed.

#include <string>
#include <string_view>

#include "adapter/net/http.hpp"

namespace gp::net {

enum class Framing {
  None,     // no body: HEAD, 1xx, 204, 304
  Length,   // Content-Length
  Chunked,  // Transfer-Encoding: chunked
  Close,    // HTTP/1.0 streams: the connection's end is the body's
};

// What the head has to know about the request it answers.
struct AnswerTo {
  bool is_head = false;
  bool is_http10 = false;
  bool keeps_alive = true;
};

bool status_has_body(int status);
std::size_t body_size(const Response& response);
// Content-Length as the handler set it; nothing when absent or malformed.
std::optional<std::uint64_t> declared_length(const Response& response);

Framing choose_framing(const Response& response, const AnswerTo& request);
void append_head(std::string& out, const Response& response, const AnswerTo& request,
                 Framing framing, std::string_view date);

}  // namespace gp::net
