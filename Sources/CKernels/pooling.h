// Pools of one block: an output row at a time, or one output of any size.

/// The taps of an output column that lie in the input.
typedef struct NAME(taps) {
  long column, first, end;
} NAME(taps);

INLINE NAME(taps) NAME(taps_of)(long output, cnnc_axis columns) {
  const long start = output * columns.stride - columns.before;
  const long first = start < 0 ? (columns.dilation - 1 - start) / columns.dilation : 0;
  const long room = (columns.size - start + columns.dilation - 1) / columns.dilation;
  return (NAME(taps)){start, first, room < columns.kernel ? room : columns.kernel};
}

TARGET static void NAME(max_pool)(const float *source, long rows, long row_step, float *target, cnnc_axis columns) {
  for (long output = 0; output < columns.outputs; output++) {
    const NAME(taps) taps = NAME(taps_of)(output, columns);
    v16 largest = NAME(splat)(-__builtin_inff());
    for (long row = 0; row < rows; row++) {
      const float *pixel = source + row * row_step + (taps.column + taps.first * columns.dilation) * LANES;
      for (long tap = taps.first; tap < taps.end; tap++, pixel += columns.dilation * LANES)
        largest = NAME(largest)(largest, NAME(load)(pixel));
    }
    NAME(store)(target + output * LANES, largest);
  }
}

TARGET static void NAME(sum_pool)(
  const float *source, long rows, long row_step, float *target, cnnc_axis columns, float row_divisor,
  const float *column_divisors
) {
  for (long output = 0; output < columns.outputs; output++) {
    const NAME(taps) taps = NAME(taps_of)(output, columns);
    v16 sum = {0};
    for (long row = 0; row < rows; row++) {
      const float *pixel = source + row * row_step + (taps.column + taps.first * columns.dilation) * LANES;
      for (long tap = taps.first; tap < taps.end; tap++, pixel += columns.dilation * LANES) sum += NAME(load)(pixel);
    }
    if (column_divisors) sum /= row_divisor * column_divisors[output];
    NAME(store)(target + output * LANES, sum);
  }
}

INLINE v16d NAME(widened)(v16 x) { return __builtin_convertvector(x, v16d); }

/// The sum of all pixels of a rectangle.
INLINE v16d NAME(rectangle_sum)(const float *source, long rows, long row_step, long columns) {
  // Several sums, so that an addition need not wait for the one before.
  v16d a = {0}, b = {0};
  for (long row = 0; row < rows; row++) {
    const float *pixel = source + row * row_step;
    long column = 0;
    for (; column + 2 <= columns; column += 2) {
      a += NAME(widened)(NAME(load)(pixel + column * LANES));
      b += NAME(widened)(NAME(load)(pixel + (column + 1) * LANES));
    }
    if (column < columns) a += NAME(widened)(NAME(load)(pixel + column * LANES));
  }
  return a + b;
}

TARGET static void NAME(mean)(const float *source, long rows, long row_step, long columns, float *target) {
  const v16d mean = NAME(rectangle_sum)(source, rows, row_step, columns) / (double)(rows * columns);
  NAME(store)(target, __builtin_convertvector(mean, v16));
}

TARGET static void NAME(largest_of)(const float *source, long rows, long row_step, long columns, float *target) {
  v16 largest = NAME(splat)(-__builtin_inff());
  for (long row = 0; row < rows; row++)
    for (long column = 0; column < columns; column++)
      largest = NAME(largest)(largest, NAME(load)(source + row * row_step + column * LANES));
  NAME(store)(target, largest);
}
