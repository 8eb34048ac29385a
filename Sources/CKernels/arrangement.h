// Moves of elements between layouts and lanes.

TARGET static void NAME(gather)(
  const float *source, long source_step, const int64_t *offsets, float *target, long target_step, long count
) {
  for (long pixel = 0; pixel < count; pixel++) {
    float lanes[LANES] __attribute__((aligned(64)));
    for (int lane = 0; lane < LANES; lane++) {
      lanes[lane] = offsets[lane] == CNNC_ZERO ? 0.0f
        : offsets[lane] == CNNC_KEEP           ? target[lane]
                                               : source[offsets[lane]];
    }
    __builtin_memcpy(target, lanes, sizeof lanes);
    source += source_step;
    target += target_step;
  }
}

TARGET static void NAME(pack)(const float *source, long plane, long channels, float *target, long count) {
  if (channels < LANES) __builtin_memset(target, 0, sizeof(float) * LANES * (unsigned long)count);
  for (long channel = 0; channel < channels; channel++)
    for (long pixel = 0; pixel < count; pixel++) target[pixel * LANES + channel] = source[channel * plane + pixel];
}

TARGET static void NAME(unpack)(const float *source, float *target, long plane, long channels, long count) {
  for (long channel = 0; channel < channels; channel++)
    for (long pixel = 0; pixel < count; pixel++) target[channel * plane + pixel] = source[pixel * LANES + channel];
}
