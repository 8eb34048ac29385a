// Gradients of activations, pools and norms.

#include "check.h"

#include <float.h>
#include <math.h>
#include <string.h>

/// The derivative of an activation, by its definition.
static double slope(double x, cnnc_activation activation) {
  const double a = activation.a, b = activation.b;
  const double s = 1 / (1 + exp(-x));
  if (activation.kind == CNNC_IDENTITY) return 1;
  if (isnan(x)) return x;
  switch (activation.kind) {
  case CNNC_RELU: return x > 0;
  case CNNC_RELU6: return x > 0 && x < 6;
  case CNNC_LEAKY_RELU: return x > 0 ? 1 : a;
  case CNNC_ELU: return x > 0 ? 1 : a * exp(x);
  case CNNC_SELU: return 1.0507009873554805 * (x > 0 ? 1 : 1.6732632423543772 * exp(x));
  case CNNC_GELU: return erfc(-x / sqrt(2)) / 2 + x * exp(-x * x / 2) / sqrt(2 * M_PI);
  case CNNC_APPROXIMATE_GELU: {
    const double k = sqrt(2 / M_PI), t = tanh(k * (x + 0.044715 * x * x * x));
    return (1 + t) / 2 + (fabs(t) == 1 ? 0 : x / 2 * (1 - t * t) * k * (1 + 3 * 0.044715 * x * x));
  }
  case CNNC_SILU: return s == 0 || s == 1 ? s : s * (1 + x * (1 - s));
  case CNNC_HARD_SWISH: return x >= 3 ? 1 : x <= -3 ? 0 : x / 3 + 0.5;
  case CNNC_MISH: {
    const double t = tanh(log1p(exp(x)));
    return t + (fabs(x) > 700 ? 0 : x * s * (1 - t * t));
  }
  case CNNC_SIGMOID: return s * (1 - s);
  case CNNC_HARD_SIGMOID: return x > -3 && x < 3 ? 1.0 / 6 : 0;
  case CNNC_TANH: return a * b * (1 - tanh(b * x) * tanh(b * x));
  case CNNC_SOFTPLUS: return (float)x * (float)a > (float)b ? 1 : 1 / (1 + exp(-a * x));
  default: return 1;
  }
}

/// Whether the derivative can be had from the result.
static bool is_known_by_result(cnnc_activation activation) {
  switch (activation.kind) {
  case CNNC_RELU:
  case CNNC_RELU6:
  case CNNC_ELU:
  case CNNC_SELU:
  case CNNC_SIGMOID:
  case CNNC_HARD_SIGMOID:
  case CNNC_TANH: return true;
  case CNNC_LEAKY_RELU: return activation.a > 0;
  default: return false;
  }
}

static void check_slopes(const cnnc_kernels *kernels, const float *values, long pixels, const char *name, bool in_place) {
  const long count = pixels * LANES;
  for (long i = 0; i < activation_count; i++) {
    for (int is_result = 0; is_result <= is_known_by_result(activations[i]); is_result++) {
      const cnnc_activation activation = activations[i];
      begin_case(
        "gradient of %s, %s, %ld pixels%s%s", activation_name(activation), name, pixels,
        is_result ? ", by results" : "", in_place ? ", in place" : "");
      float *value = allocate(count);
      float *gradient = allocate_random(count, -1, 1);
      float *target = in_place ? gradient : allocate(count);
      expectation *expected = expect_unchanged(target, count);
      for (long j = 0; j < count; j++) {
        value[j] = is_result ? (float)activated(values[j], activation) : values[j];
        const double s = slope(values[j], activation);
        // A result near a bound has lost what the argument says, and an argument near a corner is rounded.
        const double slack = is_result ? 64 * ROUNDING * (1 + fabs(activation.a) + fabs(activation.b)) : 0;
        expect(expected, j, gradient[j] * s, fabs(gradient[j]) * (24 * ROUNDING * (1 + fabs(s)) + slack) + 0x1p-120);
      }
      kernels->activation_slope(value, gradient, target, pixels, activation, is_result);
      check(expected);
    }
  }
}

static void check_max_pool(const cnnc_kernels *kernels, cnnc_axis columns, long rows) {
  begin_case(
    "gradient of max pool, %ld rows of %ld, kernel %ld stride %ld dilation %ld before %ld", rows, columns.size,
    columns.kernel, columns.stride, columns.dilation, columns.before);
  const long row_step = (columns.size + 1) * LANES, count = rows * row_step, outputs = columns.outputs * LANES;
  float *source = allocate_random(count, -1, 1);
  // Few different numbers, so that several are the largest.
  for (long i = 0; i < count; i++) source[i] = i % 53 == 7 ? NAN : roundf(source[i] * 2);
  float *result = allocate(outputs);
  kernels->max_pool(source, rows, row_step, result, columns);
  const float *gradient = allocate_random(outputs, -1, 1);
  float *target = allocate_random(count, -1, 1);
  double *sums = __builtin_alloca(sizeof(double) * (size_t)count);
  double *sizes = __builtin_alloca(sizeof(double) * (size_t)count);
  for (long i = 0; i < count; i++) sums[i] = target[i], sizes[i] = fabs(target[i]);
  for (long i = 0; i < outputs; i++) {
    long winner = -1;
    for (long tap = 0; tap < rows * columns.kernel; tap++) {
      const long x = i / LANES * columns.stride - columns.before + tap % columns.kernel * columns.dilation;
      if (x < 0 || x >= columns.size) continue;
      const long place = tap / columns.kernel * row_step + x * LANES + i % LANES;
      if (winner >= 0 && isnan(source[winner])) continue;
      if (winner < 0 || isnan(source[place]) || source[place] > source[winner]) winner = place;
    }
    if (winner < 0) continue;
    sums[winner] += gradient[i];
    sizes[winner] += fabs(gradient[i]);
  }
  expectation *expected = expect_unchanged(target, count);
  for (long i = 0; i < count; i++) {
    if (i % row_step < columns.size * LANES) expect(expected, i, sums[i], 8 * ROUNDING * sizes[i]);
  }
  kernels->max_pool_gradient(source, result, gradient, target, rows, row_step, columns);
  check(expected);
}

static void check_sum_pool(const cnnc_kernels *kernels, cnnc_axis columns, long rows, bool divides) {
  begin_case(
    "gradient of sum pool, %ld rows of %ld, kernel %ld stride %ld dilation %ld before %ld%s", rows, columns.size,
    columns.kernel, columns.stride, columns.dilation, columns.before, divides ? ", divided" : "");
  const long row_step = (columns.size + 1) * LANES, count = rows * row_step, outputs = columns.outputs * LANES;
  const float *gradient = allocate_random(outputs, -1, 1);
  const float *divisors = divides ? allocate_random(columns.outputs, 1, 9) : 0;
  float *target = allocate_random(count, -1, 1);
  expectation *expected = expect_unchanged(target, count);
  for (long i = 0; i < count; i++) {
    if (i % row_step >= columns.size * LANES) continue;
    dot sum = {0};
    dot_add(&sum, target[i], 1);
    for (long output = 0; output < columns.outputs; output++) {
      for (long tap = 0; tap < columns.kernel; tap++) {
        if (output * columns.stride - columns.before + tap * columns.dilation != i % row_step / LANES) continue;
        dot_add(&sum, gradient[output * LANES + i % LANES], divides ? 1 / (3.0 * divisors[output]) : 1);
      }
    }
    expect(expected, i, sum.value, 2 * dot_slack(sum));
  }
  kernels->sum_pool_gradient(gradient, target, rows, row_step, columns, 3, divisors);
  check(expected);
}

static void check_prelu(const cnnc_kernels *kernels, long pixels, bool in_place) {
  begin_case("gradients of prelu, %ld pixels%s", pixels, in_place ? ", in place" : "");
  const long count = pixels * LANES;
  float *source = allocate_random(count, -3, 3), *gradient = allocate_random(count, -1, 1);
  source[3] = 0, source[5] = -0.0f;
  const float *slopes = allocate_random(LANES, -1, 1);
  double *sums = (double *)allocate(2 * LANES);
  kernels->prelu_sums(source, gradient, pixels, sums);
  for (long lane = 0; lane < LANES; lane++) {
    double sum = 0;
    for (long i = lane; i < count; i += LANES) sum += source[i] > 0 ? 0 : (double)gradient[i] * source[i];
    if (fabs(sums[lane] - sum) > 1e-13 * (double)pixels) fail("lane %ld has the sum %g, not %g", lane, sums[lane], sum);
  }
  source[7] = NAN;
  float *target = in_place ? gradient : allocate(count);
  expectation *expected = expect_unchanged(target, count);
  for (long i = 0; i < count; i++) {
    expect(expected, i, source[i] > 0 ? gradient[i] : gradient[i] * slopes[i % LANES], 0);
  }
  kernels->prelu_gradient(source, gradient, target, pixels, slopes);
  check(expected);
}

static void check_norms_of(const cnnc_kernels *kernels, long pixels, bool in_place) {
  begin_case("sums for the gradient of a norm and blend, %ld pixels%s", pixels, in_place ? ", in place" : "");
  const long count = pixels * LANES;
  const float *source = allocate_random(count, -1, 1);
  float *gradient = allocate_random(count, -1, 1);
  double *means = (double *)allocate(2 * LANES), *sums = (double *)allocate(4 * LANES);
  for (long lane = 0; lane < LANES; lane++) means[lane] = random_between(-1, 1);
  kernels->norm_sums(gradient, source, pixels, means, sums);
  for (long lane = 0; lane < LANES; lane++) {
    double sum = 0, product = 0;
    for (long i = lane; i < count; i += LANES) {
      sum += gradient[i];
      product += gradient[i] * (source[i] - means[lane]);
    }
    if (fabs(sums[lane] - sum) > 1e-12 * (double)pixels) fail("lane %ld has the sum %g, not %g", lane, sums[lane], sum);
    if (fabs(sums[LANES + lane] - product) > 1e-12 * (double)pixels) {
      fail("lane %ld has the product %g, not %g", lane, sums[LANES + lane], product);
    }
  }
  float *first = allocate_random(count, -1, 1);
  const float *second = allocate_random(count, -1, 1);
  const float *a = allocate_random(LANES, -1, 1), *b = allocate_random(LANES, -1, 1), *c = allocate_random(LANES, -1, 1);
  float *target = in_place ? first : allocate(count);
  expectation *expected = expect_unchanged(target, count);
  for (long i = 0; i < count; i++) {
    dot sum = {0};
    dot_add(&sum, first[i], a[i % LANES]);
    dot_add(&sum, second[i], b[i % LANES]);
    dot_add(&sum, c[i % LANES], 1);
    expect(expected, i, sum.value, dot_slack(sum));
  }
  kernels->blend(first, second, target, pixels, a, b, c);
  check(expected);
}

void check_gradients(const cnnc_kernels *kernels) {
  static const float edges[] = {0.0f, -0.0f, 1,    -1,   NAN, 0.5f, -0.5f, 3,      -3,    6,     -6,
                                9,    -9,    2.9f, -2.9f, 40, -40,  80,    -80,    1e4f,  -1e4f, 1e-8f,
                                -1e-8f, 1e-4f, -1e-4f, 87.3f, -87.3f, 4,  20.0001f, 19.9f, 150, -150};
  check_slopes(kernels, edges, 2, "edges", false);
  for (long pixels = 1; pixels <= 5; pixels++) {
    float numbers[5 * LANES];
    for (int i = 0; i < 5 * LANES; i++) numbers[i] = (float)random_between(-4.0 * (double)pixels, 4.0 * (double)pixels);
    check_slopes(kernels, numbers, pixels, "random", pixels % 2);
  }
  static const long sizes[] = {1, 2, 3, 7, 8, 13};
  for (int i = 0; i < 6; i++) {
    for (long kernel = 1; kernel <= 4; kernel++) {
      for (long stride = 1; stride <= 3; stride++) {
        for (long dilation = 1; dilation <= 2; dilation++) {
          for (long before = 0; before < kernel && before <= 1; before++) {
            const long room = sizes[i] + 2 * before - (kernel - 1) * dilation - 1;
            if (room < 0) continue;
            const cnnc_axis columns = {sizes[i], kernel, stride, dilation, before, room / stride + 1};
            for (long rows = 1; rows <= 3; rows++) {
              check_max_pool(kernels, columns, rows);
              check_sum_pool(kernels, columns, rows, rows % 2);
            }
          }
        }
      }
    }
  }
  for (long pixels = 1; pixels <= 9; pixels++) {
    check_norms_of(kernels, pixels, pixels % 2);
    check_prelu(kernels, pixels, pixels % 2);
  }
}
