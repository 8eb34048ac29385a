// Depthwise convolutions, with the padding left out.

#include "check.h"

typedef struct depthwise_case {
  cnnc_axis vertical, horizontal;
  cnnc_activation activation;
  bool has_bias, has_residual;
} depthwise_case;

static void check_case(const cnnc_kernels *kernels, depthwise_case c) {
  const cnnc_axis v = c.vertical, h = c.horizontal;
  begin_case(
    "depthwise %ld×%ld, kernel %ld×%ld stride %ld dilation %ld before %ld, %ld×%ld outputs, %s%s%s", v.size, h.size,
    v.kernel, h.kernel, h.stride, h.dilation, h.before, v.outputs, h.outputs, activation_name(c.activation),
    c.has_bias ? ", bias" : "", c.has_residual ? ", residual" : "");
  const long outputs = v.outputs * h.outputs * LANES;
  const float *input = allocate_random(v.size * h.size * LANES, -1, 1);
  const float *weights = allocate_random(v.kernel * h.kernel * LANES, -1, 1);
  const float *bias = c.has_bias ? allocate_random(LANES, -1, 1) : 0;
  const float *residual = c.has_residual ? allocate_random(outputs, -1, 1) : 0;
  float *output = allocate(outputs);
  // A thread's share of the rows.
  const long first_row = random_integer(0, v.outputs - 1), last_row = random_integer(first_row + 1, v.outputs);
  expectation *expected = expect_unchanged(output, outputs);
  for (long i = first_row * h.outputs * LANES; i < last_row * h.outputs * LANES; i++) {
    const long lane = i % LANES, column = i / LANES % h.outputs, row = i / LANES / h.outputs;
    dot sum = {0};
    if (bias) dot_add(&sum, bias[lane], 1);
    for (long tap = 0; tap < v.kernel * h.kernel; tap++) {
      const long y = row * v.stride - v.before + tap / h.kernel * v.dilation;
      const long x = column * h.stride - h.before + tap % h.kernel * h.dilation;
      if (y < 0 || y >= v.size || x < 0 || x >= h.size) continue;
      dot_add(&sum, input[(y * h.size + x) * LANES + lane], weights[tap * LANES + lane]);
    }
    if (residual) dot_add(&sum, residual[i], 1);
    expect_activated(expected, i, sum, c.activation);
  }
  kernels->depthwise(&(cnnc_depthwise){
    .input = input, .weights = weights, .bias = bias, .residual = residual, .output = output, .first_row = first_row,
    .last_row = last_row, .vertical = v, .horizontal = h, .activation = c.activation});
  check(expected);
}

static cnnc_axis axis_of(long size, long kernel, long stride, long dilation, long before, long behind) {
  const long room = size + before + behind - (kernel - 1) * dilation - 1;
  return (cnnc_axis){size, kernel, stride, dilation, before, room < 0 ? 0 : room / stride + 1};
}

void check_depthwise(const cnnc_kernels *kernels) {
  static const long sizes[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 14, 15, 16, 17, 29};
  static const long widths[] = {1, 2, 3, 4, 5, 7};
  long next = 0;
  for (int i = 0; i < 15; i++) {
    for (int j = 0; j < 6; j++) {
      for (long stride = 1; stride <= 3; stride++) {
        for (long dilation = 1; dilation <= 2; dilation++) {
          for (int variant = 0; variant < 3; variant++) {
            const long kernel = widths[j], before = variant * (kernel / 2) / 2;
            cnnc_axis horizontal = axis_of(sizes[i], kernel, stride, dilation, before, kernel / 2);
            // The window may leave out the last columns.
            if (horizontal.outputs > 1) horizontal.outputs -= random_integer(0, 1);
            const cnnc_axis vertical = axis_of(5, 1 + next % 3, 1 + next % 2, 1, next % 3 / 2, 1);
            if (horizontal.outputs < 1) continue;
            check_case(
              kernels, (depthwise_case){
                         vertical, horizontal, activations[next % activation_count], next % 2, next % 3 == 0});
            next++;
          }
        }
      }
    }
  }
}
