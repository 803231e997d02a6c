#pragma once
// Finds the end of an HTTP/1 head as its bytes arrive, and refuses what a lenient parser would
// accept: bare CR or LF, folded lines, lines and heads that are too long. Each byte is looked at
// once.

#include <cstddef>
#include <string_view>

namespace gp::net {

class Http1Lines {
 public:
  struct Limits {
    std::size_t first_line_bytes_max;
    std::size_t head_bytes_max;
    std::size_t lines_max;  // without the first and the last, empty one
  };
  explicit Http1Lines(const Limits& limits) : limits_(limits) {}

  // `head` is everything from the request line on and grows from call to call. Returns the length
  // of the head when its end is there, else 0.
  std::size_t scan(std::string_view head);
  int refusal() const { return refusal_; }
  std::string_view reason() const { return reason_; }

 private:
  std::size_t refuse(int status, std::string_view reason);
  bool accept_line(std::string_view line);
  bool is_too_long(std::size_t bytes);
  std::size_t check_unfinished(std::string_view head);

  Limits limits_;
  std::size_t line_begin_ = 0;
  std::size_t scanned_ = 0;
  std::size_t lines_ = 0;
  int refusal_ = 0;
  std::string_view reason_;
};

}  // namespace gp::net
