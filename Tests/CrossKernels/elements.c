// Functions of elements.

#include "check.h"

#include <float.h>
#include <math.h>
#include <string.h>

static const long pixel_counts[] = {1, 2, 3, 7, 15, 16, 17};
enum { COUNTS = sizeof pixel_counts / sizeof *pixel_counts };

/// Where functions change their nature or their neighbours overflow.
static const float edges[] = {
  0.0f, -0.0f, 1, -1, NAN, 0.5f, -0.5f, 3, -3, 6, -6, 9, -9, 20, -20, 20.00001f, 40, -40, 80, -80, 87.3f, -87.3f, 88.7f,
  -88.7f, 88.8f, -88.8f, 104, -104, 150, -150, 1e4f, -1e4f, 1e15f, -1e15f, FLT_MIN, -FLT_MIN, 1e-20f, -1e-20f, 1e-8f,
  -1e-8f, 1e-4f, -1e-4f, 0.34657f, -0.34657f, 0.34659f, -0.34659f, 0.69314f, -0.69316f};
enum { EDGES = sizeof edges / sizeof *edges };

/// Puts NaN into some lanes of an operand, infinities into others.
static void spoil(float *values, long count) {
  for (long i = 5; i < count; i += 37) values[i] = NAN;
  for (long i = 11; i < count; i += 41) values[i] = i % 2 ? INFINITY : -INFINITY;
}

static void check_activate(
  const cnnc_kernels *kernels, const float *values, long count, const char *name, bool in_place
) {
  for (long i = 0; i < activation_count; i++) {
    const cnnc_activation activation = activations[i];
    begin_case("activate %s, %s, %ld pixels%s", activation_name(activation), name, count, in_place ? ", in place" : "");
    float *source = allocate(count * LANES);
    memcpy(source, values, sizeof(float) * (size_t)(count * LANES));
    float *target = in_place ? source : allocate(count * LANES);
    expectation *expected = expect_unchanged(target, count * LANES);
    for (long j = 0; j < count * LANES; j++) {
      expect(expected, j, activated(values[j], activation), activation_slack(values[j], activation));
    }
    kernels->activate(source, target, count, activation);
    check(expected);
  }
}

static void check_activations(const cnnc_kernels *kernels) {
  float values[(EDGES / LANES + 1) * LANES];
  for (int i = 0; i < (EDGES / LANES + 1) * LANES; i++) values[i] = edges[i % EDGES];
  check_activate(kernels, values, EDGES / LANES + 1, "edges", false);
  static const double sizes[] = {0.01, 1, 10, 100};
  for (int size = 0; size < 4; size++) {
    float numbers[17 * LANES];
    for (int i = 0; i < 17 * LANES; i++) numbers[i] = (float)random_between(-sizes[size], sizes[size]);
    for (int i = 0; i < COUNTS; i++) check_activate(kernels, numbers, pixel_counts[i], "random", size % 2);
  }
}

/// Expects the activation of a value that a few operations have rounded.
static void expect_rounded(
  expectation *expected, long index, double value, double size, cnnc_activation activation
) {
  const double slack = isfinite(value) ? 2 * 3 * ROUNDING * size + activation_slack(value, activation) : 0;
  expect(expected, index, activated(value, activation), slack);
}

static void check_affine(const cnnc_kernels *kernels, long count, cnnc_activation activation, int variant) {
  const bool has_residual = variant & 1, has_scale = variant & 2, in_place = variant & 4;
  begin_case("affine %s, %ld pixels, variant %d", activation_name(activation), count, variant);
  float *source = allocate_random(count * LANES, -3, 3);
  const float *residual = has_residual ? allocate_random(count * LANES, -3, 3) : 0;
  const float *scale = has_scale ? allocate_random(LANES, -2, 2) : 0;
  const float *shift = has_scale ? allocate_random(LANES, -2, 2) : 0;
  float *target = in_place ? source : allocate(count * LANES);
  expectation *expected = expect_unchanged(target, count * LANES);
  for (long i = 0; i < count * LANES; i++) {
    const double product = (double)source[i] * (scale ? scale[i % LANES] : 1);
    const double b = shift ? shift[i % LANES] : 0, r = residual ? residual[i] : 0;
    expect_rounded(expected, i, product + b + r, fabs(product) + fabs(b) + fabs(r), activation);
  }
  kernels->affine(source, residual, target, count, scale, shift, activation);
  check(expected);
}

static void check_join(
  const cnnc_kernels *kernels, long count, cnnc_activation activation, cnnc_join join, int variant
) {
  const bool has_residual = variant & 1, spoiled = variant & 2;
  // Only these are the same for infinities whatever the order.
  if (spoiled && activation.kind > CNNC_LEAKY_RELU) return;
  begin_case("join %d %s, %ld pixels, variant %d", join, activation_name(activation), count, variant);
  float *first = allocate_random(count * LANES, -3, 3), *second = allocate_random(count * LANES, -3, 3);
  if (spoiled) {
    spoil(first, count * LANES);
    spoil(second + 3, count * LANES - 3);
  }
  const float *residual = has_residual ? allocate_random(count * LANES, -3, 3) : 0;
  float *target = variant & 4 ? first : allocate(count * LANES);
  expectation *expected = expect_unchanged(target, count * LANES);
  for (long i = 0; i < count * LANES; i++) {
    const double x = first[i], y = second[i], r = residual ? residual[i] : 0;
    const double larger = isnan(x) || isnan(y) ? NAN : fmax(x, y);
    const double joined = join == CNNC_SUM ? x + y : join == CNNC_PRODUCT ? x * y : larger;
    const double size = join == CNNC_SUM ? fabs(x) + fabs(y) : fabs(joined);
    expect_rounded(expected, i, joined + r, size + fabs(r), activation);
  }
  kernels->join(first, second, residual, target, count, join, activation);
  check(expected);
}

static void check_gate(const cnnc_kernels *kernels, long count, cnnc_activation activation, bool has_residual) {
  begin_case("pixel gate %s, %ld pixels", activation_name(activation), count);
  float *source = allocate_random(count * LANES, -3, 3);
  const float *gate = allocate_random(count * LANES, -3, 3);
  const float *residual = has_residual ? allocate_random(count * LANES, -3, 3) : 0;
  float *target = has_residual ? source : allocate(count * LANES);
  expectation *expected = expect_unchanged(target, count * LANES);
  for (long i = 0; i < count * LANES; i++) {
    const double product = (double)source[i] * gate[i / LANES * LANES], r = residual ? residual[i] : 0;
    expect_rounded(expected, i, product + r, fabs(product) + fabs(r), activation);
  }
  kernels->pixel_gate(source, gate, residual, target, count, activation);
  check(expected);
}

static void check_prelu(const cnnc_kernels *kernels, long count, bool in_place) {
  begin_case("prelu, %ld pixels", count);
  float *source = allocate_random(count * LANES, -3, 3);
  source[3] = NAN;
  const float *slopes = allocate_random(LANES, -1, 1);
  float *target = in_place ? source : allocate(count * LANES);
  expectation *expected = expect_unchanged(target, count * LANES);
  for (long i = 0; i < count * LANES; i++) {
    expect(expected, i, source[i] > 0 ? source[i] : source[i] * slopes[i % LANES], 0);
  }
  kernels->prelu(source, target, count, slopes);
  check(expected);
}

void check_elements(const cnnc_kernels *kernels) {
  check_activations(kernels);
  for (int i = 0; i < COUNTS; i++) {
    const long count = pixel_counts[i];
    check_prelu(kernels, count, i % 2);
    for (long j = 0; j < activation_count; j++) {
      check_gate(kernels, count, activations[j], false);
      check_gate(kernels, count, activations[j], true);
      for (int variant = 0; variant < 8; variant++) {
        check_affine(kernels, count, activations[j], variant);
        check_join(kernels, count, activations[j], CNNC_SUM, variant);
        check_join(kernels, count, activations[j], CNNC_PRODUCT, variant);
        check_join(kernels, count, activations[j], CNNC_MAXIMUM, variant);
      }
    }
  }
}
