// Linear layers.

#include "check.h"

typedef struct linear_case {
  long images, inputs, blocks;
  cnnc_activation activation;
  bool has_bias, has_residual;
} linear_case;

static void check_case(const cnnc_kernels *kernels, linear_case c) {
  begin_case(
    "linear, %ld images, %ld inputs, %ld blocks, %s%s%s", c.images, c.inputs, c.blocks, activation_name(c.activation),
    c.has_bias ? ", bias" : "", c.has_residual ? ", residual" : "");
  const long panel = c.blocks * LANES;
  const long input_stride = c.inputs + LANES, output_stride = panel + 2 * LANES, residual_stride = panel + LANES;
  float *input = allocate(c.images * input_stride);
  for (long i = 0; i < c.images * input_stride; i++) {
    if (i % input_stride < c.inputs) input[i] = (float)random_between(-1, 1);
  }
  const long weight_stride = panel + (c.has_bias ? 0 : 3 * LANES);
  const float *weights = allocate_random(c.inputs * weight_stride, -1, 1);
  const float *bias = c.has_bias ? allocate_random(panel, -1, 1) : 0;
  const float *residual = c.has_residual ? allocate_random(c.images * residual_stride, -1, 1) : 0;
  float *output = allocate(c.images * output_stride);
  expectation *expected = expect_unchanged(output, c.images * output_stride);
  for (long i = 0; i < c.images * panel; i++) {
    const long image = i / panel, o = i % panel;
    dot sum = {0};
    if (bias) dot_add(&sum, bias[o], 1);
    for (long j = 0; j < c.inputs; j++) dot_add(&sum, input[image * input_stride + j], weights[j * weight_stride + o]);
    if (residual) dot_add(&sum, residual[image * residual_stride + o], 1);
    expect_activated(expected, image * output_stride + o, sum, c.activation);
  }
  kernels->linear(&(cnnc_linear){
    .input = input, .images = c.images, .input_stride = input_stride, .output_stride = output_stride,
    .residual_stride = residual_stride, .inputs = c.inputs, .weights = weights, .weight_stride = weight_stride,
    .bias = bias, .residual = residual,
    .output = output, .blocks = c.blocks, .activation = c.activation});
  check(expected);
}

void check_linear(const cnnc_kernels *kernels) {
  // More than a part of a panel, with a part that is not full.
  static const long inputs[] = {16, 48, 512, 528, 1040};
  long next = 0;
  for (long images = 1; images <= 14; images++) {
    for (int i = 0; i < 5; i++) {
      for (long blocks = 1; blocks <= 4; blocks++) {
        check_case(
          kernels, (linear_case){
                     images, inputs[i], blocks, activations[next % activation_count], next % 2, next % 3 == 0});
        next++;
      }
    }
  }
}
