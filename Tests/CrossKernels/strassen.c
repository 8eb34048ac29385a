// The sums of Strassen's method: of inputs, and of weights.

#include "check.h"

static void check_inputs(const cnnc_kernels *kernels, long blocks, long pixels, long second_pixels, long gap) {
  begin_case("strassen inputs, %ld blocks, %ld and %ld pixels, gap %ld", blocks, pixels, second_pixels, gap);
  const long block_stride = (pixels + second_pixels + gap) * LANES, run_stride = pixels * LANES;
  const long half_stride = blocks * block_stride;
  const long target_block_stride = (pixels + 1) * LANES, target_stride = blocks * target_block_stride + LANES;
  const float *input = allocate_random(2 * half_stride - gap * LANES, -1, 1);
  float *target = allocate(4 * target_stride);
  expectation *expected = expect_unchanged(target, 4 * target_stride);
  for (long i = 0; i < blocks * pixels * LANES; i++) {
    const long block = i / (pixels * LANES), at = i % (pixels * LANES), from = block * block_stride + at;
    const bool has_second = at < second_pixels * LANES;
    const double a11 = input[from], a12 = input[from + half_stride];
    const double a21 = has_second ? input[from + run_stride] : 0;
    const double a22 = has_second ? input[from + run_stride + half_stride] : 0;
    const double sums[] = {a21 + a22, a21 + a22 - a11, a11 - a21, a12 - (a21 + a22 - a11)};
    for (int sum = 0; sum < 4; sum++) {
      expect(expected, sum * target_stride + block * target_block_stride + at, sums[sum], 12 * ROUNDING);
    }
  }
  kernels->strassen_inputs(&(cnnc_strassen_inputs){
    .input = input, .run_stride = run_stride, .half_stride = half_stride, .blocks = blocks,
    .block_stride = block_stride, .pixels = pixels, .second_pixels = second_pixels, .target = target,
    .target_stride = target_stride, .target_block_stride = target_block_stride});
  check(expected);
}

static void check_weights(const cnnc_kernels *kernels, long count) {
  begin_case("strassen weights, %ld floats", count);
  float *parts = allocate_random(7 * count, -1, 1);
  expectation *expected = expect_unchanged(parts, 7 * count);
  for (long i = 0; i < count; i++) {
    const double b11 = parts[i], b21 = parts[count + i], b12 = parts[4 * count + i], b22 = parts[5 * count + i];
    expect(expected, 2 * count + i, b22 - b12 + b11, 4 * ROUNDING);
    expect(expected, 3 * count + i, b12 - b11, 4 * ROUNDING);
    expect(expected, 4 * count + i, b22 - b12, 4 * ROUNDING);
    expect(expected, 6 * count + i, b21 - (b22 - b12 + b11), 4 * ROUNDING);
  }
  kernels->strassen_weights(parts, count);
  check(expected);
}

void check_strassen(const cnnc_kernels *kernels) {
  for (long blocks = 1; blocks <= 3; blocks++) {
    for (long pixels = 1; pixels <= 9; pixels++) {
      for (long gap = 0; gap <= 2; gap++) {
        check_inputs(kernels, blocks, pixels, pixels, gap);
        check_inputs(kernels, blocks, pixels, pixels - 1, gap);
      }
    }
  }
  for (long vectors = 1; vectors <= 9; vectors++) check_weights(kernels, vectors * LANES);
}
