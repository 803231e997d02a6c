#pragma once
// Runs many blocking writes at the same time, so that the store commits them together.

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace gp::cluster {

// More writers would not make a commit larger by much.
inline constexpr std::size_t kWritersMax = 32;

// Calls `action(i)` once for each i below `count`, on several threads; returns when all are done.
// The action must not throw.
template <typename Action>
void in_parallel(std::size_t count, Action&& action) {
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < count; i = next++) action(i);
  };
  std::vector<std::thread> threads;
  for (std::size_t i = 1; i < std::min(count, kWritersMax); ++i) threads.emplace_back(work);
  work();
  for (std::thread& thread : threads) thread.join();
}

}  // namespace gp::cluster
