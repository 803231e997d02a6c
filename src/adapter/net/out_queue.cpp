#include "adapter/net/out_queue.hpp"

namespace gp::net {
namespace {

constexpr std::size_t kJoinMax = 16U << 10U;  // copies are joined up to this size
constexpr std::size_t kCopyMax = 512;         // below, sharing a piece costs more than copying it
constexpr std::size_t kKeepEntries = 4;       // what an idle connection holds on to

}  // namespace

void OutQueue::push(Piece piece) {
  if (piece.bytes.size() <= kCopyMax) return copy(piece.bytes);
  bytes_ += piece.bytes.size();
  entries_.push_back({std::move(piece), {}});
}

void OutQueue::push_text(std::string text) {
  if (text.empty()) return;
  bytes_ += text.size();
  entries_.push_back({{}, std::move(text)});
}

void OutQueue::copy(std::string_view bytes) {
  if (bytes.empty()) return;
  bytes_ += bytes.size();
  if (entries_.size() > first_) {
    Entry& last = entries_.back();
    if (last.piece.bytes.empty() && last.text.size() + bytes.size() <= kJoinMax) {
      last.text += bytes;
      return;
    }
  }
  entries_.push_back({{}, std::string(bytes)});
}

std::size_t OutQueue::gather(std::span<iovec> into) const {
  std::size_t filled = 0;
  std::size_t skip = offset_;
  for (std::size_t i = first_; i < entries_.size() && filled < into.size(); ++i) {
    const std::string_view view = entries_[i].view().substr(skip);
    skip = 0;
    // iovec is shared by reading and writing and so not const; writing does not change the bytes.
    into[filled++] = {const_cast<char*>(view.data()), view.size()};
  }
  return filled;
}

std::string_view OutQueue::front(std::span<char> room) const {
  std::size_t used = 0;
  std::size_t skip = offset_;
  for (std::size_t i = first_; i < entries_.size() && used < room.size(); ++i) {
    const std::string_view view = entries_[i].view().substr(skip);
    skip = 0;
    if (used == 0 && view.size() >= room.size()) return view.substr(0, room.size());
    const std::size_t taken = std::min(view.size(), room.size() - used);
    std::memcpy(room.data() + used, view.data(), taken);
    used += taken;
  }
  return {room.data(), used};
}

void OutQueue::consume(std::size_t bytes) {
  bytes_ -= bytes;
  while (bytes > 0) {
    Entry& entry = entries_[first_];
    const std::size_t left = entry.view().size() - offset_;
    if (bytes < left) {
      offset_ += bytes;
      return;
    }
    bytes -= left;
    offset_ = 0;
    entry = {};
    ++first_;
  }
  if (first_ < entries_.size()) return;
  first_ = 0;
  entries_.clear();
  if (entries_.capacity() > kKeepEntries) entries_.shrink_to_fit();
}

void OutQueue::clear() {
  *this = {};
}

}  // namespace gp::net
