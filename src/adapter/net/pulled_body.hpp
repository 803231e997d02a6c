#pragma once
// The rest of a response's body: pieces at hand and the Stream that gives more, taken out in any
// amounts without copying.

#include <deque>
#include <memory>

#include "adapter/net/http.hpp"
#include "adapter/net/out_queue.hpp"

namespace gp::net {

class PulledBody {
 public:
  PulledBody() = default;
  // Takes body and stream out of the response.
  explicit PulledBody(Response& response);

  // Bytes that can be taken now, at most `wanted`; pulls when nothing is at hand. 0: wait or end.
  std::size_t available(std::size_t wanted);
  void take(std::size_t bytes, OutQueue& out);  // at most what is available

  bool is_at_end_after(std::size_t taken) const { return taken == bytes_ && !stream_; }
  bool is_waiting() const { return pieces_.empty() && stream_ && is_waiting_; }
  void wake() { is_waiting_ = false; }
  // The server stops while the stream waits: false when it must not end as if it were whole.
  bool end_early();

 private:
  void pull();

  std::deque<Piece> pieces_;
  std::size_t bytes_ = 0;
  std::unique_ptr<Stream> stream_;
  bool is_waiting_ = false;
};

}  // namespace gp::net
