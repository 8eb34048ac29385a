// The microkernel, with 16 input channels a tap and with one.

#include "check.h"

typedef struct tile_case {
  // Floats from a pixel's input to the next, and channels of a tap.
  long stride, inputs;
  long blocks, rows, pixels;
  // Taps in each direction, and blocks or planes of the input.
  long kernel, input_blocks;
  cnnc_activation activation;
  bool has_bias, has_residual;
} tile_case;

static void check_tile(const cnnc_kernels *kernels, tile_case c) {
  begin_case(
    "%s, pixels %ld apart, %ld blocks, %ld rows of %ld, %ld×%ld taps of %ld, %s%s%s",
    c.inputs == 1 ? "planar" : "tiles", c.stride, c.blocks, c.rows, c.pixels, c.kernel, c.kernel, c.input_blocks,
    activation_name(c.activation), c.has_bias ? ", bias" : "", c.has_residual ? ", residual" : "");
  // As narrow as the last tap of the last pixel lets it be.
  const long width = (c.pixels - 1) * c.stride + c.kernel * c.inputs, height = c.rows + c.kernel - 1;
  const long plane = height * width, taps = c.kernel * c.kernel * c.input_blocks;
  long offsets[64];
  for (long i = 0; i < taps; i++) {
    const long tap = i % (c.kernel * c.kernel);
    offsets[i] = i / (c.kernel * c.kernel) * plane + tap / c.kernel * width + tap % c.kernel * c.inputs;
  }
  const long panel = c.blocks * LANES, row_stride = (c.pixels + 2) * LANES, block_stride = c.rows * row_stride + LANES;
  const long residual_block_stride = block_stride + 3 * LANES;
  const float *input = allocate_unaligned(c.input_blocks * plane, -1, 1, c.inputs == 1);
  const float *weights = allocate_random(taps * c.inputs * panel, -1, 1);
  const float *bias = c.has_bias ? allocate_random(panel, -1, 1) : 0;
  const float *residual = c.has_residual ? allocate_random(c.blocks * residual_block_stride, -1, 1) : 0;
  float *output = allocate(c.blocks * block_stride);
  expectation *expected = expect_unchanged(output, c.blocks * block_stride);
  for (long i = 0; i < c.rows * c.pixels * panel; i++) {
    const long o = i % panel, pixel = i / panel % c.pixels, row = i / panel / c.pixels;
    const long place = o / LANES * block_stride + row * row_stride + pixel * LANES + o % LANES;
    dot sum = {0};
    if (bias) dot_add(&sum, bias[o], 1);
    for (long line = 0; line < taps * c.inputs; line++) {
      const long from = offsets[line / c.inputs] + line % c.inputs + row * width + pixel * c.stride;
      dot_add(&sum, input[from], weights[line * panel + o]);
    }
    if (residual) dot_add(&sum, residual[place + o / LANES * (residual_block_stride - block_stride)], 1);
    expect_activated(expected, place, sum, c.activation);
  }
  const cnnc_tiles tiles = {
    .input = input, .offsets = offsets, .taps = taps, .weights = weights, .bias = bias, .residual = residual,
    .output = output, .blocks = c.blocks, .block_stride = block_stride,
    .residual_block_stride = residual_block_stride, .rows = c.rows, .pixels = c.pixels,
    .input_pixel_stride = c.stride, .input_row_stride = width, .output_row_stride = row_stride,
    .activation = c.activation};
  if (c.inputs == 1) kernels->planar_tiles(&tiles);
  else kernels->tiles(&tiles);
  check(expected);
}

void check_tiles(const cnnc_kernels *kernels) {
  // Numbers of pixels around every tile's, one to a few tiles of them.
  static const long pixels[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 23, 28, 29};
  long next = 0;
  for (int i = 0; i < 20; i++) {
    for (long blocks = 1; blocks <= kernels->panel_blocks; blocks++) {
      for (long stride = 1; stride <= 5; stride++) {
        for (int variant = 0; variant < 4; variant++) {
          const long kernel = stride % 2 ? 1 + 2 * (variant / 2) : 2;
          tile_case c = {
            stride * LANES, LANES, blocks, 1 + variant / 2, pixels[i], kernel, 1 + variant % 2,
            activations[next++ % activation_count], variant % 2, variant / 2 == i % 2};
          check_tile(kernels, c);
          c.stride = stride;
          c.inputs = 1;
          c.input_blocks = 1 + 2 * (variant % 2);
          c.kernel = 1 + variant;
          check_tile(kernels, c);
        }
      }
    }
  }
  // Every activation.
  for (long i = 0; i < activation_count; i++) {
    check_tile(kernels, (tile_case){LANES, LANES, kernels->panel_blocks, 2, 15, 1, 2, activations[i], true, true});
    check_tile(kernels, (tile_case){2, 1, 1, 2, 13, 3, 3, activations[i], true, false});
  }
}
