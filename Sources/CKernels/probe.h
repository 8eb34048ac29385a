// What the processor can do at most: independent multiply-adds in registers, as many as hide the latency of all units.

#if REGISTER_FLOATS >= 512
#define PROBE_VECTORS 16
#elif REGISTER_FLOATS >= 128
#define PROBE_VECTORS 6
#else
#define PROBE_VECTORS 3
#endif

TARGET static float NAME(multiply_adds)(long rounds) {
  // Every lane has a number of its own and counts in the end: where a vector is several registers, the compiler would
  // leave out those that are equal to another or that nobody needs. The factor is so small that the numbers stay, which
  // the compiler must not know.
  volatile float small = 0x1p-30f;
  const v16 factor = NAME(broadcast)(small);
  const v16 lanes = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
  v16 sums[PROBE_VECTORS];
  UNROLL for (int i = 0; i < PROBE_VECTORS; i++) sums[i] = lanes + (float)(LANES * i);
  ROLLED for (long round = 0; round < rounds; round++) {
    // A number is its own term: no instruction set needs a copy of it then.
    UNROLL for (int i = 0; i < PROBE_VECTORS; i++) sums[i] = NAME(multiply_add)(sums[i], factor, sums[i]);
  }
  v16 sum = sums[0];
  UNROLL for (int i = 1; i < PROBE_VECTORS; i++) sum += sums[i];
  float total = 0;
  for (int lane = 0; lane < LANES; lane++) total += sum[lane];
  return total;
}
