// The gradients of norms over images: sums first, and with them a gradient for each element.

/// Writes Σ g and Σ g·(x − mean) over the pixels, 16 of each.
TARGET static void NAME(norm_sums)(
  const float *gradient, const float *source, long count, const double *means, double *sums
) {
  const v16d mean = *(const v16d *)means;
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
