// Convolutions in groups of fewer channels than a block.

#include "check.h"

typedef struct grouped_case {
  long inputs, across, stride, tap_rows, rows, pixels;
  cnnc_activation activation;
  bool has_bias, has_residual;
} grouped_case;

static void check_case(const cnnc_kernels *kernels, grouped_case c) {
  begin_case(
    "grouped, %ld inputs, %ld×%ld taps, stride %ld, %ld rows of %ld, %s%s%s", c.inputs, c.tap_rows, c.across, c.stride,
    c.rows, c.pixels, activation_name(c.activation), c.has_bias ? ", bias" : "", c.has_residual ? ", residual" : "");
  const long width = ((c.pixels - 1) * c.stride + c.across) * LANES, height = c.rows + c.tap_rows - 1;
  const long row_stride = (c.pixels + 1) * LANES, outputs = c.rows * row_stride;
  const float *input = allocate_random(height * width, -1, 1);
  const float *weights = allocate_random(c.tap_rows * c.inputs * c.across * LANES, -1, 1);
  const float *bias = c.has_bias ? allocate_random(LANES, -1, 1) : 0;
  const float *residual = c.has_residual ? allocate_random(outputs, -1, 1) : 0;
  // Where an array of 32-bit integers may lie.
  int32_t *lanes = (int32_t *)allocate_unaligned(c.inputs * LANES, 0, 1, 1);
  for (long i = 0; i < c.inputs * LANES; i++) lanes[i] = (int32_t)random_integer(0, LANES - 1);
  long offsets[8];
  for (long row = 0; row < c.tap_rows; row++) offsets[row] = row * width;
  float *output = allocate(outputs);
  expectation *expected = expect_unchanged(output, outputs);
  for (long i = 0; i < c.rows * c.pixels * LANES; i++) {
    const long lane = i % LANES, pixel = i / LANES % c.pixels, row = i / LANES / c.pixels;
    const long place = row * row_stride + pixel * LANES + lane;
    dot sum = {0};
    if (bias) dot_add(&sum, bias[lane], 1);
    for (long tap = 0; tap < c.tap_rows * c.inputs * c.across; tap++) {
      const long kx = tap % c.across, index = tap / c.across % c.inputs, ky = tap / c.across / c.inputs;
      const long from = offsets[ky] + row * width + (pixel * c.stride + kx) * LANES;
      dot_add(&sum, input[from + lanes[index * LANES + lane]], weights[tap * LANES + lane]);
    }
    if (residual) dot_add(&sum, residual[place], 1);
    expect_activated(expected, place, sum, c.activation);
  }
  kernels->grouped_tiles(&(cnnc_grouped_tiles){
    .input = input, .offsets = offsets, .tap_rows = c.tap_rows, .taps_across = c.across, .inputs = c.inputs,
    .lanes = lanes, .weights = weights, .bias = bias, .residual = residual, .output = output, .rows = c.rows,
    .pixels = c.pixels, .input_pixel_stride = c.stride * LANES, .input_row_stride = width,
    .output_row_stride = row_stride, .activation = c.activation});
  check(expected);
}

void check_grouped(const cnnc_kernels *kernels) {
  long next = 0;
  for (long pixels = 1; pixels <= 31; pixels += pixels < 17 ? 1 : 7) {
    for (long inputs = 1; inputs <= 8; inputs *= 2) {
      for (long stride = 1; stride <= 3; stride++) {
        for (int variant = 0; variant < 4; variant++) {
          const long across = variant % 2 || stride == 3 ? 1 : 3;
          check_case(
            kernels, (grouped_case){
                       inputs, across, stride, 1 + variant, 1 + variant / 2, pixels,
                       activations[next++ % activation_count], variant / 2, variant % 2});
        }
      }
    }
  }
}
