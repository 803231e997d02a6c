#pragma once
// The rest of a response's body: pieces at hand and the Stream that gives more, taken out in any
// amounts without copying. HTTP/1 and HTTP/2 frame what they take.
//
// A stream that gives more or less than its head promised is broken: what a peer got of it must not
// look whole, so it is never at an honest end.

#include <deque>
#include <memory>
#include <optional>

#include "adapter/net/http.hpp"
#include "adapter/net/out_queue.hpp"

namespace gp::net {

class PulledBody {
 public:
  PulledBody() = default;
  // Takes body and stream out of the response. `promised`: the length that its head declares.
  PulledBody(Response& response, std::optional<std::uint64_t> promised);

  // Bytes that can be taken now, at most `wanted`; pulls when nothing is at hand. 0: wait or end.
  std::size_t available(std::size_t wanted);
  void take(std::size_t bytes, OutQueue& out);  // at most what is available

  bool is_at_end_after(std::size_t taken) const { return taken == bytes_ && !stream_; }
  bool is_broken() const { return is_broken_; }
  bool is_endless() const { return stream_ && stream_->is_endless(); }
  bool is_waiting() const { return pieces_.empty() && stream_ && is_waiting_; }
  void wake() { is_waiting_ = false; }
  // The server stops while the stream waits: ends it, and breaks it unless it is an endless one.
  void end_early();

 private:
  void pull();
  void add(std::vector<Piece>& pieces);

  std::deque<Piece> pieces_;
  std::size_t bytes_ = 0;
  std::unique_ptr<Stream> stream_;
  std::optional<std::uint64_t> promised_;  // what is left of it
  bool is_waiting_ = false;
  bool is_broken_ = false;
};

}  // namespace gp::net
