#pragma once
// Whether controllers may work: always, or only while this process leads (leader_lease.hpp).

#include <condition_variable>
#include <mutex>
#include <optional>
#include <stop_token>

namespace gp::runtime {

class Gate {
 public:
  explicit Gate(bool is_open) : is_open_(is_open) {}

  void open();
  void close();  // asks what is under way to stop
  void shut_down();
  bool is_open() const;

  // Waits until it is open. The token is asked to stop when it closes; nothing after shut_down().
  std::optional<std::stop_token> enter();

 private:
  mutable std::mutex mutex_;  // guards the fields below
  std::condition_variable changed_;
  bool is_open_;
  bool is_shut_down_ = false;
  std::stop_source term_;
};

}  // namespace gp::runtime
