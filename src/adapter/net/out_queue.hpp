#pragma once
// Bytes on their way to one peer, in order: long pieces are shared, short ones copied together.

#include <sys/uio.h>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "adapter/net/http.hpp"

namespace gp::net {

class OutQueue {
 public:
  void push(Piece piece);
  void push_text(std::string text);
  // Copies; adjacent copies share one buffer. For heads, frame headers and other small things.
  void copy(std::string_view bytes);

  bool empty() const { return bytes_ == 0; }
  std::size_t bytes() const { return bytes_; }

  // Fills `into` with the front of the queue; returns how many were filled.
  std::size_t gather(std::span<iovec> into) const;
  // The front as one run of bytes, at most room.size() of them: the queue's own memory when its
  // first entry is long enough, else joined in `room`. The same call later gives at least the same
  // bytes.
  std::string_view front(std::span<char> room) const;
  void consume(std::size_t bytes);
  void clear();

 private:
  struct Entry {
    Piece piece;       // used when it is not empty
    std::string text;  // else this
    std::string_view view() const { return piece.bytes.empty() ? text : piece.bytes; }
  };

  std::vector<Entry> entries_;
  std::size_t first_ = 0;   // entries before are done
  std::size_t offset_ = 0;  // into entries_[first_]
  std::size_t bytes_ = 0;
};

}  // namespace gp::net
