#pragma once
// Asks the kernel for the pages of a growing heap many at a time.
//
// Loading objects touches fresh memory page by page, and each first touch is a trap: a fraction of
// a microsecond on bare metal, but up to 20 in nested virtual machines, where it would be most of
// the start-up time. One call for many pages costs little anywhere.

#include <cstddef>

namespace gp::object {

// Call with each new block before it is written. Acts once for every 256 KiB that one thread
// allocates, and never fails: without the system call (Linux before 5.14) it does nothing.
void fault_ahead_of(const void* block, std::size_t bytes) noexcept;

}  // namespace gp::object
