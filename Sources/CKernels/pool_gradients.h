// The gradients of pools: an output row's are added to the rows under its windows.

TARGET static void NAME(max_pool_gradient)(
  const float *source, const float *result, const float *gradient, float *target, long rows, long row_step,
  cnnc_axis columns
) {
  for (long output = 0; output < columns.outputs; output++) {
    const NAME(taps) taps = NAME(taps_of)(output, columns);
    const v16 largest = NAME(load)(result + output * LANES);
    // What is still to be given away, lane by lane.
    v16 rest = NAME(load)(gradient + output * LANES);
    v16i waiting = (v16i){0} - 1;
    for (long row = 0; row < rows; row++) {
      for (long tap = taps.first; tap < taps.end; tap++) {
        const long place = row * row_step + (taps.column + tap * columns.dilation) * LANES;
        const v16 x = NAME(load)(source + place);
        const v16i wins = waiting & ((x == largest) | (x != x));
        NAME(store)(target + place, NAME(load)(target + place) + NAME(select)(wins, rest, NAME(splat)(0.0f)));
        waiting &= ~wins;
      }
    }
  }
}

TARGET static void NAME(sum_pool_gradient)(
  const float *gradient, float *target, long rows, long row_step, cnnc_axis columns, float row_divisor,
  const float *column_divisors
) {
  for (long output = 0; output < columns.outputs; output++) {
    const NAME(taps) taps = NAME(taps_of)(output, columns);
    v16 share = NAME(load)(gradient + output * LANES);
    if (column_divisors) share /= row_divisor * column_divisors[output];
    for (long row = 0; row < rows; row++) {
      for (long tap = taps.first; tap < taps.end; tap++) {
        float *const pixel = target + row * row_step + (taps.column + tap * columns.dilation) * LANES;
        NAME(store)(pixel, NAME(load)(pixel) + share);
      }
    }
  }
}
