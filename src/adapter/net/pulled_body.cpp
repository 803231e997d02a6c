#include "adapter/net/pulled_body.hpp"

#include "base/log.hpp"

namespace gp::net {
namespace {

constexpr std::size_t kPullBytes = 64U << 10U;

}  // namespace

PulledBody::PulledBody(Response& response, std::optional<std::uint64_t> promised)
    : stream_(std::move(response.stream)), promised_(promised) {
  add(response.body);
}

std::size_t PulledBody::available(std::size_t wanted) {
  if (bytes_ == 0 && stream_ && !is_waiting_) pull();
  return std::min(wanted, bytes_);
}

void PulledBody::pull() {
  std::vector<Piece> pulled;
  const Stream::Next next = stream_->pull(pulled, kPullBytes);
  add(pulled);
  if (is_broken_) return;
  if (next == Stream::Next::End) {
    stream_.reset();
    if (promised_.value_or(0) > 0) {
      is_broken_ = true;
      log::error("net", "a stream gave less than its Content-Length");
    }
  } else {
    // Data without bytes is the stream's mistake; waiting for its call is the harmless reading.
    is_waiting_ = next == Stream::Next::Wait || bytes_ == 0;
  }
}

void PulledBody::add(std::vector<Piece>& pieces) {
  for (Piece& piece : pieces) {
    const std::size_t size = piece.bytes.size();
    if (size == 0) continue;
    if (promised_ && size > *promised_) {
      log::error("net", "a stream gave more than its Content-Length");
      is_broken_ = true;
      stream_.reset();
      pieces_.clear();
      bytes_ = 0;
      return;
    }
    if (promised_) *promised_ -= size;
    bytes_ += size;
    pieces_.push_back(std::move(piece));
  }
}

void PulledBody::take(std::size_t bytes, OutQueue& out) {
  bytes_ -= bytes;
  while (bytes > 0) {
    Piece& front = pieces_.front();
    const std::size_t count = std::min(bytes, front.bytes.size());
    bytes -= count;
    if (count == front.bytes.size()) {
      out.push(std::move(front));
      pieces_.pop_front();
    } else {
      out.push({front.bytes.substr(0, count), front.owner});
      front.bytes.remove_prefix(count);
    }
  }
}

void PulledBody::end_early() {
  if (!is_endless()) is_broken_ = true;
  stream_.reset();
}

}  // namespace gp::net
