// Moves of elements between layouts and lanes.

TARGET static void NAME(gather)(
  const float *source, long source_step, const int64_t *offsets, float *target, long target_step, long count
) {
  // Scalar stores straight into the target: a vector made of them in between would wait for them all.
  long lanes[LANES], places[LANES];
  long moved = 0;
  v16i kept = {0};
  for (int lane = 0; lane < LANES; lane++) {
    kept[lane] = offsets[lane] == CNNC_ZERO ? 0 : -1;
    if (offsets[lane] < 0) continue;
    lanes[moved] = lane;
    places[moved++] = (long)offsets[lane];
  }
  bool zeros = false;
  for (int lane = 0; lane < LANES; lane++) zeros |= kept[lane] == 0;
  for (long pixel = 0; pixel < count; pixel++, source += source_step, target += target_step) {
    if (zeros) *(v16i *)target &= kept;
    if (moved == LANES) {
      for (int lane = 0; lane < LANES; lane++) target[lane] = source[places[lane]];
    } else {
      for (long index = 0; index < moved; index++) target[lanes[index]] = source[places[index]];
    }
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
