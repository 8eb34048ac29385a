// Random masks: what the generator by counting of Swift's side draws, 16 elements at once.

typedef uint64_t v16u __attribute__((vector_size(128), aligned(64)));

/// The mixing of splitmix64.
INLINE v16u NAME(mixed)(v16u x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

TARGET static void NAME(random_mask)(
  const float *source, float *target, long count, uint64_t state, uint64_t pixel_step, uint64_t lane_step,
  uint64_t threshold, float factor
) {
  v16u states;
  for (int lane = 0; lane < LANES; lane++) states[lane] = state + (uint64_t)lane * lane_step;
  for (long offset = 0; offset < count * LANES; offset += LANES, states += pixel_step) {
    const v16i keeps = __builtin_convertvector((NAME(mixed)(states) >> 11) >= threshold, v16i);
    // Whatever is dropped becomes 0, infinities and NaN too.
    const v16 kept = NAME(load)(source + offset) * factor;
    NAME(store)(target + offset, NAME(select)(keeps, kept, NAME(splat)(0.0f)));
  }
}
