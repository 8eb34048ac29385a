// What every instruction set shares: padding, threads, the floating-point unit.

#include "check.h"

#include <float.h>
#include <math.h>
#include <pthread.h>

static void check_padding(long lanes, long height, long width, long before_y, long before_x, long rows, long columns) {
  begin_case(
    "pad %ld×%ld of %ld lanes to %ld×%ld, before %ld, %ld", height, width, lanes, rows, columns, before_y, before_x);
  const float *source = allocate_random(height * width * lanes, -1, 1);
  float *target = allocate(rows * columns * lanes);
  const long first = random_integer(0, rows - 1), last = random_integer(first + 1, rows);
  expectation *expected = expect_unchanged(target, rows * columns * lanes);
  for (long i = first * columns * lanes; i < last * columns * lanes; i++) {
    const long x = i / lanes % columns - before_x, y = i / lanes / columns - before_y;
    const bool is_inside = x >= 0 && x < width && y >= 0 && y < height;
    expect(expected, i, is_inside ? source[(y * width + x) * lanes + i % lanes] : 0, 0);
  }
  cnnc_pad_rows(source, height, width, target, columns, before_y, before_x, lanes, first, last);
  check(expected);
}

enum { THREADS = 3, ROUNDS = 300 };

typedef struct team {
  cnnc_barrier *barrier;
  cnnc_counter *counter;
  // A number of each thread's, which the others read behind the barrier.
  long rounds[THREADS], wrong[THREADS];
} team;

typedef struct member {
  team *team;
  int index;
} member;

static void *meet(void *argument) {
  const member *self = argument;
  team *team = self->team;
  for (long round = 1; round <= ROUNDS; round++) {
    team->rounds[self->index] = round;
    cnnc_counter_increment(team->counter);
    cnnc_barrier_wait(team->barrier);
    for (int i = 0; i < THREADS; i++) team->wrong[self->index] += team->rounds[i] != round;
    team->wrong[self->index] += cnnc_counter_load(team->counter) != round * THREADS;
    cnnc_barrier_wait(team->barrier);
  }
  return 0;
}

/// Puts the number of what went wrong where a check finds it.
static void check_nothing(long wrong) {
  float *target = allocate(1);
  expectation *expected = expect_unchanged(target, 1);
  expect(expected, 0, 0, 0);
  *target = (float)wrong;
  check(expected);
}

static void check_barrier(void) {
  begin_case("barrier of %d threads", THREADS);
  team team = {.barrier = cnnc_barrier_create(THREADS), .counter = cnnc_counter_create()};
  pthread_t threads[THREADS];
  member members[THREADS];
  long wrong = !team.barrier || !team.counter;
  for (int i = 0; !wrong && i < THREADS; i++) {
    members[i] = (member){&team, i};
    // The others would wait for ever.
    if (pthread_create(&threads[i], 0, meet, &members[i])) __builtin_trap();
  }
  for (int i = 0; !wrong && i < THREADS; i++) pthread_join(threads[i], 0);
  for (int i = 0; i < THREADS; i++) wrong += team.wrong[i];
  wrong += cnnc_counter_spin(team.counter, 0) != THREADS * ROUNDS;
  cnnc_barrier_destroy(team.barrier);
  cnnc_counter_destroy(team.counter);
  check_nothing(wrong + (cnnc_processor_count() < 1));
}

static void check_denormals(void) {
  begin_case("denormal numbers");
  // Volatile, or the divisions might move past the calls.
  volatile float smallest = FLT_MIN, before = smallest / 2;
  const uint64_t state = cnnc_flush_denormals();
  volatile float between = smallest / 2;
  cnnc_restore_floating_point(state);
  volatile float after = smallest / 2;
  check_nothing((before == 0) + (between != 0) + (after == 0));
}

void check_probe(const cnnc_kernels *kernels) {
  begin_case("multiply-adds");
  const float before = kernels->multiply_adds(0), after = kernels->multiply_adds(1000);
  check_nothing(!isfinite(before) + !isfinite(after) + (kernels->probe_floats < LANES));
}

void check_shared(void) {
  for (long lanes = 1; lanes <= LANES; lanes += LANES - 1) {
    for (long before = 0; before <= 3; before++) {
      check_padding(lanes, 5, 7, before, before, 5 + 2 * before, 7 + 2 * before);
      check_padding(lanes, 3, 1, 1, before, 4, 2 + before);
      // The window leaves out the last rows and columns.
      check_padding(lanes, 6, 9, 0, before, 4, 3);
    }
  }
  check_barrier();
  check_denormals();
}
