// Functions of the elements of one or two values, pixel after pixel of one block.

/// Runs a loop that takes a constant kind of a short activation as its last argument; longer activations follow on what
/// it has written, which is still in the cache.
#define ACTIVATING(LOOP, ...) \
  switch (activation.kind) { \
  case CNNC_IDENTITY: LOOP(__VA_ARGS__, CNNC_IDENTITY); break; \
  case CNNC_RELU: LOOP(__VA_ARGS__, CNNC_RELU); break; \
  case CNNC_RELU6: LOOP(__VA_ARGS__, CNNC_RELU6); break; \
  case CNNC_LEAKY_RELU: LOOP(__VA_ARGS__, CNNC_LEAKY_RELU); break; \
  default: \
    LOOP(__VA_ARGS__, CNNC_IDENTITY); \
    NAME(activate)(target, count * LANES, activation); \
  }

INLINE v16 NAME(load)(const float *source) { return *(const v16 *)source; }
INLINE void NAME(store)(float *target, v16 x) { *(v16 *)target = x; }

TEMPLATE void NAME(affine_loop)(
  const float *source, const float *residual, float *target, long count, v16 scale, v16 shift, float slope, int32_t kind
) {
  if (residual) {
    for (long offset = 0; offset < count * LANES; offset += LANES) {
      const v16 x = NAME(load)(source + offset) * scale + shift;
      NAME(store)(target + offset, NAME(shortly_activated)(x + NAME(load)(residual + offset), kind, slope));
    }
  } else {
    for (long offset = 0; offset < count * LANES; offset += LANES) {
      const v16 x = NAME(load)(source + offset) * scale + shift;
      NAME(store)(target + offset, NAME(shortly_activated)(x, kind, slope));
    }
  }
}

TARGET static void NAME(affine)(
  const float *source, const float *residual, float *target, long count, const float *scale, const float *shift,
  cnnc_activation activation
) {
  const v16 a = scale ? NAME(load)(scale) : NAME(splat)(1.0f);
  const v16 b = shift ? NAME(load)(shift) : NAME(splat)(-0.0f);
  ACTIVATING(NAME(affine_loop), source, residual, target, count, a, b, activation.a)
}

TEMPLATE v16 NAME(joined)(v16 x, v16 y, cnnc_join join) {
  switch (join) {
  case CNNC_SUM: return x + y;
  case CNNC_PRODUCT: return x * y;
  default: return NAME(largest)(x, y);
  }
}

TEMPLATE void NAME(join_loop)(
  const float *first, const float *second, const float *residual, float *target, long count, float slope, cnnc_join join,
  int32_t kind
) {
  for (long offset = 0; offset < count * LANES; offset += LANES) {
    v16 x = NAME(joined)(NAME(load)(first + offset), NAME(load)(second + offset), join);
    if (residual) x += NAME(load)(residual + offset);
    NAME(store)(target + offset, NAME(shortly_activated)(x, kind, slope));
  }
}

TARGET static void NAME(join)(
  const float *first, const float *second, const float *residual, float *target, long count, cnnc_join join,
  cnnc_activation activation
) {
  switch (join) {
  case CNNC_SUM:
    ACTIVATING(NAME(join_loop), first, second, residual, target, count, activation.a, CNNC_SUM)
    break;
  case CNNC_PRODUCT:
    ACTIVATING(NAME(join_loop), first, second, residual, target, count, activation.a, CNNC_PRODUCT)
    break;
  case CNNC_MAXIMUM:
    ACTIVATING(NAME(join_loop), first, second, residual, target, count, activation.a, CNNC_MAXIMUM)
    break;
  }
}

TEMPLATE void NAME(pixel_gate_loop)(
  const float *source, const float *gate, const float *residual, float *target, long count, float slope, int32_t kind
) {
  for (long offset = 0; offset < count * LANES; offset += LANES) {
    v16 x = NAME(load)(source + offset) * gate[offset];
    if (residual) x += NAME(load)(residual + offset);
    NAME(store)(target + offset, NAME(shortly_activated)(x, kind, slope));
  }
}

TARGET static void NAME(pixel_gate)(
  const float *source, const float *gate, const float *residual, float *target, long count, cnnc_activation activation
) {
  ACTIVATING(NAME(pixel_gate_loop), source, gate, residual, target, count, activation.a)
}

TARGET static void NAME(prelu)(const float *source, float *target, long count, const float *slopes) {
  const v16 slope = NAME(load)(slopes);
  for (long offset = 0; offset < count * LANES; offset += LANES) {
    const v16 x = NAME(load)(source + offset);
    NAME(store)(target + offset, NAME(select)(x > 0.0f, x, x * slope));
  }
}
