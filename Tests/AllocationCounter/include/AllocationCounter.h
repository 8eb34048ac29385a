#ifndef ALLOCATION_COUNTER_H
#define ALLOCATION_COUNTER_H

// Counts what a thread, and the threads that it starts, ask the system's allocator for. For tests alone: a program that this
// is linked into has these functions in place of the C library's malloc.

#include <stdbool.h>

/// Whether allocations are counted: with glibc, and without a sanitizer, which has an allocator of its own.
bool allocations_are_counted(void);

/// From now on allocations of this thread are counted in `*counter`, and those of threads that it starts until the next call;
/// null ends it for this thread. The counter must outlive the threads.
void allocations_count(long *counter);

/// What a counter has come to.
long allocations_counted(const long *counter);

#endif
