#include "platform/object/prefault.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>

namespace gp::object {
namespace {

constexpr std::uintptr_t kPage = 4096;
constexpr std::uintptr_t kAhead = 256U << 10U;
constexpr std::uintptr_t kStep = 32U << 10U;
// The heaps that glibc maps for threads end at multiples of this; what follows is not theirs.
constexpr std::uintptr_t kHeapEnd = 64U << 20U;

#ifndef MADV_POPULATE_WRITE
constexpr int kPopulateWrite = 23;
#else
constexpr int kPopulateWrite = MADV_POPULATE_WRITE;
#endif

}  // namespace

void fault_ahead_of(const void* block, std::size_t bytes) noexcept {
  thread_local std::uintptr_t begin = 0;  // asked for last
  thread_local std::uintptr_t end = 0;
  thread_local std::size_t allocated = kAhead;  // since then
  allocated += bytes;
  const auto at = reinterpret_cast<std::uintptr_t>(block);
  if (at >= begin && at + bytes <= end) return;
  // Blocks that are used again come from anywhere, and their pages are there.
  const bool goes_on = at >= begin && at <= end;
  if (!goes_on && allocated < kAhead) return;
  begin = at & ~(kPage - 1);
  end = begin + kAhead;
  const std::uintptr_t heap_end = (at | (kHeapEnd - 1)) + 1;
  if (end > heap_end) end = heap_end;
  allocated = 0;
  const int saved = errno;
  // Stops by itself where the heap ends, which soon grows: then ask again a little further on.
  const bool is_all = ::madvise(reinterpret_cast<void*>(begin), end - begin, kPopulateWrite) == 0;
  if (!is_all) end = std::min(end, begin + kStep);
  errno = saved;
}

}  // namespace gp::object
