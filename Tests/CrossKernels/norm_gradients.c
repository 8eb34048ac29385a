// Gradients of norms and softmaxes over the channels of a pixel.

#include "check.h"

#include <math.h>

static long blocks_of(long channels) { return (channels + LANES - 1) / LANES; }

/// Where a channel of a pixel is.
static long place_of(long channel, long pixel, long step) {
  return channel / LANES * step + pixel * LANES + channel % LANES;
}

/// A value of several blocks of `count` pixels, whose spare lanes hold large numbers.
static float *allocate_value(long channels, long count, long step, double low, double high) {
  float *source = allocate(blocks_of(channels) * step);
  for (long i = 0; i < blocks_of(channels) * step; i++) {
    if (i % step >= count * LANES) continue;
    source[i] = i / step * LANES + i % LANES < channels ? (float)random_between(low, high) : 1e15f;
  }
  return source;
}

/// Expects zeros in the spare lanes.
static void expect_spare_zeros(expectation *expected, long channels, long count, long step) {
  for (long channel = channels; channel % LANES; channel++) {
    for (long pixel = 0; pixel < count; pixel++) expect(expected, place_of(channel, pixel, step), 0, 0);
  }
}

static void check_channel_norm(const cnnc_kernels *kernels, long channels, long count, bool has_weight) {
  begin_case("channel norm gradient, %ld channels, %ld pixels, weight %d", channels, count, has_weight);
  const long step = (count + 1) * LANES, blocks = blocks_of(channels);
  const double epsilon = 1e-2;
  const float *source = allocate_value(channels, count, step, -4, 6);
  const float *gradient = allocate_value(channels, count, step, -1, 1);
  const float *weight = has_weight ? allocate_random(blocks * LANES, -2, 2) : 0;
  float *target = allocate(blocks * step);
  double *sums = (double *)allocate(2 * blocks * LANES), *expected_sums = (double *)allocate(2 * blocks * LANES);
  expectation *expected = expect_unchanged(target, blocks * step);
  for (long c = 0; c < channels; c++) expected_sums[c] = 0;
  for (long pixel = 0; pixel < count; pixel++) {
    double mean = 0, square = 0, sum = 0, product = 0, sizes = 0;
    for (long c = 0; c < channels; c++) mean += source[place_of(c, pixel, step)] / (double)channels;
    for (long c = 0; c < channels; c++) square += pow(source[place_of(c, pixel, step)] - mean, 2) / (double)channels;
    const double scale = 1 / sqrt(square + epsilon);
    for (long c = 0; c < channels; c++) {
      const double slope = gradient[place_of(c, pixel, step)], x = (source[place_of(c, pixel, step)] - mean) * scale;
      const double g = slope * (weight ? weight[c] : 1);
      expected_sums[c] += slope * x;
      sum += g / (double)channels;
      product += g * x / (double)channels;
      sizes += fabs(g) * (1 + fabs(x)) / (double)channels;
    }
    for (long c = 0; c < channels; c++) {
      const double x = (source[place_of(c, pixel, step)] - mean) * scale;
      const double g = gradient[place_of(c, pixel, step)] * (weight ? weight[c] : 1.0);
      const double slack = 4 * ROUNDING * scale * (fabs(g) + sizes * (1 + fabs(x)));
      expect(expected, place_of(c, pixel, step), (g - sum - x * product) * scale, slack);
    }
  }
  expect_spare_zeros(expected, channels, count, step);
  kernels->channel_norm_gradient(source, step, gradient, step, target, step, channels, count, weight, epsilon);
  check(expected);
  kernels->channel_norm_sums(source, step, gradient, step, channels, count, epsilon, sums);
  for (long c = 0; c < channels; c++) {
    if (!(fabs(sums[c] - expected_sums[c]) <= 1e-11 * (double)count)) {
      fail("channel %ld has the sum %g, not %g", c, sums[c], expected_sums[c]);
    }
  }
}

static void check_softmax(const cnnc_kernels *kernels, long channels, long count, bool is_logarithm) {
  begin_case("%ssoftmax gradient, %ld channels, %ld pixels", is_logarithm ? "log " : "", channels, count);
  const long step = (count + 2) * LANES, blocks = blocks_of(channels);
  const float *result = allocate_value(channels, count, step, is_logarithm ? -5 : 0, is_logarithm ? 0 : 1);
  const float *gradient = allocate_value(channels, count, step, -1, 1);
  float *target = allocate(blocks * step);
  expectation *expected = expect_unchanged(target, blocks * step);
  for (long pixel = 0; pixel < count; pixel++) {
    double sum = 0, size = 0;
    for (long c = 0; c < channels; c++) {
      const double g = gradient[place_of(c, pixel, step)];
      const double term = is_logarithm ? g : g * result[place_of(c, pixel, step)];
      sum += term;
      size += fabs(term);
    }
    for (long c = 0; c < channels; c++) {
      const double g = gradient[place_of(c, pixel, step)], y = result[place_of(c, pixel, step)];
      expect(
        expected, place_of(c, pixel, step), is_logarithm ? g - exp(y) * sum : y * (g - sum),
        16 * ROUNDING * (fabs(g) + size));
    }
  }
  expect_spare_zeros(expected, channels, count, step);
  kernels->softmax_gradient(result, step, gradient, step, target, step, channels, count, is_logarithm);
  check(expected);
}

static void check_response(const cnnc_kernels *kernels, long channels, long count, long size, float beta) {
  const long before = size / 2, behind = (size - 1) / 2, step = (count + 1) * LANES, blocks = blocks_of(channels);
  const float alpha = 0.125f, k = 2;
  begin_case("gradient of a response norm over %ld of %ld channels, %ld pixels, beta %g", size, channels, count, beta);
  const float *source = allocate_value(channels, count, step, -3, 3);
  const float *gradient = allocate_value(channels, count, step, -1, 1);
  float *target = allocate(blocks * step);
  float *terms = allocate(2 * blocks * LANES + 2 * (before + behind + LANES - 1) / LANES * LANES + 2 * LANES);
  expectation *expected = expect_unchanged(target, blocks * step);
  for (long pixel = 0; pixel < count; pixel++) {
    for (long c = 0; c < channels; c++) {
      double own = 0, sum = 0, total = 0;
      for (long near = c - behind; near <= c + before; near++) {
        if (near < 0 || near >= channels) continue;
        double squares = 0;
        for (long other = near - before; other <= near + behind; other++) {
          if (other >= 0 && other < channels) squares += pow(source[place_of(other, pixel, step)], 2);
        }
        const double s = k + alpha * squares, g = gradient[place_of(near, pixel, step)];
        const double term = g * source[place_of(near, pixel, step)] * pow(s, -beta - 1);
        sum += term;
        total += fabs(term);
        if (near == c) own = g * pow(s, -beta);
      }
      const double factor = 2 * alpha * beta * source[place_of(c, pixel, step)];
      expect(
        expected, place_of(c, pixel, step), own - factor * sum, 64 * ROUNDING * (fabs(own) + fabs(factor) * total));
    }
  }
  expect_spare_zeros(expected, channels, count, step);
  kernels->local_response_gradient(
    source, step, gradient, step, target, step, channels, count, before, behind, alpha, beta, k, terms);
  check(expected);
}

void check_norm_gradients(const cnnc_kernels *kernels) {
  static const long channel_counts[] = {1, 2, 15, 16, 17, 31, 32, 33, 40}, counts[] = {1, 2, 3, 7};
  for (int i = 0; i < 9; i++) {
    for (int j = 0; j < 4; j++) {
      for (int flag = 0; flag < 2; flag++) {
        check_channel_norm(kernels, channel_counts[i], counts[j], flag);
        check_softmax(kernels, channel_counts[i], counts[j], flag);
      }
      for (long size = 1; size <= 7; size++) {
        check_response(kernels, channel_counts[i], counts[j], size, 0.75f);
        check_response(kernels, channel_counts[i], counts[j], size, 0.6f);
      }
    }
  }
}
