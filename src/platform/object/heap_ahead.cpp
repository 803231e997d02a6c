#include "platform/object/heap_ahead.hpp"

#include <sys/mman.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>

namespace gp::object {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kIsOwnHeap = false;  // sanitizers bring their own
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool kIsOwnHeap = false;
#else
constexpr bool kIsOwnHeap = true;
#endif
#else
constexpr bool kIsOwnHeap = true;
#endif

constexpr std::size_t kBlock = 96U << 10U;  // below what glibc maps apart or gives back at once
constexpr std::size_t kEvery = 80U << 10U;
constexpr std::uintptr_t kPage = 4096;

#ifdef MADV_POPULATE_WRITE
constexpr int kPopulateWrite = MADV_POPULATE_WRITE;
#else
constexpr int kPopulateWrite = 23;  // Linux 5.14; older ones refuse, and nothing is lost
#endif

}  // namespace

void grow_heap_ahead(std::size_t bytes) noexcept {
  thread_local std::size_t allocated = 0;
  allocated += bytes;
  if (!kIsOwnHeap || allocated < kEvery) return;
  allocated = 0;
  const int saved = errno;
  void* volatile block = std::malloc(kBlock);  // volatile: the pair must not be optimised away
  if (block != nullptr) {
    const auto begin = (reinterpret_cast<std::uintptr_t>(block) + kPage - 1) & ~(kPage - 1);
    const auto end = (reinterpret_cast<std::uintptr_t>(block) + kBlock) & ~(kPage - 1);
    ::madvise(reinterpret_cast<void*>(begin), end - begin, kPopulateWrite);
    std::free(block);
  }
  errno = saved;
}

}  // namespace gp::object
