#include "platform/runtime/gate.hpp"

namespace gp::runtime {

void Gate::open() {
  const std::lock_guard lock(mutex_);
  if (is_open_ || is_shut_down_) return;
  is_open_ = true;
  term_ = std::stop_source();
  changed_.notify_all();
}

void Gate::close() {
  std::stop_source ended;
  {
    const std::lock_guard lock(mutex_);
    is_open_ = false;
    ended = term_;
  }
  ended.request_stop();
}

void Gate::shut_down() {
  {
    const std::lock_guard lock(mutex_);
    is_shut_down_ = true;
    changed_.notify_all();
  }
  close();
}

bool Gate::is_open() const {
  const std::lock_guard lock(mutex_);
  return is_open_;
}

std::optional<std::stop_token> Gate::enter() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return is_open_ || is_shut_down_; });
  if (is_shut_down_) return std::nullopt;
  return term_.get_token();
}

}  // namespace gp::runtime
