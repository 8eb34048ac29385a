// The transforms of Winograd's method: of inputs and outputs, and for gradients of weights of slopes and sums.

#include "check.h"
#include "points.h"

#include <math.h>

typedef struct tile_shape {
  // Points down and across, outputs down and across.
  long rows, columns, down, across;
} tile_shape;

static void check_input(const cnnc_kernels *kernels, tile_shape s, long height, long width, long top, long left) {
  const long tiles_across = (width + s.across - 1) / s.across, tiles = (height + s.down - 1) / s.down * tiles_across;
  const long first = random_integer(0, tiles - 1), last = random_integer(first + 1, tiles);
  begin_case(
    "winograd input, %ld×%ld points, %ld×%ld outputs, map %ld×%ld, padding %ld, %ld, tiles %ld to %ld", s.rows,
    s.columns, s.down, s.across, height, width, top, left, first, last);
  const transform vertical = transform_of(s.rows, s.down), horizontal = transform_of(s.columns, s.across);
  const long point_stride = (last - first + 1) * LANES, count = s.rows * s.columns * point_stride;
  const float *input = allocate_random(height * width * LANES, -1, 1);
  float *target = allocate(count);
  expectation *expected = expect_unchanged(target, count);
  for (long i = 0; i < (last - first) * s.rows * s.columns * LANES; i++) {
    const long lane = i % LANES, point = i / LANES % (s.rows * s.columns), tile = i / LANES / (s.rows * s.columns);
    dot sum = {0};
    for (long j = 0; j < s.rows * s.columns; j++) {
      const long y = (first + tile) / tiles_across * s.down - top + j / s.columns;
      const long x = (first + tile) % tiles_across * s.across - left + j % s.columns;
      if (y < 0 || y >= height || x < 0 || x >= width) continue;
      const double factor =
        vertical.input[point / s.columns][j / s.columns] * horizontal.input[point % s.columns][j % s.columns];
      dot_add(&sum, factor, input[(y * width + x) * LANES + lane]);
    }
    expect(expected, point * point_stride + tile * LANES + lane, sum.value, dot_slack(sum));
  }
  kernels->winograd_input(&(cnnc_winograd_input){
    .vertical = &vertical.points, .horizontal = &horizontal.points, .input = input, .height = height, .width = width,
    .top = top, .left = left, .rows = s.down, .columns = s.across, .tiles_across = tiles_across, .first_tile = first,
    .last_tile = last, .target = target, .point_stride = point_stride});
  check(expected);
}

static void check_output(
  const cnnc_kernels *kernels, tile_shape s, long height, long width, cnnc_activation activation, int variant
) {
  const long tiles_across = (width + s.across - 1) / s.across, tiles = (height + s.down - 1) / s.down * tiles_across;
  const long first = random_integer(0, tiles - 1), last = random_integer(first + 1, tiles);
  begin_case(
    "winograd output, %ld×%ld points, %ld×%ld outputs, map %ld×%ld, tiles %ld to %ld, %s, variant %d", s.rows,
    s.columns, s.down, s.across, height, width, first, last, activation_name(activation), variant);
  const transform vertical = transform_of(s.rows, s.down), horizontal = transform_of(s.columns, s.across);
  const long point_stride = (last - first + 1) * LANES, count = height * width * LANES;
  const float *source = allocate_random(s.rows * s.columns * point_stride, -1, 1);
  const float *bias = variant & 1 ? allocate_random(LANES, -1, 1) : 0;
  const float *residual = variant & 2 ? allocate_random(count, -1, 1) : 0;
  float *output = allocate(count);
  expectation *expected = expect_unchanged(output, count);
  for (long i = 0; i < count; i++) {
    const long lane = i % LANES, x = i / LANES % width, y = i / LANES / width;
    const long tile = y / s.down * tiles_across + x / s.across;
    if (tile < first || tile >= last) continue;
    dot sum = {0};
    for (long point = 0; point < s.rows * s.columns; point++) {
      const double factor =
        vertical.output[y % s.down][point / s.columns] * horizontal.output[x % s.across][point % s.columns];
      dot_add(&sum, factor, source[point * point_stride + (tile - first) * LANES + lane]);
    }
    if (bias) dot_add(&sum, bias[lane], 1);
    if (residual) dot_add(&sum, residual[i], 1);
    expect_activated(expected, i, sum, activation);
  }
  kernels->winograd_output(&(cnnc_winograd_output){
    .vertical = &vertical.points, .horizontal = &horizontal.points, .source = source, .point_stride = point_stride,
    .bias = bias, .residual = residual, .output = output, .height = height, .width = width, .rows = s.down,
    .columns = s.across, .tiles_across = tiles_across, .first_tile = first, .last_tile = last,
    .activation = activation});
  check(expected);
}

/// Tiles of a gradient as polynomials of two variables, at all pairs of points.
static void check_slopes(const cnnc_kernels *kernels, long count, long size, long height, long width) {
  const long tiles_across = (width + size - 1) / size, tiles = (height + size - 1) / size * tiles_across;
  const long first = random_integer(0, tiles - 1), last = random_integer(first + 1, tiles);
  begin_case("winograd slopes, %ld points, map %ld×%ld, tiles %ld to %ld", count, height, width, first, last);
  const transform transform = transform_of(count, size);
  const long point_stride = (last - first + 1) * LANES, all = count * count * point_stride;
  const float *gradient = allocate_random(height * width * LANES, -1, 1);
  float *target = allocate(all);
  expectation *expected = expect_unchanged(target, all);
  for (long i = 0; i < (last - first) * count * count * LANES; i++) {
    const long lane = i % LANES, point = i / LANES % (count * count), tile = i / LANES / (count * count);
    dot sum = {0};
    for (long j = 0; j < size * size; j++) {
      const long y = (first + tile) / tiles_across * size + j / size, x = (first + tile) % tiles_across * size + j % size;
      if (y >= height || x >= width) continue;
      const double factor = transform.output[j / size][point / count] * transform.output[j % size][point % count];
      dot_add(&sum, factor, gradient[(y * width + x) * LANES + lane]);
    }
    expect(expected, point * point_stride + tile * LANES + lane, sum.value, dot_slack(sum));
  }
  kernels->winograd_slopes(&(cnnc_winograd_slopes){
    .points = &transform.points, .gradient = gradient, .height = height, .width = width, .tiles_across = tiles_across,
    .first_tile = first, .last_tile = last, .target = target, .point_stride = point_stride});
  check(expected);
}

/// Sums of products at all pairs of points, each with a factor, as those of the taps.
static void check_sums(const cnnc_kernels *kernels, long count, long taps, long lanes) {
  begin_case("winograd sums, %ld points, %ld lanes", count, lanes);
  const transform transform = transform_of(count, taps);
  const long points = count * count, point_stride = (lanes + 2) * LANES, all = lanes * taps * taps * LANES;
  const float *source = allocate_random(points * point_stride, -1, 1), *scales = allocate_random(points, -2, 2);
  float *target = allocate(all);
  expectation *expected = expect_unchanged(target, all);
  for (long i = 0; i < all; i++) {
    const long output = i % LANES, tap = i / LANES % (taps * taps), lane = i / LANES / (taps * taps);
    dot sum = {0};
    for (long point = 0; point < points; point++) {
      const double factor = transform.output[tap / taps][point / count] * transform.output[tap % taps][point % count];
      dot_add(&sum, factor * scales[point], source[point * point_stride + lane * LANES + output]);
    }
    expect(expected, i, sum.value, dot_slack(sum));
  }
  kernels->winograd_sums(&(cnnc_winograd_sums){
    .points = &transform.points, .source = source, .point_stride = point_stride, .scales = scales, .lanes = lanes,
    .target = target});
  check(expected);
}

void check_winograd(const cnnc_kernels *kernels) {
  static const tile_shape shapes[] = {
    {4, 4, 2, 2}, {6, 6, 4, 4}, {8, 8, 6, 6}, {8, 8, 4, 4}, {1, 6, 1, 4},
    {6, 1, 4, 1}, {1, 8, 1, 4}, {8, 1, 4, 1}, {1, 10, 1, 4}, {10, 1, 4, 1}};
  static const long sizes[][2] = {{1, 1}, {4, 5}, {7, 6}, {8, 8}, {9, 13}, {13, 12}, {14, 15}};
  long next = 0;
  for (int i = 0; i < 10; i++) {
    for (int j = 0; j < 7; j++) {
      const tile_shape s = shapes[i];
      const long most_top = s.rows - s.down, most_left = s.columns - s.across;
      for (int variant = 0; variant < 8; variant++) {
        check_input(
          kernels, s, sizes[j][0], sizes[j][1], random_integer(0, most_top), random_integer(0, most_left));
        check_output(kernels, s, sizes[j][0], sizes[j][1], activations[next++ % activation_count], variant);
      }
    }
  }
  for (long count = 4; count <= 8; count += 2) {
    for (int j = 0; j < 7; j++) check_slopes(kernels, count, count == 4 ? 2 : 4, sizes[j][0], sizes[j][1]);
    for (long lanes = 1; lanes <= LANES; lanes++) check_sums(kernels, count, count == 8 ? 5 : 3, lanes);
  }
}
