// Moves of elements, and weighted sums of pixels.

#include "check.h"

/// 64-bit offsets, where an array of the caller's may lie.
static int64_t *allocate_offsets(long count) { return (int64_t *)allocate_unaligned(2 * count, 0, 1, 2); }

static void check_gather(const cnnc_kernels *kernels, long count, int kind) {
  begin_case("gather, %ld pixels, kind %d", count, kind);
  const long source_step = 3 * LANES, target_step = 2 * LANES, reach = 2 * LANES;
  const float *source = allocate_random((count - 1) * source_step + reach, -1, 1);
  float *target = allocate(count * target_step);
  int64_t *offsets = allocate_offsets(LANES);
  for (int lane = 0; lane < LANES; lane++) {
    const long choice = kind == 0 ? 2 : random_integer(0, 3);
    offsets[lane] = choice == 0 && kind != 2 ? CNNC_ZERO : choice == 1 ? CNNC_KEEP : random_integer(0, reach - 1);
  }
  expectation *expected = expect_unchanged(target, count * target_step);
  for (long pixel = 0; pixel < count; pixel++) {
    for (int lane = 0; lane < LANES; lane++) {
      if (offsets[lane] == CNNC_KEEP) continue;
      const double x = offsets[lane] == CNNC_ZERO ? 0 : source[pixel * source_step + offsets[lane]];
      expect(expected, pixel * target_step + lane, x, 0);
    }
  }
  kernels->gather(source, source_step, offsets, target, target_step, count);
  check(expected);
}

static void check_resample(const cnnc_kernels *kernels, long count, long row_taps, long column_taps) {
  begin_case("resample, %ld×%ld taps, %ld outputs", row_taps, column_taps, count);
  const long width = 9, height = 5;
  const float *source = allocate_random(height * width * LANES, -1, 1);
  const float *row_weights = allocate_unaligned(row_taps, -1, 1, 3);
  const float *column_weights = allocate_unaligned(count * column_taps, -1, 1, 1);
  int64_t *rows = allocate_offsets(row_taps), *columns = allocate_offsets(count * column_taps);
  for (long i = 0; i < row_taps; i++) rows[i] = random_integer(0, height - 1) * width * LANES;
  for (long i = 0; i < count * column_taps; i++) columns[i] = random_integer(0, width - 1) * LANES;
  float *target = allocate(count * LANES);
  expectation *expected = expect_unchanged(target, count * LANES);
  for (long i = 0; i < count * LANES; i++) {
    dot sum = {0};
    for (long tap = 0; tap < row_taps * column_taps; tap++) {
      const long row = tap / column_taps, column = i / LANES * column_taps + tap % column_taps;
      const double weight = (double)row_weights[row] * column_weights[column];
      dot_add(&sum, source[rows[row] + columns[column] + i % LANES], weight);
    }
    expect(expected, i, sum.value, dot_slack(sum));
  }
  kernels->resample(source, rows, row_weights, row_taps, columns, column_weights, column_taps, target, count);
  check(expected);
}

static void check_scatter(const cnnc_kernels *kernels, long count, long channels, bool has_lanes) {
  begin_case("scatter%s, %ld channels, %ld pixels", has_lanes ? " lanes" : "", channels, count);
  const long step = 2 * LANES;
  const float *source = allocate_random(count * LANES, -1, 1), *weights = allocate_random(channels * LANES, -1, 1);
  float *target = allocate_random(count * step, -1, 1);
  int64_t *offsets = allocate_offsets(channels * LANES);
  for (long i = 0; i < channels * LANES; i++) {
    offsets[i] = random_integer(0, 4) ? random_integer(0, LANES - 1) : CNNC_ZERO;
  }
  expectation *expected = expect_unchanged(target, count * step);
  for (long i = 0; i < count * LANES; i++) {
    const long pixel = i / LANES, lane = i % LANES;
    dot sum = {0};
    dot_add(&sum, target[pixel * step + lane], 1);
    for (long channel = 0; channel < channels; channel++) {
      const int64_t offset = has_lanes ? offsets[channel * LANES + lane] : channel;
      const double x = offset == CNNC_ZERO ? 0 : source[pixel * LANES + offset];
      dot_add(&sum, x, weights[channel * LANES + lane]);
    }
    expect(expected, pixel * step + lane, sum.value, dot_slack(sum));
  }
  if (has_lanes) kernels->scatter_lanes(source, offsets, channels, weights, target, step, count);
  else kernels->scatter(source, channels, weights, target, step, count);
  check(expected);
}

static void check_pack(const cnnc_kernels *kernels, long count, long channels) {
  begin_case("pack, %ld channels, %ld pixels", channels, count);
  const long plane = count + 3;
  const float *source = allocate_unaligned((channels - 1) * plane + count, -1, 1, 1);
  float *target = allocate(count * LANES);
  expectation *packed = expect_unchanged(target, count * LANES);
  for (long i = 0; i < count * LANES; i++) {
    const long lane = i % LANES;
    expect(packed, i, lane < channels ? source[lane * plane + i / LANES] : 0, 0);
  }
  kernels->pack(source, plane, channels, target, count);
  check(packed);

  // Back to planes whose gaps stay.
  float *planes = allocate(channels * plane);
  expectation *unpacked = expect_unchanged(planes, channels * plane);
  for (long channel = 0; channel < channels; channel++) {
    for (long i = 0; i < count; i++) expect(unpacked, channel * plane + i, source[channel * plane + i], 0);
  }
  kernels->unpack(target, planes, plane, channels, count);
  check(unpacked);
}

void check_moves(const cnnc_kernels *kernels) {
  static const long counts[] = {1, 2, 3, 6, 7, 15, 16, 17};
  for (int i = 0; i < 8; i++) {
    for (int kind = 0; kind < 12; kind++) check_gather(kernels, counts[i], kind % 3);
    for (long channels = 1; channels <= LANES; channels++) {
      check_pack(kernels, counts[i], channels);
      check_scatter(kernels, counts[i], channels, false);
      check_scatter(kernels, counts[i], channels, true);
    }
    for (long taps = 1; taps <= 4; taps++) {
      check_resample(kernels, counts[i], taps, taps);
      check_resample(kernels, counts[i], 1, taps);
      check_resample(kernels, counts[i], taps, 1);
    }
  }
}
