#include "check.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// As long as what a kernel may reach by a mistake of some vectors.
enum { MARGIN = 256, MOST_BLOCKS = 64, MOST_EXPECTATIONS = 16, SHOWN_FAILURES = 20 };

static const uint32_t poison_bits = 0x7fc5a5a5;

typedef struct block {
  float *all;
  // Floats before, in and behind the memory that was asked for.
  long before, count, behind;
} block;

struct expectation {
  const float *target;
  long count;
  // Negative slack asks for the bits.
  double *value, *slack;
  uint32_t *bits;
};

static struct {
  char text[256];
  block blocks[MOST_BLOCKS];
  int block_count;
  expectation expectations[MOST_EXPECTATIONS];
  int expectation_count;
  bool has_failed, has_checked;
} current;

static long case_count, failure_count;
static uint64_t random_state = 42;

static uint32_t bits_of(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

static float poison(void) {
  float x;
  memcpy(&x, &poison_bits, sizeof x);
  return x;
}

void fail(const char *format, ...) {
  if (current.has_failed) return;
  current.has_failed = true;
  if (++failure_count > SHOWN_FAILURES) return;
  va_list arguments;
  va_start(arguments, format);
  printf("FAILED %s: ", current.text);
  vprintf(format, arguments);
  printf("\n");
  va_end(arguments);
}

static void check_margin(const block *memory, long first, long last) {
  for (long i = first; i < last; i++) {
    if (bits_of(memory->all[i]) == poison_bits) continue;
    fail("wrote %g at float %ld of memory of %ld", memory->all[i], i - memory->before, memory->count);
  }
}

static void end_case(void) {
  if (case_count > 0 && !current.has_checked) fail("nothing was compared");
  for (int i = 0; i < current.block_count; i++) {
    const block *memory = &current.blocks[i];
    const long end = memory->before + memory->count;
    check_margin(memory, 0, memory->before);
    check_margin(memory, end, end + memory->behind);
    free(memory->all);
  }
  for (int i = 0; i < current.expectation_count; i++) {
    free(current.expectations[i].value);
    free(current.expectations[i].slack);
    free(current.expectations[i].bits);
  }
  memset(&current, 0, sizeof current);
}

void begin_case(const char *format, ...) {
  end_case();
  case_count++;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(current.text, sizeof current.text, format, arguments);
  va_end(arguments);
}

long end_cases(long *count) {
  end_case();
  const long failures = case_count > 0 ? failure_count : 1;
  *count = case_count;
  case_count = failure_count = 0;
  return failures;
}

// Knuth's MMIX generator; its high bits are the random ones.
static uint32_t next_random(void) {
  random_state = random_state * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(random_state >> 32);
}

double random_between(double low, double high) { return low + (high - low) * (next_random() * 0x1p-32); }

long random_integer(long low, long high) { return low + (long)(next_random() % (uint32_t)(high - low + 1)); }

static void *memory_or_exit(size_t alignment, size_t bytes) {
  void *memory = NULL;
  if (posix_memalign(&memory, alignment, bytes ? bytes : 1) == 0) return memory;
  fprintf(stderr, "no memory for %zu bytes\n", bytes);
  exit(2);
}

static float *allocate_off(long count, long floats) {
  if (current.block_count == MOST_BLOCKS) {
    fprintf(stderr, "%s: too many operands\n", current.text);
    exit(2);
  }
  const block memory = {
    memory_or_exit(64, sizeof(float) * (size_t)(count + floats + 2 * MARGIN)), MARGIN + floats, count, MARGIN};
  for (long i = 0; i < memory.before + count + memory.behind; i++) memory.all[i] = poison();
  current.blocks[current.block_count++] = memory;
  return memory.all + memory.before;
}

float *allocate(long count) { return allocate_off(count, 0); }

float *allocate_unaligned(long count, double low, double high, long floats) {
  float *memory = allocate_off(count, floats);
  for (long i = 0; i < count; i++) memory[i] = (float)random_between(low, high);
  return memory;
}

float *allocate_random(long count, double low, double high) { return allocate_unaligned(count, low, high, 0); }

expectation *expect_unchanged(const float *target, long count) {
  if (current.expectation_count == MOST_EXPECTATIONS) {
    fprintf(stderr, "%s: too many targets\n", current.text);
    exit(2);
  }
  expectation *expected = &current.expectations[current.expectation_count++];
  const size_t size = (size_t)count;
  *expected = (expectation){
    target, count, memory_or_exit(64, size * sizeof(double)), memory_or_exit(64, size * sizeof(double)),
    memory_or_exit(64, size * sizeof(uint32_t))};
  memcpy(expected->bits, target, size * sizeof(uint32_t));
  for (long i = 0; i < count; i++) expected->slack[i] = -1;
  return expected;
}

void expect(expectation *expected, long index, double value, double slack) {
  if (index < 0 || index >= expected->count) {
    fprintf(stderr, "%s: the check expects a number at %ld of %ld\n", current.text, index, expected->count);
    exit(2);
  }
  expected->value[index] = value;
  expected->slack[index] = slack;
}

void check(const expectation *expected) {
  current.has_checked = true;
  for (long i = 0; i < expected->count; i++) {
    const float result = expected->target[i];
    if (expected->slack[i] < 0) {
      if (bits_of(result) != expected->bits[i]) fail("wrote %g at float %ld, which is not its own", result, i);
      continue;
    }
    const double value = expected->value[i];
    const bool is_right =
      isnan(value) ? isnan(result) && bits_of(result) != poison_bits
                   : (double)result == value || fabs((double)result - value) <= expected->slack[i];
    if (!is_right) {
      fail("float %ld is %.9g (%08x), not %.9g ± %.2g", i, result, bits_of(result), value, expected->slack[i]);
    }
  }
}

void dot_add(dot *sum, double x, double y) {
  sum->value += x * y;
  sum->size += fabs(x * y);
  sum->terms++;
}

double dot_slack(dot sum) { return (8 + 2 * sqrt((double)sum.terms)) * ROUNDING * sum.size + 0x1p-126; }

void expect_activated(expectation *expected, long index, dot sum, cnnc_activation activation) {
  // No activation is steeper than 2 with the parameters of these checks.
  const double slack = 2 * dot_slack(sum) + activation_slack(sum.value, activation);
  expect(expected, index, activated(sum.value, activation), slack);
}
