// What the processor can do at most: independent multiply-adds in registers, eight for each of two units to hide their
// latency.

// One register of the accumulators is a vector with AVX-512, half of one with AVX2.
#if REGISTER_LANES == 16
#define PROBE_VECTORS 16
#elif REGISTER_LANES == 8
#define PROBE_VECTORS 6
#else
#define PROBE_VECTORS 3
#endif

TARGET static float NAME(multiply_adds)(long rounds) {
  v16 sums[PROBE_VECTORS];
  const v16 factor = NAME(broadcast)(0.999f), term = NAME(broadcast)(0.001f);
  UNROLL for (int i = 0; i < PROBE_VECTORS; i++) sums[i] = NAME(broadcast)((float)i);
  ROLLED for (long round = 0; round < rounds; round++) {
    UNROLL for (int i = 0; i < PROBE_VECTORS; i++) sums[i] = NAME(multiply_add)(sums[i], factor, term);
  }
  v16 sum = sums[0];
  UNROLL for (int i = 1; i < PROBE_VECTORS; i++) sum += sums[i];
  return sum[0];
}
