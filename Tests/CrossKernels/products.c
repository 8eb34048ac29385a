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

static void check_lane_products_case(const cnnc_kernels *kernels, cnnc_axis v, cnnc_axis h, long run) {
  begin_case(
    "lane products %ld×%ld, kernel %ld×%ld stride %ld×%ld dilation %ld×%ld before %ld×%ld, %ld×%ld outputs, runs of %ld",
    v.size, h.size, v.kernel, h.kernel, v.stride, h.stride, v.dilation, h.dilation, v.before, h.before, v.outputs,
    h.outputs, run);
  const long taps = v.kernel * h.kernel;
  const float *input = allocate_random(v.size * h.size * LANES, -1, 1);
  const float *gradient = allocate_random(v.outputs * h.outputs * LANES, -1, 1);
  float *sums = allocate_random(taps * LANES, -1, 1);
  expectation *expected = expect_unchanged(sums, taps * LANES);
  for (long i = 0; i < taps * LANES; i++) {
    const long lane = i % LANES, tap = i / LANES;
    dot sum = {0};
    dot_add(&sum, sums[i], 1);
    for (long pixel = 0; pixel < v.outputs * h.outputs; pixel++) {
      const long y = pixel / h.outputs * v.stride - v.before + tap / h.kernel * v.dilation;
      const long x = pixel % h.outputs * h.stride - h.before + tap % h.kernel * h.dilation;
      if (y < 0 || y >= v.size || x < 0 || x >= h.size) continue;
      dot_add(&sum, input[(y * h.size + x) * LANES + lane], gradient[pixel * LANES + lane]);
    }
    expect(expected, i, sum.value, dot_slack(sum));
  }
  kernels->lane_products(&(cnnc_lane_products){
    .input = input, .gradient = gradient, .sums = sums, .run = run, .vertical = v, .horizontal = h});
  check(expected);
}

static cnnc_axis axis_of(long size, long kernel, long stride, long dilation, long before, long behind) {
  const long room = size + before + behind - (kernel - 1) * dilation - 1;
  return (cnnc_axis){size, kernel, stride, dilation, before, room < 0 ? 0 : room / stride + 1};
}

static void check_lane_products(const cnnc_kernels *kernels) {
  static const long sizes[] = {1, 2, 3, 5, 6, 7, 14, 17};
  for (int i = 0; i < 8; i++) {
    for (long kernel = 1; kernel <= 11; kernel++) {
      for (long stride = 1; stride <= 3; stride++) {
        for (long dilation = 1; dilation <= 2; dilation++) {
          for (int variant = 0; variant < 3; variant++) {
            const long reach = (kernel - 1) * dilation;
            // None, half, and more than the window is wide on one side.
            const long before = variant == 0 ? 0 : variant == 1 ? reach / 2 : reach + 1;
            const cnnc_axis across = axis_of(sizes[i], kernel, stride, dilation, before, reach / 2);
            const cnnc_axis down =
              axis_of(random_integer(1, 9), random_integer(1, 5), stride, dilation, variant, random_integer(0, 3));
            if (across.outputs == 0 || down.outputs == 0) continue;
            check_lane_products_case(kernels, down, across, random_integer(1, 4));
            check_lane_products_case(kernels, axis_of(8, 3, stride, 1, 1, 1), across, 100);
          }
        }
      }
    }
  }
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
  }
  check_lane_products(kernels);
}
