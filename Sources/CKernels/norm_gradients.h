// The gradients of norms over images: sums first, and with them a gradient for each element.

/// Writes Σ g and Σ g·(x − mean) over the pixels, 16 of each; without means they are zeros.
TARGET static void NAME(norm_sums)(
  const float *gradient, const float *source, long count, const double *means, double *sums
) {
  const v16d mean = means ? *(const v16d *)means : (v16d){0};
  v16d sum = {0}, product = {0};
  for (long offset = 0; offset < count * LANES; offset += LANES) {
    const v16d g = NAME(widened)(NAME(load)(gradient + offset));
    sum += g;
    product += g * (NAME(widened)(NAME(load)(source + offset)) - mean);
  }
  ((v16d *)sums)[0] = sum;
  ((v16d *)sums)[1] = product;
}

/// Writes `first · a + second · b + c`, with a pixel of each of the three; `target` may be a source.
TARGET static void NAME(blend)(
  const float *first, const float *second, float *target, long count, const float *a, const float *b, const float *c
) {
  const v16 x = NAME(load)(a), y = NAME(load)(b), z = NAME(load)(c);
  for (long offset = 0; offset < count * LANES; offset += LANES) {
    NAME(store)(target + offset, NAME(load)(first + offset) * x + (NAME(load)(second + offset) * y + z));
  }
}

TARGET static void NAME(pixel_products)(
  const float *first, long first_step, const float *second, long second_step, float *target, long channels, long count
) {
  const v16 zero = {0};
  const long blocks = (channels + LANES - 1) / LANES;
  const v16i last = NAME(lanes_of)(channels - (blocks - 1) * LANES);
  for (long offset = 0; offset < count * LANES; offset += LANES) {
    v16d sums = {0};
    for (long block = 0; block < blocks; block++) {
      const v16 x = NAME(load)(first + block * first_step + offset), y = NAME(load)(second + block * second_step + offset);
      sums += NAME(widened)(block + 1 < blocks ? x * y : NAME(select)(last, x * y, zero));
    }
    v16 result = zero;
    result[0] = (float)NAME(total)(sums);
    NAME(store)(target + offset, result);
  }
}
