// Pools of a row, and of a rectangle.

#include "check.h"

#include <math.h>

/// The pixel under a tap of an output; −1 in the padding.
static long tap_pixel(cnnc_axis axis, long output, long tap) {
  const long pixel = output * axis.stride - axis.before + tap * axis.dilation;
  return pixel >= 0 && pixel < axis.size ? pixel : -1;
}

static double larger(double x, double y) { return isnan(x) || isnan(y) ? NAN : fmax(x, y); }

static void check_max(const cnnc_kernels *kernels, const float *source, long rows, long step, cnnc_axis axis) {
  float *target = allocate(axis.outputs * LANES);
  expectation *expected = expect_unchanged(target, axis.outputs * LANES);
  for (long i = 0; i < axis.outputs * LANES; i++) {
    double largest = -INFINITY;
    for (long row = 0; row < rows; row++) {
      for (long tap = 0; tap < axis.kernel; tap++) {
        const long pixel = tap_pixel(axis, i / LANES, tap);
        if (pixel >= 0) largest = larger(largest, source[row * step + pixel * LANES + i % LANES]);
      }
    }
    expect(expected, i, largest, 0);
  }
  kernels->max_pool(source, rows, step, target, axis);
  check(expected);
}

static void check_sum(
  const cnnc_kernels *kernels, const float *source, long rows, long step, cnnc_axis axis, bool divides
) {
  float *target = allocate(axis.outputs * LANES);
  const float *divisors = divides ? allocate_unaligned(axis.outputs, 1, 9, 1) : 0;
  const float row_divisor = 3;
  expectation *expected = expect_unchanged(target, axis.outputs * LANES);
  for (long i = 0; i < axis.outputs * LANES; i++) {
    dot sum = {0};
    for (long row = 0; row < rows; row++) {
      for (long tap = 0; tap < axis.kernel; tap++) {
        const long pixel = tap_pixel(axis, i / LANES, tap);
        if (pixel >= 0) dot_add(&sum, source[row * step + pixel * LANES + i % LANES], 1);
      }
    }
    const double divisor = divisors ? (double)row_divisor * divisors[i / LANES] : 1;
    expect(expected, i, sum.value / divisor, dot_slack(sum) / divisor);
  }
  kernels->sum_pool(source, rows, step, target, axis, row_divisor, divisors);
  check(expected);
}

static void check_row(const cnnc_kernels *kernels, long rows, cnnc_axis axis) {
  const long step = (axis.size + 2) * LANES;
  for (int variant = 0; variant < 4; variant++) {
    begin_case(
      "%s pool, %ld rows of %ld, kernel %ld stride %ld dilation %ld before %ld, %ld outputs, variant %d",
      variant < 2 ? "max" : "sum", rows, axis.size, axis.kernel, axis.stride, axis.dilation, axis.before, axis.outputs,
      variant);
    float *source = allocate(rows * step);
    for (long i = 0; i < rows * step; i++) {
      if (i % step < axis.size * LANES) source[i] = (float)random_between(-5, 5);
    }
    for (long i = 3; variant == 1 && i < rows * step; i += 53) {
      if (i % step < axis.size * LANES) source[i] = NAN;
    }
    if (variant < 2) check_max(kernels, source, rows, step, axis);
    else check_sum(kernels, source, rows, step, axis, variant == 3);
  }
}

static void check_rectangle(const cnnc_kernels *kernels, long rows, long columns) {
  begin_case("mean and largest of %ld×%ld", rows, columns);
  const long step = (columns + 1) * LANES;
  float *source = allocate(rows * step), *means = allocate(LANES), *largest = allocate(LANES);
  expectation *mean = expect_unchanged(means, LANES), *most = expect_unchanged(largest, LANES);
  for (long lane = 0; lane < LANES; lane++) {
    double sum = 0, found = -INFINITY;
    for (long i = 0; i < rows * columns; i++) {
      float *x = &source[i / columns * step + i % columns * LANES + lane];
      *x = (float)random_between(-3, 5);
      sum += *x;
      found = fmax(found, *x);
    }
    expect(mean, lane, sum / (double)(rows * columns), ROUNDING * 5);
    expect(most, lane, found, 0);
  }
  kernels->mean(source, rows, step, columns, means);
  kernels->largest(source, rows, step, columns, largest);
  check(mean);
  check(most);
}

void check_pools(const cnnc_kernels *kernels) {
  static const long sizes[] = {1, 2, 6, 7, 13, 15, 16, 17};
  for (int size = 0; size < 8; size++) {
    for (long kernel = 1; kernel <= 5; kernel++) {
      for (long stride = 1; stride <= 3; stride++) {
        for (long dilation = 1; dilation <= 2; dilation++) {
          for (long before = 0; before <= kernel / 2; before++) {
            const long extent = (kernel - 1) * dilation + 1;
            // The last window may begin in the padding behind, or leave out the last columns.
            if (sizes[size] + before + kernel / 2 < extent) continue;
            const long most = (sizes[size] + before + kernel / 2 - extent) / stride + 1;
            const long outputs = most > 1 ? most - random_integer(0, 1) : most, rows = random_integer(0, 4);
            check_row(kernels, rows, (cnnc_axis){sizes[size], kernel, stride, dilation, before, outputs});
          }
        }
      }
    }
    check_rectangle(kernels, sizes[size], 1);
    check_rectangle(kernels, 3, sizes[size]);
    check_rectangle(kernels, sizes[size], 7);
  }
}
