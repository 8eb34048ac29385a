#ifndef CNNC_THREADS_H
#define CNNC_THREADS_H

// What threads meet at, in C because Swift's own atomics need a newer system than this package.

#include <stdint.h>

/// A barrier of threads that run together again and again. Who comes early spins for a while and then lets others run: a
/// step of a network takes microseconds, and to put a thread to sleep and wake it would take longer. Where other processes
/// want the processors too, it sleeps: who yields there gives a whole turn away, some milliseconds, and all wait for it.
typedef struct cnnc_barrier cnnc_barrier;

/// A barrier for `count` threads; null without memory.
cnnc_barrier *cnnc_barrier_create(int32_t count);
void cnnc_barrier_destroy(cnnc_barrier *barrier);

/// Returns when all threads have come here; what each wrote before, all can read after.
void cnnc_barrier_wait(cnnc_barrier *barrier);

/// Begins a run: one thread calls this before the others come. How long they spin is chosen by what the last runs met.
void cnnc_barrier_begin(cnnc_barrier *barrier);

/// Returns when all threads have ended their parts of a run, like `cnnc_barrier_wait`; `start` is when this one began its
/// own, by `cnnc_nanoseconds`.
void cnnc_barrier_end(cnnc_barrier *barrier, int64_t start);

/// A clock that only goes forward.
int64_t cnnc_nanoseconds(void);

/// How threads wait in a barrier, for people; figures of speed are read with it.
const char *cnnc_barrier_kind(void);

/// Counts the runs of a team, for threads that wait for the next one.
typedef struct cnnc_counter cnnc_counter;

cnnc_counter *cnnc_counter_create(void);
void cnnc_counter_destroy(cnnc_counter *counter);
int64_t cnnc_counter_load(const cnnc_counter *counter);
void cnnc_counter_increment(cnnc_counter *counter);

/// Spins until the counter differs from `value`, for some microseconds at most; returns what it is then.
int64_t cnnc_counter_spin(const cnnc_counter *counter, int64_t value);

/// The processors that this process may run on.
int32_t cnnc_processor_count(void);

/// Lets this thread's floating-point unit take numbers below 1.2e-38 for zeros, which some processors are slow with, and
/// returns the unit's former state.
uint64_t cnnc_flush_denormals(void);
void cnnc_restore_floating_point(uint64_t state);

#endif
