// Local response normalization across channels.

/// `x^−beta`.
TEMPLATE v16 NAME(negative_power)(v16 x, float beta) {
  // Krizhevsky's exponent is two roots away.
  if (beta == 0.75f) {
    const v16 root = NAME(root)(x);
    return 1.0f / (root * NAME(root)(root));
  }
  const v16 y = NAME(exponential)(NAME(logarithm)(x) * -beta);
  // What is no positive number has no logarithm, and what is none stays none.
  return NAME(select)(x > 0.0f, y, NAME(splat)(__builtin_nanf("")));
}

/// The squares of a block's channels; zeros in the lanes beyond them, and for blocks that there are not.
INLINE v16 NAME(squares)(const float *source, long block_step, long block, long blocks, v16i last) {
  const v16 zero = {0};
  if (block < 0 || block >= blocks) return zero;
  const v16 x = NAME(load)(source + block * block_step);
  return block + 1 < blocks ? x * x : NAME(select)(last, x * x, zero);
}

TARGET static void NAME(local_response)(
  const float *source, long block_step, float *target, long block, long channels, long count, long before, long behind,
  float alpha, float beta, float k
) {
  const v16 zero = {0};
  const long blocks = (channels + LANES - 1) / LANES;
  const v16i last = NAME(lanes_of)(channels - (blocks - 1) * LANES);
  for (long pixel = 0; pixel < count; pixel++, source += LANES, target += LANES) {
    const v16 own = NAME(squares)(source, block_step, block, blocks, last);
    v16 sum = own;
    if (before == 2 && behind == 2) {
      const v16 left = NAME(squares)(source, block_step, block - 1, blocks, last);
      const v16 right = NAME(squares)(source, block_step, block + 1, blocks, last);
#define SHIFTED(A, B, N) \
  __builtin_shufflevector( \
    A, B, N, N + 1, N + 2, N + 3, N + 4, N + 5, N + 6, N + 7, N + 8, N + 9, N + 10, N + 11, N + 12, N + 13, N + 14, \
    N + 15)
      sum += SHIFTED(left, own, 14) + SHIFTED(left, own, 15) + SHIFTED(own, right, 1) + SHIFTED(own, right, 2);
#undef SHIFTED
    } else {
      for (long lane = 0; lane < LANES; lane++) {
        const long channel = block * LANES + lane;
        const long end = channel + behind < channels ? channel + behind + 1 : channels;
        float squares = 0;
        for (long near = channel < before ? 0 : channel - before; near < end; near++) {
          const float x = source[near / LANES * block_step + near % LANES];
          squares += x * x;
        }
        sum[lane] = squares;
      }
    }
    const v16 y = NAME(load)(source + block * block_step) * NAME(negative_power)(sum * alpha + k, beta);
    NAME(store)(target, block + 1 < blocks ? y : NAME(select)(last, y, zero));
  }
}

INLINE v16 NAME(load_unaligned)(const float *source) { return (v16)*(const v16_unaligned *)source; }

TARGET static void NAME(local_response_gradient)(
  const float *source, long source_step, const float *gradient, long gradient_step, float *target, long target_step,
  long channels, long count, long before, long behind, float alpha, float beta, float k, float *terms
) {
  const v16 zero = {0};
  const long blocks = (channels + LANES - 1) / LANES, edge = (before + behind + LANES - 1) / LANES * LANES;
  const v16i last = NAME(lanes_of)(channels - (blocks - 1) * LANES);
  // Squares, and then terms, between zeros as wide as any window.
  float *squares = terms, *powers = terms + 2 * edge + blocks * LANES;
  for (long lane = 0; lane < edge; lane += LANES) {
    NAME(store)(squares + lane, zero);
    NAME(store)(squares + edge + blocks * LANES + lane, zero);
  }
  for (long pixel = 0; pixel < count; pixel++, source += LANES, gradient += LANES, target += LANES) {
    for (long block = 0; block < blocks; block++) {
      const v16 x = NAME(load)(source + block * source_step);
      NAME(store)(squares + edge + block * LANES, block + 1 < blocks ? x * x : NAME(select)(last, x * x, zero));
    }
    for (long block = 0; block < blocks; block++) {
      v16 sum = zero;
      for (long near = -before; near <= behind; near++)
        sum += NAME(load_unaligned)(squares + edge + block * LANES + near);
      NAME(store)(powers + block * LANES, sum * alpha + k);
    }
    for (long block = 0; block < blocks; block++) {
      const v16 sum = NAME(load)(powers + block * LANES), power = NAME(negative_power)(sum, beta);
      const v16 g = NAME(load)(gradient + block * gradient_step), x = NAME(load)(source + block * source_step);
      const v16 term = g * x * power / sum;
      NAME(store)(squares + edge + block * LANES, block + 1 < blocks ? term : NAME(select)(last, term, zero));
      NAME(store)(powers + block * LANES, power);
    }
    for (long block = 0; block < blocks; block++) {
      v16 sum = zero;
      for (long near = -behind; near <= before; near++)
        sum += NAME(load_unaligned)(squares + edge + block * LANES + near);
      const v16 g = NAME(load)(gradient + block * gradient_step), x = NAME(load)(source + block * source_step);
      const v16 y = g * NAME(load)(powers + block * LANES) - x * sum * (2 * alpha * beta);
      NAME(store)(target + block * target_step, block + 1 < blocks ? y : NAME(select)(last, y, zero));
    }
  }
}
