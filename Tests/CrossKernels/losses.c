// Cross entropy, random masks and sums over channels.

#include "check.h"

#include <math.h>

static void check_mask(const cnnc_kernels *kernels, long pixels, double rate, bool in_place) {
  begin_case("random mask, %ld pixels, rate %g%s", pixels, rate, in_place ? ", in place" : "");
  const long count = pixels * LANES;
  float *source = allocate_random(count, -1, 1);
  source[0] = NAN;
  float *target = in_place ? source : allocate(count);
  const uint64_t state = 0xfedcba9876543210u, pixel_step = 0x9e3779b97f4a7c15u, lane_step = pixel_step * 37;
  const uint64_t threshold = (uint64_t)(rate * 0x1p53);
  expectation *expected = expect_unchanged(target, count);
  for (long i = 0; i < count; i++) {
    uint64_t x = state + (uint64_t)(i / LANES) * pixel_step + (uint64_t)(i % LANES) * lane_step;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    x ^= x >> 31;
    expect(expected, i, x >> 11 >= threshold ? source[i] * 1.25f : 0, 0);
  }
  kernels->random_mask(source, target, pixels, state, pixel_step, lane_step, threshold, 1.25f);
  check(expected);
}

static void check_pixel_products(const cnnc_kernels *kernels, long channels, long pixels) {
  begin_case("sums of products over channels, %ld pixels of %ld", pixels, channels);
  const long blocks = (channels + LANES - 1) / LANES, step = (pixels + 1) * LANES, count = pixels * LANES;
  float *first = allocate_random(blocks * step, -1, 1);
  const float *second = allocate_random(blocks * step, -1, 1);
  for (long i = 0; i < blocks * step; i++) {
    if (i / step * LANES + i % LANES >= channels) first[i] = NAN;
  }
  float *target = allocate(count);
  expectation *expected = expect_unchanged(target, count);
  for (long i = 0; i < count; i++) {
    dot sum = {0};
    for (long c = 0; c < channels && i % LANES == 0; c++) {
      const long place = c / LANES * step + i + c % LANES;
      dot_add(&sum, first[place], second[place]);
    }
    expect(expected, i, sum.value, dot_slack(sum));
  }
  kernels->pixel_products(first, step, second, step, target, channels, pixels);
  check(expected);
}

static void check_cross_entropy(
  const cnnc_kernels *kernels, long channels, long pixels, bool shares, bool weighs, float smoothing
) {
  begin_case(
    "cross entropy of %ld classes, %ld pixels%s%s, smoothing %g", channels, pixels, shares ? ", shares" : "",
    weighs ? ", weights" : "", (double)smoothing);
  const long blocks = (channels + LANES - 1) / LANES, step = (pixels + 1) * LANES;
  float *logits = allocate_random(blocks * step, -9, 9);
  float *given = allocate_random(blocks * step, 0, 1);
  float *weights = allocate_random(blocks * LANES, 0.5, 2);
  for (long i = 0; i < blocks * step; i++) {
    if (i / step * LANES + i % LANES >= channels) logits[i] = given[i] = i % 2 ? NAN : 900;
  }
  for (long i = channels; i < blocks * LANES; i++) weights[i] = NAN;
  float *classes = allocate_random(3 * pixels, 0, 0);
  for (long pixel = 0; pixel < pixels; pixel++) classes[3 * pixel] = (float)random_integer(0, channels - 1);
  cnnc_cross_entropy job = {0};
  job.logits = logits, job.logit_step = step, job.channels = channels, job.count = pixels;
  if (shares) job.shares = given, job.share_step = step;
  else job.classes = classes, job.class_step = 3;
  if (weighs) job.weights = weights;
  job.smoothing = smoothing;

  float *target = allocate(blocks * step);
  expectation *expected = expect_unchanged(target, blocks * step);
  double loss = 0, size = 0;
  for (long pixel = 0; pixel < pixels; pixel++) {
    double largest = -INFINITY, powers = 0, all = 0;
    for (long c = 0; c < channels; c++) {
      largest = fmax(largest, logits[c / LANES * step + pixel * LANES + c % LANES]);
    }
    for (long pass = 0; pass < 3; pass++) {
      for (long c = 0; c < channels; c++) {
        const long place = c / LANES * step + pixel * LANES + c % LANES;
        const double label = shares ? given[place] : classes[3 * pixel] == (float)c;
        const double share =
          ((1 - (double)smoothing) * label + (double)smoothing / (double)channels) * (weighs ? weights[c] : 1);
        const double below = logits[place] - largest;
        if (pass == 0) {
          powers += exp(below);
          all += share;
        } else if (pass == 1) {
          loss -= share * (below - log(powers));
          size += share * 30;
        } else {
          expect(expected, place, 1.5 * (exp(below) / powers * all - share), 32 * ROUNDING * (all + share));
        }
      }
    }
    for (long c = channels; c < blocks * LANES; c++) {
      expect(expected, c / LANES * step + pixel * LANES + c % LANES, 0, 0);
    }
  }
  const double found = kernels->cross_entropy(&job);
  if (!(fabs(found - loss) <= 8 * ROUNDING * size)) fail("the loss is %.9g, not %.9g", found, loss);
  kernels->cross_entropy_gradient(&job, 1.5, target, step);
  check(expected);
}

void check_losses(const cnnc_kernels *kernels) {
  static const long sizes[] = {1, 2, 10, 15, 16, 17, 33, 100};
  for (long pixels = 1; pixels <= 5; pixels++) {
    check_mask(kernels, pixels, (double)pixels / 6, pixels % 2);
    for (int i = 0; i < 8; i++) {
      check_pixel_products(kernels, sizes[i], pixels);
      for (int form = 0; form < 8; form++) {
        check_cross_entropy(kernels, sizes[i], pixels, form & 1, form & 2, form & 4 ? 0.1f : 0);
      }
    }
  }
}
