#include "adapter/net/http1_lines.hpp"

#include "adapter/net/tokens.hpp"

namespace gp::net {

std::size_t Http1Lines::scan(std::string_view head) {
  if (line_begin_ == 0 && !head.empty() && !is_token_char(head.front())) {
    // A TLS handshake on a plain port begins with the byte 22.
    if (head.front() == '\x16') return refuse(400, "this port speaks plain HTTP, not TLS");
    return refuse(400, "the request does not begin with a method");
  }
  while (true) {
    const std::size_t feed = head.find('\n', scanned_);
    if (feed == std::string_view::npos) return check_unfinished(head);
    scanned_ = feed + 1;
    // First what an unfinished line is refused for: how the bytes are cut must not matter.
    if (is_too_long(feed)) return 0;
    if (scanned_ > limits_.head_bytes_max) return refuse(431, "the request head is too large");
    if (feed == line_begin_ || head[feed - 1] != '\r') {
      return refuse(400, "a line ends without a carriage return");
    }
    const std::string_view line = head.substr(line_begin_, feed - 1 - line_begin_);
    if (!accept_line(line)) return 0;
    if (line.empty()) return scanned_;
    line_begin_ = scanned_;
    ++lines_;
  }
}

bool Http1Lines::accept_line(std::string_view line) {
  const bool is_first = lines_ == 0;
  if (line.find('\r') != std::string_view::npos) {
    refuse(400, "a line has a bare carriage return");
  } else if (!is_first && !line.empty() && (line[0] == ' ' || line[0] == '\t')) {
    refuse(400, "a header field is folded over lines");
  } else if (!line.empty() && lines_ > limits_.lines_max) {
    refuse(431, "the request has too many header fields");
  }
  return refusal_ == 0;
}

// `bytes`: of everything so far, without a line feed.
bool Http1Lines::is_too_long(std::size_t bytes) {
  if (lines_ > 0 || bytes <= limits_.first_line_bytes_max + 1) return false;
  refuse(414, "the request target is too long");
  return true;
}

std::size_t Http1Lines::check_unfinished(std::string_view head) {
  scanned_ = head.size();
  if (is_too_long(head.size())) return 0;
  if (head.size() > limits_.head_bytes_max) return refuse(431, "the request head is too large");
  return 0;
}

std::size_t Http1Lines::refuse(int status, std::string_view reason) {
  refusal_ = status;
  reason_ = reason;
  return 0;
}

}  // namespace gp::net
