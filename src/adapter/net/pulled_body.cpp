#include "adapter/net/pulled_body.hpp"

namespace gp::net {
namespace {

constexpr std::size_t kPullBytes = 64U << 10U;

}  // namespace

PulledBody::PulledBody(Response& response) : stream_(std::move(response.stream)) {
  for (Piece& piece : response.body) {
    if (piece.bytes.empty()) continue;
    bytes_ += piece.bytes.size();
    pieces_.push_back(std::move(piece));
  }
}

std::size_t PulledBody::available(std::size_t wanted) {
  if (bytes_ == 0 && stream_ && !is_waiting_) pull();
  return std::min(wanted, bytes_);
}

void PulledBody::pull() {
  std::vector<Piece> pulled;
  const Stream::Next next = stream_->pull(pulled, kPullBytes);
  for (Piece& piece : pulled) {
    if (piece.bytes.empty()) continue;
    bytes_ += piece.bytes.size();
    pieces_.push_back(std::move(piece));
  }
  if (next == Stream::Next::End) {
    stream_.reset();
  } else {
    // Data without bytes is the stream's mistake; waiting for its call is the harmless reading.
    is_waiting_ = next == Stream::Next::Wait || bytes_ == 0;
  }
}

void PulledBody::take(std::size_t bytes, OutQueue& out) {
  bytes_ -= bytes;
  while (bytes > 0) {
    Piece& front = pieces_.front();
    const std::size_t count = std::min(bytes, front.bytes.size());
    out.push({front.bytes.substr(0, count), front.owner});
    front.bytes.remove_prefix(count);
    bytes -= count;
    if (front.bytes.empty()) pieces_.pop_front();
  }
}

bool PulledBody::end_early() {
  if (stream_ && !stream_->is_endless()) return false;
  stream_.reset();
  return true;
}

}  // namespace gp::net
