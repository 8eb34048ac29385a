// Packed weights: of convolutions, and transformed ones of Winograd's method.

#include "check.h"
#include "points.h"

#include <math.h>

static void check_rows(const cnnc_kernels *kernels, long rows, long inputs, long taps, long lanes, long step) {
  begin_case("pack weights, %ld rows of %ld×%ld, %ld lanes, %ld apart", rows, inputs, taps, lanes, step);
  const long row_stride = inputs * taps + 5, groups = (inputs + lanes - 1) / lanes;
  const float *source = allocate_unaligned((rows - 1) * row_stride + inputs * taps, -1, 1, 1);
  const float *scale = allocate_unaligned(LANES, -2, 2, 1);
  float *target = allocate(groups * taps * lanes * step);
  expectation *expected = expect_unchanged(target, groups * taps * lanes * step);
  for (long input = 0; input < inputs; input++) {
    for (long tap = 0; tap < taps; tap++) {
      const long place = ((input / lanes * taps + tap) * lanes + input % lanes) * step;
      for (long row = 0; row < LANES; row++) {
        const float weight = row < rows ? source[row * row_stride + input * taps + tap] * scale[row] : 0;
        expect(expected, place + row, weight, 0);
      }
    }
  }
  kernels->pack_weights(&(cnnc_weight_rows){
    .source = source, .rows = rows, .row_stride = row_stride, .inputs = inputs, .taps = taps, .scale = scale,
    .target = target, .lanes = lanes, .step = step});
  check(expected);
}

/// Rows and inputs exchanged, and taps from the last to the first, every second, or none.
static void check_turned(const cnnc_kernels *kernels, long rows, long inputs, long size, long lanes, long step) {
  begin_case("pack turned weights, %ld rows of %ld×%ld, %ld lanes, %ld apart", rows, inputs, size, lanes, step);
  const long others = rows == LANES ? rows % 3 : 0, input_stride = (rows + others) * size;
  const float *source = allocate_unaligned(inputs * input_stride, -1, 1, 1);
  const float *scale = allocate_unaligned(LANES, -2, 2, 1);
  int32_t chosen[200];
  long taps = 0;
  for (long tap = size - 1; tap >= 0; tap -= 1 + inputs % 2) chosen[taps++] = (int32_t)tap;
  chosen[taps++] = -1;
  const long groups = (inputs + lanes - 1) / lanes;
  float *target = allocate(groups * taps * lanes * step);
  expectation *expected = expect_unchanged(target, groups * taps * lanes * step);
  for (long input = 0; input < inputs; input++) {
    for (long tap = 0; tap < taps; tap++) {
      const long place = ((input / lanes * taps + tap) * lanes + input % lanes) * step;
      for (long row = 0; row < LANES; row++) {
        const bool is_there = row < rows && chosen[tap] >= 0;
        expect(
          expected, place + row,
          is_there ? source[input * input_stride + row * size + chosen[tap]] * scale[row] : 0, 0);
      }
    }
  }
  kernels->pack_weights(&(cnnc_weight_rows){
    .source = source, .rows = rows, .row_stride = size, .inputs = inputs, .taps = taps, .scale = scale,
    .target = target, .lanes = lanes, .step = step, .chosen = chosen, .input_stride = input_stride});
  check(expected);
}

static void check_transform(
  const cnnc_kernels *kernels, long down, long across, long rows, long columns, long outputs
) {
  // Kernels of 1 where a dimension is not transformed; inputs that do not fill a group of 16.
  const long inputs = 19, size = down * across, input_stride = 2 * LANES, point_stride = inputs * input_stride + LANES;
  begin_case("winograd weights, %ld×%ld taps to %ld×%ld points, %ld outputs", down, across, rows, columns, outputs);
  const long output_stride = inputs * size + 3;
  const float *source = allocate_unaligned((outputs - 1) * output_stride + inputs * size, -1, 1, 1);
  const float *scale = allocate_unaligned(LANES, -2, 2, 1);
  double vertical[MOST_POINTS * MOST_POINTS], horizontal[MOST_POINTS * MOST_POINTS];
  for (long i = 0; i < rows * down; i++) vertical[i] = rows == 1 ? 1 : random_between(-1, 1);
  for (long i = 0; i < columns * across; i++) horizontal[i] = columns == 1 ? 1 : random_between(-1, 1);
  float *target = allocate(rows * columns * point_stride);
  expectation *expected = expect_unchanged(target, rows * columns * point_stride);
  for (long i = 0; i < rows * columns * inputs * LANES; i++) {
    const long lane = i % LANES, input = i / LANES % inputs, point = i / LANES / inputs;
    dot sum = {0};
    for (long tap = 0; lane < outputs && tap < size; tap++) {
      const double factor =
        vertical[point / columns * down + tap / across] * horizontal[point % columns * across + tap % across];
      dot_add(&sum, factor * scale[lane], source[lane * output_stride + input * size + tap]);
    }
    // Summed in double precision and rounded once.
    const double slack = ROUNDING * fabs(sum.value) + 1e-14 * sum.size;
    expect(expected, point * point_stride + input * input_stride + lane, sum.value, slack);
  }
  kernels->winograd_weights(&(cnnc_winograd_weights){
    .source = source, .outputs = outputs, .output_stride = output_stride, .inputs = inputs, .scale = scale,
    .kernel_rows = down, .kernel_columns = across, .rows = rows, .columns = columns, .vertical = vertical,
    .horizontal = horizontal, .target = target, .point_stride = point_stride, .input_stride = input_stride});
  check(expected);
}

void check_packing(const cnnc_kernels *kernels) {
  static const long inputs[] = {1, 3, 15, 16, 17, 40}, taps[] = {1, 4, 9, 16, 25};
  for (long rows = 1; rows <= LANES; rows++) {
    for (int i = 0; i < 6; i++) {
      for (int j = 0; j < 5; j++) {
        check_rows(kernels, rows, inputs[i], taps[j], LANES, LANES * (1 + rows % 2));
        check_rows(kernels, rows, inputs[i], taps[j], 1, LANES * (1 + rows % 2));
      }
    }
    static const long sizes[] = {1, 2, 9, 25, 49, 121, 150};
    for (int i = 0; i < 6; i++) {
      for (int j = 0; j < 7; j++) check_turned(kernels, rows, inputs[i], sizes[j], LANES, LANES * (1 + rows % 2));
    }
    // Kernels down and across, points down and across.
    static const long shapes[][4] = {
      {3, 3, 4, 4}, {3, 3, 6, 6}, {3, 3, 8, 8}, {5, 5, 8, 8}, {1, 3, 1, 6},
      {3, 1, 6, 1}, {1, 5, 1, 8}, {5, 1, 8, 1}, {1, 7, 1, 10}, {7, 1, 10, 1}};
    for (int i = 0; i < 10; i++) {
      check_transform(kernels, shapes[i][0], shapes[i][1], shapes[i][2], shapes[i][3], rows);
    }
  }
}
