// Norms over pixels and channels.

#include "check.h"

#include <math.h>
#include <string.h>

static const long channel_counts[] = {1, 2, 15, 16, 17, 31, 32, 33, 40};
enum { CHANNEL_COUNTS = sizeof channel_counts / sizeof *channel_counts };

/// 16 doubles, as two pixels of floats.
static double *allocate_doubles(void) { return (double *)allocate(2 * LANES); }

static void check_sums(const double *sums, const double *expected, const double *sizes) {
  for (int lane = 0; lane < LANES; lane++) {
    if (!(fabs(sums[lane] - expected[lane]) <= 1e-13 * sizes[lane])) {
      fail("sum %d is %.17g, not %.17g", lane, sums[lane], expected[lane]);
    }
  }
}

static void check_moments(const cnnc_kernels *kernels, long count) {
  begin_case("moments and normalize, %ld pixels", count);
  const float *source = allocate_random(count * LANES, -2, 5);
  double *sums = allocate_doubles(), *means = allocate_doubles(), *squares = allocate_doubles();
  double expected[LANES] = {0}, sizes[LANES] = {0}, expected_squares[LANES] = {0};
  for (int lane = 0; lane < LANES; lane++) means[lane] = random_between(-1, 2);
  for (long i = 0; i < count * LANES; i++) {
    const double x = source[i], distance = x - means[i % LANES];
    expected[i % LANES] += x;
    sizes[i % LANES] += fabs(x);
    expected_squares[i % LANES] += distance * distance;
  }
  kernels->moments(source, count, 0, sums);
  kernels->moments(source, count, means, squares);
  check_sums(sums, expected, sizes);
  check_sums(squares, expected_squares, expected_squares);

  double *scales = allocate_doubles();
  for (int lane = 0; lane < LANES; lane++) scales[lane] = random_between(-2, 2);
  for (int has_each = 0; has_each < 2; has_each++) {
    const long step = has_each ? LANES : 0, weights = has_each ? count * LANES : LANES;
    const float *weight = allocate_random(weights, -2, 2), *bias = allocate_random(weights, -2, 2);
    float *target = allocate(count * LANES);
    expectation *result = expect_unchanged(target, count * LANES);
    for (long i = 0; i < count * LANES; i++) {
      const long place = i / LANES * step + i % LANES;
      const double product = (source[i] - means[i % LANES]) * scales[i % LANES] * weight[place];
      expect(result, i, product + bias[place], 4 * ROUNDING * (fabs(product) + fabs(bias[place])));
    }
    kernels->normalize(source, target, count, means, scales, weight, bias, step);
    check(result);
  }
}

/// A value of several blocks of `count` pixels, whose spare lanes hold large numbers.
static float *allocate_blocks(long channels, long count, long step) {
  const long blocks = (channels + LANES - 1) / LANES;
  float *source = allocate(blocks * step);
  for (long i = 0; i < blocks * step; i++) {
    if (i % step >= count * LANES) continue;
    source[i] = i / step * LANES + i % LANES < channels ? (float)random_between(-4, 6) : 1e15f;
  }
  return source;
}

/// Where a channel of a pixel is.
static long place_of(long channel, long pixel, long step) {
  return channel / LANES * step + pixel * LANES + channel % LANES;
}

/// Expects zeros in the spare lanes.
static void expect_spare_zeros(expectation *expected, long channels, long count, long step) {
  for (long channel = channels; channel % LANES; channel++) {
    for (long pixel = 0; pixel < count; pixel++) expect(expected, place_of(channel, pixel, step), 0, 0);
  }
}

static void check_channel_norm(const cnnc_kernels *kernels, long channels, long count, bool in_place) {
  begin_case("channel norm, %ld channels, %ld pixels%s", channels, count, in_place ? ", in place" : "");
  const long blocks = (channels + LANES - 1) / LANES, step = (count + 1) * LANES;
  const double epsilon = 1e-5;
  float *source = allocate_blocks(channels, count, step);
  const float *weight = allocate_random(blocks * LANES, -2, 2), *bias = allocate_random(blocks * LANES, -2, 2);
  float *target = in_place ? source : allocate(blocks * step);
  expectation *expected = expect_unchanged(target, blocks * step);
  for (long pixel = 0; pixel < count; pixel++) {
    double mean = 0, square = 0;
    for (long c = 0; c < channels; c++) mean += source[place_of(c, pixel, step)];
    mean /= (double)channels;
    for (long c = 0; c < channels; c++) {
      const double distance = source[place_of(c, pixel, step)] - mean;
      square += distance * distance;
    }
    const double scale = 1 / sqrt(square / (double)channels + epsilon);
    for (long c = 0; c < channels; c++) {
      const double product = (source[place_of(c, pixel, step)] - mean) * scale * weight[c];
      const double slack = 4 * ROUNDING * (fabs(product) + fabs(bias[c]));
      expect(expected, place_of(c, pixel, step), product + bias[c], slack);
    }
  }
  expect_spare_zeros(expected, channels, count, step);
  kernels->channel_norm(source, step, target, step, channels, count, weight, bias, epsilon);
  check(expected);
}

static void check_softmax(const cnnc_kernels *kernels, long channels, long count, bool is_logarithm, bool in_place) {
  begin_case(
    "%ssoftmax, %ld channels, %ld pixels%s", is_logarithm ? "log " : "", channels, count, in_place ? ", in place" : "");
  const long blocks = (channels + LANES - 1) / LANES, step = (count + 2) * LANES;
  float *source = allocate_blocks(channels, count, step);
  float *target = in_place ? source : allocate(blocks * step);
  expectation *expected = expect_unchanged(target, blocks * step);
  for (long pixel = 0; pixel < count; pixel++) {
    double largest = -INFINITY, sum = 0;
    for (long c = 0; c < channels; c++) largest = fmax(largest, source[place_of(c, pixel, step)]);
    for (long c = 0; c < channels; c++) sum += exp(source[place_of(c, pixel, step)] - largest);
    for (long c = 0; c < channels; c++) {
      const double distance = source[place_of(c, pixel, step)] - largest;
      const double slack = (12 + 2 * fabs(distance)) * ROUNDING;
      const double y = exp(distance) / sum;
      const long place = place_of(c, pixel, step);
      if (is_logarithm) expect(expected, place, distance - log(sum), slack + 8 * ROUNDING * log(sum));
      else expect(expected, place, y, slack * y);
    }
  }
  expect_spare_zeros(expected, channels, count, step);
  kernels->softmax(source, step, target, step, channels, count, is_logarithm);
  check(expected);
}

static void check_response(const cnnc_kernels *kernels, long channels, long count, long size, float beta) {
  const long blocks = (channels + LANES - 1) / LANES, step = (count + 1) * LANES;
  const long before = size / 2, behind = (size - 1) / 2;
  const float alpha = 0.2f, k = 1.5f;
  for (long block = 0; block < blocks; block++) {
    begin_case("local response norm of %ld, %ld channels, block %ld, %ld pixels", size, channels, block, count);
    const float *source = allocate_blocks(channels, count, step);
    float *target = allocate(count * LANES);
    expectation *expected = expect_unchanged(target, count * LANES);
    for (long i = 0; i < count * LANES; i++) {
      const long channel = block * LANES + i % LANES, pixel = i / LANES;
      double squares = 0;
      for (long c = channel - before; c <= channel + behind; c++) {
        const double x = c >= 0 && c < channels ? source[place_of(c, pixel, step)] : 0;
        squares += x * x;
      }
      const double sum = k + (double)alpha * squares;
      const double y = channel < channels ? source[place_of(channel, pixel, step)] * pow(sum, -(double)beta) : 0;
      expect(expected, i, y, fabs(y) * ROUNDING * (24 + 4 * beta * fabs(log(sum))));
    }
    kernels->local_response(source, step, target, block, channels, count, before, behind, alpha, beta, k);
    check(expected);
  }
}

void check_norms(const cnnc_kernels *kernels) {
  static const long counts[] = {1, 2, 3, 7, 16, 17};
  for (int i = 0; i < 6; i++) {
    check_moments(kernels, counts[i]);
    for (int j = 0; j < CHANNEL_COUNTS; j++) {
      for (int in_place = 0; in_place < 2; in_place++) {
        check_channel_norm(kernels, channel_counts[j], counts[i], in_place);
        check_softmax(kernels, channel_counts[j], counts[i], false, in_place);
        check_softmax(kernels, channel_counts[j], counts[i], true, in_place);
      }
      for (long size = 1; size <= 7; size++) {
        check_response(kernels, channel_counts[j], counts[i], size, 0.75f);
        check_response(kernels, channel_counts[j], counts[i], size, 0.6f);
      }
    }
  }
}
