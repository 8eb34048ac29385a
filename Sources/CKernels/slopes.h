// The gradients of activations, from the argument or, where that says as much, from what the activation gave.

/// Φ(x), as for GELU, and the density of the normal distribution there.
TEMPLATE v16 NAME(gelu_slope)(v16 x) {
  const v16 t = 1.0f / (1.0f + NAME(magnitude)(x) * 0.212132034f);
  v16 series = t * -0.12661690f + 0.47182751f;
  series = series * t - 0.48469400f;
  series = series * t + 0.51705086f;
  series = series * t - 0.07405021f;
  series = series * t + 0.20638549f;
  series = series * t + 0.15046881f;
  series = series * t + 0.17042373f;
  series = series * t + 0.16920476f;
  const v16 power = NAME(exponential)(x * x * -0.5f);
  const v16 tail = power * (series * t * 0.5f);
  // Far out the density is 0, and infinity times it would be none.
  const v16 near = NAME(minimum)(NAME(maximum)(x, NAME(splat)(-40.0f)), NAME(splat)(40.0f));
  return NAME(select)(x > 0.0f, 1.0f - tail, tail) + near * power * 0.39894228f;
}

/// σ + 2·x·σ·(1 − σ)·u′, with σ = 1 / (1 + e^−2u) and u = √(2/π)·(x + 0.044715·x³).
TEMPLATE v16 NAME(approximate_gelu_slope)(v16 x) {
  // Far out σ is 0 or 1.
  const v16 near = NAME(minimum)(NAME(maximum)(x, NAME(splat)(-20.0f)), NAME(splat)(20.0f));
  const v16 u = (near * near * 0.044715f * near + near) * 0.79788456f;
  const v16 s = NAME(sigmoid)(u * 2.0f);
  const v16 inner = (near * near * 0.134145f + 1.0f) * 0.79788456f;
  return s + near * s * (1.0f - s) * inner * 2.0f;
}

/// σ·(1 + x·(1 − σ)).
INLINE v16 NAME(silu_slope)(v16 x) {
  const v16 near = NAME(minimum)(NAME(maximum)(x, NAME(splat)(-100.0f)), NAME(splat)(100.0f));
  const v16 s = NAME(sigmoid)(near);
  return s + near * s * (1.0f - s);
}

/// w / (w + 2) + 4·x·e·(e + 1) / (w + 2)², with e = eˣ and w = e·(e + 2).
INLINE v16 NAME(mish_slope)(v16 x) {
  const v16 near = NAME(minimum)(NAME(maximum)(x, NAME(splat)(-100.0f)), NAME(splat)(20.0f));
  const v16 e = NAME(exponential)(near);
  const v16 w = e * (e + 2.0f), divisor = 1.0f / (w + 2.0f);
  return w * divisor + near * e * 4.0f * (e + 1.0f) * divisor * divisor;
}

/// Where a condition holds one number, else another; where the value is NaN that.
INLINE v16 NAME(piecewise)(v16 x, v16i condition, v16 yes, v16 no) {
  return NAME(select)(x == x, NAME(select)(condition, yes, no), x);
}

/// The derivative at an argument.
TEMPLATE v16 NAME(slope_at)(v16 x, cnnc_activation activation) {
  const v16 zero = NAME(splat)(0.0f), one = NAME(splat)(1.0f);
  switch (activation.kind) {
  case CNNC_RELU: return NAME(piecewise)(x, x > 0.0f, one, zero);
  case CNNC_RELU6: return NAME(piecewise)(x, (x > 0.0f) & (x < 6.0f), one, zero);
  case CNNC_LEAKY_RELU: return NAME(piecewise)(x, x > 0.0f, one, NAME(splat)(activation.a));
  case CNNC_ELU: return NAME(piecewise)(x, x > 0.0f, one, NAME(exponential)(x) * activation.a);
  case CNNC_SELU:
    return NAME(piecewise)(x, x > 0.0f, NAME(splat)(1.05070099f), NAME(exponential)(x) * 1.75809934f);
  case CNNC_GELU: return NAME(gelu_slope)(x);
  case CNNC_APPROXIMATE_GELU: return NAME(approximate_gelu_slope)(x);
  case CNNC_SILU: return NAME(silu_slope)(x);
  case CNNC_HARD_SWISH:
    return NAME(piecewise)(
      x, x >= 3.0f, one, NAME(select)(x <= -3.0f, zero, x * (1.0f / 3.0f) + 0.5f));
  case CNNC_MISH: return NAME(mish_slope)(x);
  case CNNC_SIGMOID: {
    const v16 s = NAME(sigmoid)(x);
    return s * (1.0f - s);
  }
  case CNNC_HARD_SIGMOID:
    return NAME(piecewise)(x, (x > -3.0f) & (x < 3.0f), NAME(splat)(1.0f / 6.0f), zero);
  case CNNC_TANH: {
    const v16 t = NAME(hyperbolic_tangent)(x * activation.b);
    return (1.0f - t * t) * (activation.a * activation.b);
  }
  case CNNC_SOFTPLUS: {
    const v16 z = x * activation.a;
    return NAME(piecewise)(x, z > activation.b, one, NAME(sigmoid)(z));
  }
  default: return one;
  }
}

/// The derivative where an activation gave `y`; for those that `cnnc_activation_slope` takes by their results.
TEMPLATE v16 NAME(slope_of)(v16 y, cnnc_activation activation) {
  const v16 zero = NAME(splat)(0.0f), one = NAME(splat)(1.0f);
  switch (activation.kind) {
  case CNNC_ELU: return NAME(piecewise)(y, y > 0.0f, one, y + activation.a);
  case CNNC_SELU: return NAME(piecewise)(y, y > 0.0f, NAME(splat)(1.05070099f), y + 1.75809934f);
  case CNNC_SIGMOID: return y * (1.0f - y);
  case CNNC_HARD_SIGMOID: return NAME(piecewise)(y, (y > 0.0f) & (y < 1.0f), NAME(splat)(1.0f / 6.0f), zero);
  case CNNC_TANH: return (activation.a - y * y * (1.0f / activation.a)) * activation.b;
  default: return NAME(slope_at)(y, activation);
  }
}

/// Multiplies `count` pixels of a gradient by the derivative; `target` may be a source.
TARGET static void NAME(activation_slope)(
  const float *value, const float *gradient, float *target, long count, cnnc_activation activation, bool is_result
) {
  // The loop of each kind is one of its own: the compiler sees a constant.
#define SLOPE(KIND) \
  case KIND: \
    for (long offset = 0; offset < count * LANES; offset += LANES) { \
      const cnnc_activation constant = {KIND, activation.a, activation.b}; \
      const v16 x = NAME(load)(value + offset); \
      const v16 slope = is_result ? NAME(slope_of)(x, constant) : NAME(slope_at)(x, constant); \
      NAME(store)(target + offset, NAME(load)(gradient + offset) * slope); \
    } \
    break

  switch (activation.kind) {
    SLOPE(CNNC_RELU);
    SLOPE(CNNC_RELU6);
    SLOPE(CNNC_LEAKY_RELU);
    SLOPE(CNNC_ELU);
    SLOPE(CNNC_SELU);
    SLOPE(CNNC_GELU);
    SLOPE(CNNC_APPROXIMATE_GELU);
    SLOPE(CNNC_SILU);
    SLOPE(CNNC_HARD_SWISH);
    SLOPE(CNNC_MISH);
    SLOPE(CNNC_SIGMOID);
    SLOPE(CNNC_HARD_SIGMOID);
    SLOPE(CNNC_TANH);
    SLOPE(CNNC_SOFTPLUS);
  default:
    if (target != gradient) __builtin_memcpy(target, gradient, sizeof(float) * LANES * (unsigned long)count);
  }
#undef SLOPE
}

/// Writes g for x > 0, else `slope · g`; the slopes are a pixel, and `target` may be a source.
TARGET static void NAME(prelu_gradient)(
  const float *source, const float *gradient, float *target, long count, const float *slopes
) {
  const v16 slope = NAME(load)(slopes);
  for (long offset = 0; offset < count * LANES; offset += LANES) {
    const v16 g = NAME(load)(gradient + offset);
    NAME(store)(target + offset, NAME(select)(NAME(load)(source + offset) > 0.0f, g, g * slope));
  }
}

/// Writes 16 sums over the pixels of g·x where x is not above zero, in double precision.
TARGET static void NAME(prelu_sums)(const float *source, const float *gradient, long count, double *sums) {
  v16d sum = {0};
  for (long offset = 0; offset < count * LANES; offset += LANES) {
    const v16 x = NAME(load)(source + offset);
    const v16 below = NAME(select)(x > 0.0f, NAME(splat)(0.0f), x);
    sum += NAME(widened)(NAME(load)(gradient + offset)) * NAME(widened)(below);
  }
  *(v16d *)sums = sum;
}
