#define _GNU_SOURCE

#include "AllocationCounter.h"

#include <stdlib.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define HAS_SANITIZER 1
#endif
#endif

#if defined(__linux__) && defined(__GLIBC__) && !defined(HAS_SANITIZER)

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>

void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);

/// Where this thread's allocations are counted; null for nowhere.
static __thread long *counter __attribute__((tls_model("initial-exec")));

static void count(void) {
  if (counter) __atomic_fetch_add(counter, 1, __ATOMIC_RELAXED);
}

// What the C library, which frees it, has under other names too.

void *malloc(size_t size) {
  count();
  return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
  count();
  return __libc_calloc(number, size);
}

void *realloc(void *memory, size_t size) {
  count();
  return __libc_realloc(memory, size);
}

void *memalign(size_t alignment, size_t size) {
  count();
  return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **memory, size_t alignment, size_t size) {
  if (alignment < sizeof(void *) || alignment & (alignment - 1)) return EINVAL;
  void *const result = memalign(alignment, size);
  if (!result) return ENOMEM;
  *memory = result;
  return 0;
}

/// What a thread is started with, and where it counts.
typedef struct start {
  void *(*run)(void *);
  void *argument;
  long *counter;
} start;

static void *begin(void *memory) {
  const start own = *(start *)memory;
  free(memory);
  counter = own.counter;
  return own.run(own.argument);
}

int pthread_create(
  pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *), void *argument
) {
  typedef int create(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
  create *next;
  *(void **)&next = dlsym(RTLD_NEXT, "pthread_create");
  if (!next) return EAGAIN;
  if (!counter) return next(thread, attributes, run, argument);
  start *const memory = __libc_malloc(sizeof *memory);
  if (!memory) return EAGAIN;
  *memory = (start){run, argument, counter};
  const int status = next(thread, attributes, begin, memory);
  if (status) free(memory);
  return status;
}

bool allocations_are_counted(void) { return true; }
void allocations_count(long *where) { counter = where; }
long allocations_counted(const long *where) { return __atomic_load_n(where, __ATOMIC_RELAXED); }

#else

bool allocations_are_counted(void) { return false; }
void allocations_count(long *where) { (void)where; }
long allocations_counted(const long *where) { return *where; }

#endif
