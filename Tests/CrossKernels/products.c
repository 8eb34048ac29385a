// Sums over pixels: the gradients of weights.

#include "check.h"

typedef struct products_case {
  long inputs, blocks, rows, pixels;
  // Floats between what a tap sees of neighbouring pixels, and between pixels of the gradient.
  long stride, gradient_stride;
} products_case;

static void check_products_case(const cnnc_kernels *kernels, products_case c) {
  begin_case(
    "products, %ld inputs, %ld blocks, %ld rows of %ld, pixels %ld and %ld apart", c.inputs, c.blocks, c.rows,
    c.pixels, c.stride, c.gradient_stride);
  const long input_row = ((c.pixels - 1) * c.stride / LANES + 2) * LANES;
  const long gradient_row = ((c.pixels - 1) * c.gradient_stride / LANES + 2) * LANES;
  const long gradient_block = c.rows * gradient_row + LANES;
  const long sums_stride = 3 * LANES, sums_block = c.inputs * sums_stride + LANES;
  const float *input = allocate_random(c.rows * input_row, -1, 1);
  const float *gradient = allocate_random(c.blocks * gradient_block, -1, 1);
  float *sums = allocate_random(c.blocks * sums_block, -1, 1);
  expectation *expected = expect_unchanged(sums, c.blocks * sums_block);
  for (long i = 0; i < c.blocks * c.inputs * LANES; i++) {
    const long o = i % LANES, channel = i / LANES % c.inputs, block = i / LANES / c.inputs;
    const long place = block * sums_block + channel * sums_stride + o;
    dot sum = {0};
    dot_add(&sum, sums[place], 1);
    for (long pixel = 0; pixel < c.rows * c.pixels; pixel++) {
      const long row = pixel / c.pixels, column = pixel % c.pixels;
      dot_add(
        &sum, input[row * input_row + column * c.stride + channel],
        gradient[block * gradient_block + row * gradient_row + column * c.gradient_stride + o]);
    }
    expect(expected, place, sum.value, dot_slack(sum));
  }
  kernels->products(&(cnnc_products){
    .input = input, .gradient = gradient, .sums = sums, .inputs = c.inputs, .blocks = c.blocks, .rows = c.rows,
    .pixels = c.pixels, .input_pixel_stride = c.stride, .input_row_stride = input_row,
    .gradient_pixel_stride = c.gradient_stride, .gradient_row_stride = gradient_row,
    .gradient_block_stride = gradient_block, .sums_stride = sums_stride, .sums_block_stride = sums_block});
  check(expected);
}

static void check_lane_products_case(const cnnc_kernels *kernels, long taps, long rows, long pixels, long stride) {
  begin_case("lane products, %ld taps, %ld rows of %ld, pixels %ld apart", taps, rows, pixels, stride);
  long offsets[64];
  for (long tap = 0; tap < taps; tap++) offsets[tap] = tap / 3 * 5 * LANES + tap % 3 * LANES;
  const long input_row = ((pixels - 1) * stride / LANES + 3) * LANES, gradient_row = (pixels + 1) * LANES;
  const float *input = allocate_random(rows * input_row + offsets[taps - 1], -1, 1);
  const float *gradient = allocate_random(rows * gradient_row, -1, 1);
  float *sums = allocate_random(taps * LANES, -1, 1);
  expectation *expected = expect_unchanged(sums, taps * LANES);
  for (long i = 0; i < taps * LANES; i++) {
    dot sum = {0};
    dot_add(&sum, sums[i], 1);
    for (long pixel = 0; pixel < rows * pixels; pixel++) {
      const long row = pixel / pixels, column = pixel % pixels;
      dot_add(
        &sum, input[row * input_row + column * stride + offsets[i / LANES] + i % LANES],
        gradient[row * gradient_row + column * LANES + i % LANES]);
    }
    expect(expected, i, sum.value, dot_slack(sum));
  }
  kernels->lane_products(&(cnnc_lane_products){
    .input = input, .offsets = offsets, .taps = taps, .gradient = gradient, .sums = sums, .rows = rows,
    .pixels = pixels, .input_pixel_stride = stride, .input_row_stride = input_row,
    .gradient_row_stride = gradient_row});
  check(expected);
}

void check_products(const cnnc_kernels *kernels) {
  static const long pixels[] = {1, 2, 3, 7, 13, 32};
  for (int i = 0; i < 6; i++) {
    for (long inputs = 1; inputs <= LANES; inputs++) {
      for (long blocks = 1; blocks <= 2; blocks++) {
        for (long stride = 1; stride <= 2; stride++) {
          check_products_case(
            kernels, (products_case){inputs, blocks, 1 + i % 3, pixels[i], stride * LANES, (1 + i % 2) * LANES});
        }
      }
    }
    for (long taps = 1; taps <= 25; taps++) {
      for (long stride = 1; stride <= 2; stride++) {
        check_lane_products_case(kernels, taps, 1 + i % 3, pixels[i], stride * LANES);
      }
    }
  }
}
