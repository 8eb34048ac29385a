// Functions of each element. NaN stays NaN.

INLINE v16 NAME(leaky_relu)(v16 x, float slope) { return NAME(select)(x > 0.0f, x, x * slope); }

INLINE v16 NAME(elu)(v16 x, float alpha, float scale) {
  return NAME(select)(x > 0.0f, x * scale, NAME(exponential_minus_one)(x) * (alpha * scale));
}

INLINE v16 NAME(sigmoid)(v16 x) { return 1.0f / (1.0f + NAME(exponential)(-x)); }

INLINE v16 NAME(silu)(v16 x) { return x / (1.0f + NAME(exponential)(-x)); }

/// x·Φ(x). For z = |x| / √2, erfc z = e^−z²·t·R(t) with t = 1 / (1 + 0.3·z), R fitted for the least relative error.
TEMPLATE v16 NAME(gelu)(v16 x) {
  const v16 t = 1.0f / (1.0f + NAME(magnitude)(x) * 0.212132034f);
  v16 series = t * -0.12661690f + 0.47182751f;
  series = series * t - 0.48469400f;
  series = series * t + 0.51705086f;
  series = series * t - 0.07405021f;
  series = series * t + 0.20638549f;
  series = series * t + 0.15046881f;
  series = series * t + 0.17042373f;
  series = series * t + 0.16920476f;
  const v16 tail = NAME(exponential)(x * x * -0.5f) * (series * t * 0.5f);
  return x * NAME(select)(x > 0.0f, 1.0f - tail, tail);
}

/// x/2 · (1 + tanh u) = x / (1 + e^−2u), with u = √(2/π)·(x + 0.044715·x³).
INLINE v16 NAME(approximate_gelu)(v16 x) {
  const v16 u = (x * x * 0.044715f * x + x) * 0.79788456f;
  return x / (1.0f + NAME(exponential)(u * -2.0f));
}

/// Six times the hard sigmoid.
INLINE v16 NAME(hard_step)(v16 x) {
  return NAME(minimum)(NAME(maximum)(x + 3.0f, NAME(splat)(0.0f)), NAME(splat)(6.0f));
}

/// x · tanh(ln(1 + e)) = x · w / (w + 2), with e = eˣ and w = e·(e + 2).
INLINE v16 NAME(mish)(v16 x) {
  // From 20 on the fraction is 1; farther out w would be infinite.
  const v16 e = NAME(exponential)(NAME(minimum)(x, NAME(splat)(20.0f)));
  const v16 w = e * (e + 2.0f);
  return x * (w / (w + 2.0f));
}

/// tanh |x| = −m / (m + 2), with m = e^−2|x| − 1.
INLINE v16 NAME(hyperbolic_tangent)(v16 x) {
  const v16 m = NAME(exponential_minus_one)(NAME(magnitude)(x) * -2.0f);
  const v16 y = m / (m + 2.0f);
  return (v16)(((v16i)y & 0x7fffffff) | ((v16i)x & ~0x7fffffff));
}

/// ln(1 + e^z) / beta = (max(z, 0) + ln(1 + e^−|z|)) / beta, with z = beta·x.
INLINE v16 NAME(softplus)(v16 x, float beta, float threshold) {
  const v16 z = x * beta;
  const v16 e = NAME(exponential)(-NAME(magnitude)(z));
  const v16 y = (NAME(maximum)(z, NAME(splat)(0.0f)) + NAME(logarithm_of_one_plus)(e)) / beta;
  return NAME(select)(z > threshold, x, y);
}

/// Whether an activation is a few instructions, so that it is best applied to sums still in registers.
INLINE bool NAME(is_short)(int32_t kind) { return kind <= CNNC_LEAKY_RELU; }

/// One of the short activations; others do nothing.
TEMPLATE v16 NAME(shortly_activated)(v16 x, int32_t kind, float slope) {
  switch (kind) {
  case CNNC_RELU: return NAME(maximum)(x, NAME(splat)(0.0f));
  case CNNC_RELU6: return NAME(minimum)(NAME(maximum)(x, NAME(splat)(0.0f)), NAME(splat)(6.0f));
  case CNNC_LEAKY_RELU: return NAME(leaky_relu)(x, slope);
  default: return x;
  }
}

/// An activation of one vector.
TEMPLATE v16 NAME(activated)(v16 x, cnnc_activation activation) {
  switch (activation.kind) {
  case CNNC_ELU: return NAME(elu)(x, activation.a, 1.0f);
  case CNNC_SELU: return NAME(elu)(x, 1.67326324f, 1.05070099f);
  case CNNC_GELU: return NAME(gelu)(x);
  case CNNC_APPROXIMATE_GELU: return NAME(approximate_gelu)(x);
  case CNNC_SILU: return NAME(silu)(x);
  case CNNC_HARD_SWISH: return x * NAME(hard_step)(x) * (1.0f / 6.0f);
  case CNNC_MISH: return NAME(mish)(x);
  case CNNC_SIGMOID: return NAME(sigmoid)(x);
  case CNNC_HARD_SIGMOID: return NAME(hard_step)(x) * (1.0f / 6.0f);
  case CNNC_TANH: return NAME(hyperbolic_tangent)(x * activation.b) * activation.a;
  case CNNC_SOFTPLUS: return NAME(softplus)(x, activation.a, activation.b);
  default: return NAME(shortly_activated)(x, activation.kind, activation.a);
  }
}

/// Activates `count` pixels of 16 channels; `target` may be `source`.
TARGET static void NAME(activate_into)(
  const float *source, float *target, long count, cnnc_activation activation
) {
  // The loop of each kind is one of its own: the compiler sees a constant.
#define ACTIVATE(KIND) \
  case KIND: \
    for (long pixel = 0; pixel < count; pixel++) { \
      const cnnc_activation constant = {KIND, activation.a, activation.b}; \
      *(v16 *)(target + pixel * LANES) = NAME(activated)(*(const v16 *)(source + pixel * LANES), constant); \
    } \
    break

  switch (activation.kind) {
    ACTIVATE(CNNC_RELU);
    ACTIVATE(CNNC_RELU6);
    ACTIVATE(CNNC_LEAKY_RELU);
    ACTIVATE(CNNC_ELU);
    ACTIVATE(CNNC_SELU);
    ACTIVATE(CNNC_GELU);
    ACTIVATE(CNNC_APPROXIMATE_GELU);
    ACTIVATE(CNNC_SILU);
    ACTIVATE(CNNC_HARD_SWISH);
    ACTIVATE(CNNC_MISH);
    ACTIVATE(CNNC_SIGMOID);
    ACTIVATE(CNNC_HARD_SIGMOID);
    ACTIVATE(CNNC_TANH);
    ACTIVATE(CNNC_SOFTPLUS);
  default:
    if (target != source) __builtin_memcpy(target, source, sizeof(float) * LANES * (unsigned long)count);
  }
#undef ACTIVATE
}

/// Activates `count` floats in place, a multiple of 16 at a multiple of 64 bytes.
TARGET static inline void NAME(activate)(float *values, long count, cnnc_activation activation) {
  if (activation.kind != CNNC_IDENTITY) NAME(activate_into)(values, values, count / LANES, activation);
}
