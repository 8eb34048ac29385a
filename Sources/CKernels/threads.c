#if defined(__linux__)
// For sched_getaffinity.
#define _GNU_SOURCE
#endif

#include "CThreads.h"

#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

// A thread that another process keeps from its core must not be waited for by burning the core it could run on.
#define SPINS 4000
#define TEXT(number) #number
#define TEXT_OF(macro) TEXT(macro)

// Apart by two lines of the cache, so that waiting for the round does not slow those that arrive.
struct cnnc_barrier {
  _Alignas(128) atomic_int arrived;
  _Alignas(128) atomic_uint round;
  int32_t count;
};

cnnc_barrier *cnnc_barrier_create(int32_t count) {
  cnnc_barrier *barrier = aligned_alloc(128, sizeof(cnnc_barrier));
  if (!barrier) return NULL;
  atomic_init(&barrier->arrived, 0);
  atomic_init(&barrier->round, 0);
  barrier->count = count;
  return barrier;
}

void cnnc_barrier_destroy(cnnc_barrier *barrier) { free(barrier); }

static void relax(void) {
#if defined(__x86_64__)
  _mm_pause();
#elif defined(__aarch64__)
  // As long as x86's pause; a `yield` takes no time on most processors, and the spins would be over at once.
  __asm__ volatile("isb");
#endif
}

void cnnc_barrier_wait(cnnc_barrier *barrier) {
  unsigned round = atomic_load_explicit(&barrier->round, memory_order_acquire);
  if (atomic_fetch_add_explicit(&barrier->arrived, 1, memory_order_acq_rel) == barrier->count - 1) {
    atomic_store_explicit(&barrier->arrived, 0, memory_order_relaxed);
    atomic_store_explicit(&barrier->round, round + 1, memory_order_release);
    return;
  }
  for (int spins = 0; atomic_load_explicit(&barrier->round, memory_order_acquire) == round; spins++) {
    if (spins < SPINS) relax();
    else sched_yield();
  }
}

const char *cnnc_barrier_kind(void) { return "spins " TEXT_OF(SPINS) " times, then sched_yield"; }

struct cnnc_counter {
  _Alignas(128) atomic_llong value;
};

cnnc_counter *cnnc_counter_create(void) {
  cnnc_counter *counter = aligned_alloc(128, sizeof(cnnc_counter));
  if (counter) atomic_init(&counter->value, 0);
  return counter;
}

void cnnc_counter_destroy(cnnc_counter *counter) { free(counter); }

int64_t cnnc_counter_load(const cnnc_counter *counter) {
  return atomic_load_explicit(&counter->value, memory_order_acquire);
}

void cnnc_counter_increment(cnnc_counter *counter) {
  atomic_fetch_add_explicit(&counter->value, 1, memory_order_acq_rel);
}

int64_t cnnc_counter_spin(const cnnc_counter *counter, int64_t value) {
  for (int spins = 0; spins < SPINS && cnnc_counter_load(counter) == value; spins++) relax();
  return cnnc_counter_load(counter);
}

int32_t cnnc_processor_count(void) {
#if defined(__linux__)
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0) return CPU_COUNT(&set);
#endif
  return (int32_t)sysconf(_SC_NPROCESSORS_ONLN);
}

uint64_t cnnc_flush_denormals(void) {
#if defined(__x86_64__)
  unsigned state = _mm_getcsr();
  _mm_setcsr(state | 0x8040);
  return state;
#elif defined(__aarch64__)
  uint64_t state;
  __asm__ volatile("mrs %0, fpcr" : "=r"(state));
  __asm__ volatile("msr fpcr, %0" : : "r"(state | (1ull << 24)));
  return state;
#else
  return 0;
#endif
}

void cnnc_restore_floating_point(uint64_t state) {
#if defined(__x86_64__)
  _mm_setcsr((unsigned)state);
#elif defined(__aarch64__)
  __asm__ volatile("msr fpcr, %0" : : "r"(state));
#else
  (void)state;
#endif
}
