// Functions of each element.

INLINE v16 NAME(maximum)(v16 x, v16 y) { return __builtin_elementwise_max(x, y); }
INLINE v16 NAME(minimum)(v16 x, v16 y) { return __builtin_elementwise_min(x, y); }

INLINE v16 NAME(activated)(v16 x, cnnc_activation activation) {
  const v16 zero = {0};
  switch (activation.kind) {
  case CNNC_RELU: return NAME(maximum)(x, zero);
  case CNNC_RELU6: return NAME(minimum)(NAME(maximum)(x, zero), zero + 6.0f);
  default: return x;
  }
}

TARGET static void NAME(affine)(
  const float *source, const float *residual, float *target, long count, const float *scale, const float *shift,
  cnnc_activation activation
) {
  const v16 zero = {0};
  const v16 a = scale ? *(const v16 *)scale : zero + 1.0f;
  const v16 b = shift ? *(const v16 *)shift : zero;
  for (long pixel = 0; pixel < count; pixel++) {
    v16 x = *(const v16 *)(source + pixel * LANES);
    x = __builtin_elementwise_fma(x, a, b);
    if (residual) x += *(const v16 *)(residual + pixel * LANES);
    *(v16 *)(target + pixel * LANES) = NAME(activated)(x, activation);
  }
}
