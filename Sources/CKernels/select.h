// Choices between vectors, lane by lane.

typedef double v16d __attribute__((vector_size(128), aligned(64)));

/// `yes` where all bits of the mask are set, `no` where none is.
INLINE v16 NAME(select)(v16i mask, v16 yes, v16 no) {
#if defined(__clang__)
  // C has a choice of lanes for vectors of this type only. The compiler makes a masked move or a maximum of it.
  typedef float lanes __attribute__((ext_vector_type(16)));
  typedef int32_t masks __attribute__((ext_vector_type(16)));
  return (v16)((masks)mask ? (lanes)yes : (lanes)no);
#else
  return (v16)((mask & (v16i)yes) | (~mask & (v16i)no));
#endif
}

/// The square root of each lane.
INLINE v16 NAME(root)(v16 x) {
#if defined(__clang__)
  return __builtin_elementwise_sqrt(x);
#else
  for (int lane = 0; lane < LANES; lane++) x[lane] = __builtin_sqrtf(x[lane]);
  return x;
#endif
}

INLINE v16 NAME(splat)(float value) {
  const v16 zero = {0};
  return zero + value;
}

/// The larger of a value and a bound, which is a number; NaN stays NaN.
INLINE v16 NAME(maximum)(v16 x, v16 bound) {
#if defined(__aarch64__) && __has_builtin(__builtin_elementwise_maximum)
  return __builtin_elementwise_maximum(x, bound);
#else
  return NAME(select)(x < bound, bound, x);
#endif
}

/// The smaller of a value and a bound, which is a number; NaN stays NaN.
INLINE v16 NAME(minimum)(v16 x, v16 bound) {
#if defined(__aarch64__) && __has_builtin(__builtin_elementwise_minimum)
  return __builtin_elementwise_minimum(x, bound);
#else
  return NAME(select)(x > bound, bound, x);
#endif
}

/// The larger of two values, and NaN if one of them is NaN.
INLINE v16 NAME(largest)(v16 x, v16 y) {
#if defined(__aarch64__) && __has_builtin(__builtin_elementwise_maximum)
  return __builtin_elementwise_maximum(x, y);
#else
  const v16 larger = NAME(select)(x > y, x, y);  // y if one is NaN
  return NAME(select)(x == x, larger, x);
#endif
}

INLINE v16 NAME(magnitude)(v16 x) { return (v16)((v16i)x & 0x7fffffff); }
