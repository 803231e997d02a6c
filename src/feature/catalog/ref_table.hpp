#pragma once
// Texts that repeat (references, keys, values) as small numbers. Grows only; not thread-safe.

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

namespace gp::catalog {

class TextTable {
 public:
  static constexpr std::uint32_t kNone = 0xffffffff;

  std::uint32_t id_of(std::string_view text) {
    const auto found = ids_.find(text);
    if (found != ids_.end()) return found->second;
    const auto id = static_cast<std::uint32_t>(texts_.size());
    texts_.emplace_back(text);
    ids_.emplace(texts_.back(), id);
    bytes_ += text.size();
    return id;
  }
  std::uint32_t find(std::string_view text) const {  // kNone when nobody added it
    const auto found = ids_.find(text);
    return found != ids_.end() ? found->second : kNone;
  }
  const std::string& text(std::uint32_t id) const { return texts_[id]; }
  std::size_t size() const { return texts_.size(); }
  std::size_t bytes() const { return bytes_; }

 private:
  std::deque<std::string> texts_;  // never moves, so that the map may point into it
  std::unordered_map<std::string_view, std::uint32_t> ids_;
  std::size_t bytes_ = 0;
};

using RefId = std::uint32_t;

}  // namespace gp::catalog
