// Weighted sums of pixels, and pixels spread over others.

TARGET static void NAME(resample)(
  const float *source, const int64_t *rows, const float *row_weights, long row_taps, const int64_t *columns,
  const float *column_weights, long column_taps, float *target, long count
) {
  for (long output = 0; output < count; output++) {
    const int64_t *pixels = columns + output * column_taps;
    const float *weights = column_weights + output * column_taps;
    v16 sum = {0};
    for (long row = 0; row < row_taps; row++) {
      const float *line = source + rows[row];
      v16 across = NAME(load)(line + pixels[0]) * weights[0];
      for (long tap = 1; tap < column_taps; tap++) across += NAME(load)(line + pixels[tap]) * weights[tap];
      sum += across * row_weights[row];
    }
    NAME(store)(target + output * LANES, sum);
  }
}

TARGET static void NAME(scatter)(
  const float *source, long channels, const float *weights, float *target, long target_step, long count
) {
  for (long pixel = 0; pixel < count; pixel++) {
    v16 sum = NAME(load)(target);
    for (long channel = 0; channel < channels; channel++)
      sum += NAME(load)(weights + channel * LANES) * source[channel];
    NAME(store)(target, sum);
    source += LANES;
    target += target_step;
  }
}

TARGET static void NAME(scatter_lanes)(
  const float *source, const int64_t *offsets, long channels, const float *weights, float *target, long target_step,
  long count
) {
  for (long pixel = 0; pixel < count; pixel++) {
    v16 sum = NAME(load)(target);
    for (long channel = 0; channel < channels; channel++) {
      v16 x = {0};
      for (int lane = 0; lane < LANES; lane++) {
        const int64_t offset = offsets[channel * LANES + lane];
        if (offset != CNNC_ZERO) x[lane] = source[offset];
      }
      sum += NAME(load)(weights + channel * LANES) * x;
    }
    NAME(store)(target, sum);
    source += LANES;
    target += target_step;
  }
}
