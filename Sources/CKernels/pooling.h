// Pools of one block: an output row at a time, or one output of any size.

/// The taps of an output column that lie in the input.
typedef struct NAME(taps) {
  long column, first, end;
} NAME(taps);

TEMPLATE NAME(taps) NAME(taps_of)(long output, cnnc_axis columns) {
  const long start = output * columns.stride - columns.before;
  // Most windows lie within the input: no divisions for those.
  if (start >= 0 && start + (columns.kernel - 1) * columns.dilation < columns.size)
    return (NAME(taps)){start, 0, columns.kernel};
  const long first = start < 0 ? (columns.dilation - 1 - start) / columns.dilation : 0;
  const long room = (columns.size - start + columns.dilation - 1) / columns.dilation;
  return (NAME(taps)){start, first, room < columns.kernel ? room : columns.kernel};
}

/// The sum or the largest of two values.
INLINE v16 NAME(pooled)(v16 x, v16 y, bool isMaximum) { return isMaximum ? NAME(largest)(x, y) : x + y; }

/// One output under `rows` rows of taps.
TEMPLATE v16 NAME(pool_window)(
  const float *source, long rows, long row_step, NAME(taps) taps, long dilation, bool isMaximum
) {
  v16 result = NAME(splat)(isMaximum ? -__builtin_inff() : 0.0f);
  for (long row = 0; row < rows; row++) {
    const float *pixel = source + row * row_step + (taps.column + taps.first * dilation) * LANES;
    for (long tap = taps.first; tap < taps.end; tap++, pixel += dilation * LANES)
      result = NAME(pooled)(result, NAME(load)(pixel), isMaximum);
  }
  return result;
}

/// What the rows under a window hold in one column.
INLINE v16 NAME(pool_column)(const float *pixel, long rows, long row_step, bool isMaximum) {
  v16 result = NAME(load)(pixel);
  for (long row = 1; row < rows; row++) result = NAME(pooled)(result, NAME(load)(pixel + row * row_step), isMaximum);
  return result;
}

/// Outputs from `first` to `end`, whose windows lie within the input. What neighbouring windows share stays in registers:
/// `kernel` and `stride` are constants, the dilation is 1.
TEMPLATE void NAME(pool_run)(
  const float *source, long rows, long row_step, float *target, cnnc_axis columns, long first, long end, long kernel,
  long stride, bool isMaximum
) {
  v16 window[3];
  const float *pixel = source + (first * stride - columns.before) * LANES;
  UNROLL for (long tap = stride; tap < kernel; tap++, pixel += LANES)
    window[tap] = NAME(pool_column)(pixel, rows, row_step, isMaximum);
  for (long output = first; output < end; output++) {
    // The columns that the last window had become the first ones.
    // No loop, which would become a copy through memory.
    if (stride < kernel) window[0] = window[stride];
    if (stride + 1 < kernel) window[1] = window[stride + 1];
    UNROLL for (long tap = kernel > stride ? kernel - stride : 0; tap < kernel; tap++, pixel += LANES)
      window[tap] = NAME(pool_column)(pixel, rows, row_step, isMaximum);
    v16 result = window[0];
    UNROLL for (long tap = 1; tap < kernel; tap++) result = NAME(pooled)(result, window[tap], isMaximum);
    NAME(store)(target + output * LANES, result);
  }
}

/// A row of outputs: the ends by whole windows, the windows within the input in a run.
TEMPLATE void NAME(pool_row)(
  const float *source, long rows, long row_step, float *target, cnnc_axis columns, bool isMaximum
) {
  long first = (columns.before + columns.stride - 1) / columns.stride;
  const long room = columns.size + columns.before - (columns.kernel - 1) * columns.dilation - 1;
  long end = room < 0 ? 0 : room / columns.stride + 1;
  end = end < columns.outputs ? end : columns.outputs;
  const bool slides = columns.dilation == 1 && rows > 0 && first < end && columns.kernel <= 3
    && (columns.stride == 1 || columns.stride == 2) && columns.stride <= columns.kernel;
  if (!slides) first = end = columns.outputs;
  for (long output = 0; output < columns.outputs; output++) {
    if (output == first) output = end;
    if (output == columns.outputs) break;
    const NAME(taps) taps = NAME(taps_of)(output, columns);
    NAME(store)(
      target + output * LANES, NAME(pool_window)(source, rows, row_step, taps, columns.dilation, isMaximum));
  }
  if (!slides) return;
  switch (columns.kernel * 2 + columns.stride) {
  case 3: NAME(pool_run)(source, rows, row_step, target, columns, first, end, 1, 1, isMaximum); break;
  case 5: NAME(pool_run)(source, rows, row_step, target, columns, first, end, 2, 1, isMaximum); break;
  case 6: NAME(pool_run)(source, rows, row_step, target, columns, first, end, 2, 2, isMaximum); break;
  case 7: NAME(pool_run)(source, rows, row_step, target, columns, first, end, 3, 1, isMaximum); break;
  case 8: NAME(pool_run)(source, rows, row_step, target, columns, first, end, 3, 2, isMaximum); break;
  }
}

TARGET static void NAME(max_pool)(const float *source, long rows, long row_step, float *target, cnnc_axis columns) {
  NAME(pool_row)(source, rows, row_step, target, columns, true);
}

TARGET static void NAME(sum_pool)(
  const float *source, long rows, long row_step, float *target, cnnc_axis columns, float row_divisor,
  const float *column_divisors
) {
  NAME(pool_row)(source, rows, row_step, target, columns, false);
  if (!column_divisors) return;
  for (long output = 0; output < columns.outputs; output++) {
    float *pixel = target + output * LANES;
    NAME(store)(pixel, NAME(load)(pixel) / (row_divisor * column_divisors[output]));
  }
}

INLINE v16d NAME(widened)(v16 x) { return __builtin_convertvector(x, v16d); }

/// The sum of all pixels of a rectangle.
TEMPLATE v16d NAME(rectangle_sum)(const float *source, long rows, long row_step, long columns) {
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
