#pragma once
// Grows the heap many pages at a time.
//
// glibc grows the heap of a thread page by page, one system call each, and the first touch of each
// page is a trap: a microsecond or two on bare metal, but over 30 in nested virtual machines, where
// they would be most of the time of loading objects. A large block that is taken, filled with pages
// by one call, and given back leaves its room to the small ones that follow.

#include <cstddef>

namespace gp::object {

// Call before each allocation of an object. Acts once in 80 KiB that a thread allocates; never
// fails.
void grow_heap_ahead(std::size_t bytes) noexcept;

}  // namespace gp::object
