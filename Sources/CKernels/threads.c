#if defined(__linux__)
// For sched_getaffinity and RUSAGE_THREAD.
#define _GNU_SOURCE
#endif

#include "CThreads.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

// How often a thread looks whether the others have come before it lets other processes run; and before it sleeps, on
// processors that it shares, where looking takes the time that the thread it waits for could have.
#define SPINS 4000
#define SPINS_OF_SHARED 300
#define TEXT(number) #number
#define TEXT_OF(macro) TEXT(macro)

// In nanoseconds.
enum {
  // Who yields and comes back later than this has given a turn to another process.
  LONG_YIELD = 500000,
  // A thread that is taken off its processor more often than once in this time shares it.
  SHARED_INTERVAL = 20000000,
  // To ask the system takes longer than the smallest networks, and what shares a processor makes a run longer than this.
  SHORT_RUN = 500000,
};

// After so many runs on shared processors a run waits as on its own, in case that the others are gone.
enum { SHARED_RUNS = 16 };

// Apart by two lines of the cache, so that waiting for the round does not slow those that arrive.
struct cnnc_barrier {
  _Alignas(128) atomic_int arrived;
  _Alignas(128) atomic_uint round;
  // Whether threads sleep that wait long, how many do, and whether the next run begins so.
  _Alignas(128) atomic_int is_shared;
  atomic_int sleepers, was_shared;
  int32_t shared_runs, count;
  pthread_mutex_t mutex;
  pthread_cond_t next_round;
};

cnnc_barrier *cnnc_barrier_create(int32_t count) {
  cnnc_barrier *barrier = aligned_alloc(128, sizeof(cnnc_barrier));
  if (!barrier) return NULL;
  atomic_init(&barrier->arrived, 0);
  atomic_init(&barrier->round, 0);
  atomic_init(&barrier->is_shared, 0);
  atomic_init(&barrier->sleepers, 0);
  atomic_init(&barrier->was_shared, 0);
  barrier->shared_runs = 0;
  barrier->count = count;
  pthread_mutex_init(&barrier->mutex, NULL);
  pthread_cond_init(&barrier->next_round, NULL);
  return barrier;
}

void cnnc_barrier_destroy(cnnc_barrier *barrier) {
  pthread_cond_destroy(&barrier->next_round);
  pthread_mutex_destroy(&barrier->mutex);
  free(barrier);
}

static void relax(void) {
#if defined(__x86_64__)
  _mm_pause();
#elif defined(__aarch64__)
  // As long as x86's pause; a `yield` takes no time on most processors, and the spins would be over at once.
  __asm__ volatile("isb");
#endif
}

int64_t cnnc_nanoseconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

static void note_sharing(cnnc_barrier *barrier) {
  atomic_store_explicit(&barrier->was_shared, 1, memory_order_relaxed);
}

/// Lets other processes run, and notes when one did.
static void yield(cnnc_barrier *barrier) {
  const int64_t start = cnnc_nanoseconds();
  sched_yield();
  if (cnnc_nanoseconds() - start < LONG_YIELD) return;
  atomic_store_explicit(&barrier->is_shared, 1, memory_order_relaxed);
  note_sharing(barrier);
}

static void sleep_through(cnnc_barrier *barrier, unsigned round) {
  pthread_mutex_lock(&barrier->mutex);
  atomic_fetch_add(&barrier->sleepers, 1);
  while (atomic_load(&barrier->round) == round) pthread_cond_wait(&barrier->next_round, &barrier->mutex);
  atomic_fetch_sub(&barrier->sleepers, 1);
  pthread_mutex_unlock(&barrier->mutex);
}

static void wake_sleepers(cnnc_barrier *barrier) {
  pthread_mutex_lock(&barrier->mutex);
  pthread_cond_broadcast(&barrier->next_round);
  pthread_mutex_unlock(&barrier->mutex);
}

void cnnc_barrier_wait(cnnc_barrier *barrier) {
  unsigned round = atomic_load_explicit(&barrier->round, memory_order_acquire);
  if (atomic_fetch_add_explicit(&barrier->arrived, 1, memory_order_acq_rel) == barrier->count - 1) {
    atomic_store_explicit(&barrier->arrived, 0, memory_order_relaxed);
    // Both in one order with what a sleeper does: it is seen here, or sees the next round there.
    atomic_store(&barrier->round, round + 1);
    if (atomic_load(&barrier->sleepers) > 0) wake_sleepers(barrier);
    return;
  }
  for (int spins = 0; atomic_load_explicit(&barrier->round, memory_order_acquire) == round; spins++) {
    const bool is_shared = atomic_load_explicit(&barrier->is_shared, memory_order_relaxed);
    if (spins < (is_shared ? SPINS_OF_SHARED : SPINS)) relax();
    else if (is_shared) sleep_through(barrier, round);
    else yield(barrier);
  }
}

void cnnc_barrier_begin(cnnc_barrier *barrier) {
  const int was_shared = atomic_exchange_explicit(&barrier->was_shared, 0, memory_order_relaxed);
  barrier->shared_runs = was_shared && barrier->shared_runs < SHARED_RUNS ? barrier->shared_runs + 1 : 0;
  atomic_store_explicit(&barrier->is_shared, barrier->shared_runs > 0, memory_order_relaxed);
}

void cnnc_barrier_end(cnnc_barrier *barrier, int64_t start) {
#if defined(RUSAGE_THREAD)
  static _Thread_local int64_t last = 0;
  const int64_t time = cnnc_nanoseconds() - start;
  struct rusage usage;
  if (time >= SHORT_RUN && getrusage(RUSAGE_THREAD, &usage) == 0) {
    if ((usage.ru_nivcsw - last) * SHARED_INTERVAL >= time) note_sharing(barrier);
    last = usage.ru_nivcsw;
  }
#else
  (void)start;
#endif
  cnnc_barrier_wait(barrier);
}

const char *cnnc_barrier_kind(void) {
  return "spins " TEXT_OF(SPINS) " times, then sched_yield; on shared processors " TEXT_OF(SPINS_OF_SHARED)
         " times, then sleeps";
}

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
