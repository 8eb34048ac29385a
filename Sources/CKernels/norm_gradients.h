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

/// What a norm over the channels of a pixel subtracts and multiplies by.
typedef struct NAME(pixel_norm) {
  double mean, scale;
} NAME(pixel_norm);

TEMPLATE NAME(pixel_norm) NAME(pixel_norm_of)(
  const float *source, long step, long channels, long blocks, v16i last, double epsilon
) {
  const v16 zero = {0};
  v16d sum = {0}, squares = {0};
  for (long block = 0; block < blocks; block++) {
    const v16 x = NAME(load)(source + block * step);
    sum += NAME(widened)(block + 1 < blocks ? x : NAME(select)(last, x, zero));
  }
  const double mean = NAME(total)(sum) / (double)channels;
  for (long block = 0; block < blocks; block++) {
    v16d x = NAME(widened)(NAME(load)(source + block * step)) - mean;
    if (block + 1 == blocks) {
      for (long lane = channels - block * LANES; lane < LANES; lane++) x[lane] = 0;
    }
    squares += x * x;
  }
  return (NAME(pixel_norm)){mean, 1 / SCALAR_ROOT(NAME(total)(squares) / (double)channels + epsilon)};
}

TARGET static void NAME(channel_norm_gradient)(
  const float *source, long source_step, const float *gradient, long gradient_step, float *target, long target_step,
  long channels, long count, const float *weight, double epsilon
) {
  const v16 zero = {0};
  const long blocks = (channels + LANES - 1) / LANES;
  const v16i last = NAME(lanes_of)(channels - (blocks - 1) * LANES);
  for (long pixel = 0; pixel < count; pixel++, source += LANES, gradient += LANES, target += LANES) {
    const NAME(pixel_norm) norm = NAME(pixel_norm_of)(source, source_step, channels, blocks, last, epsilon);
    v16d sums = {0}, products = {0};
    for (long block = 0; block < blocks; block++) {
      v16 g = NAME(load)(gradient + block * gradient_step);
      if (weight) g *= NAME(load)(weight + block * LANES);
      v16 x = NAME(load)(source + block * source_step);
      if (block + 1 == blocks) g = NAME(select)(last, g, zero), x = NAME(select)(last, x, zero);
      const v16d slope = NAME(widened)(g);
      sums += slope;
      products += slope * (NAME(widened)(x) - norm.mean);
    }
    const double mean = NAME(total)(sums) / (double)channels;
    const double share = NAME(total)(products) * norm.scale * norm.scale / (double)channels;
    for (long block = 0; block < blocks; block++) {
      v16 g = NAME(load)(gradient + block * gradient_step);
      if (weight) g *= NAME(load)(weight + block * LANES);
      const v16d x = NAME(widened)(NAME(load)(source + block * source_step)) - norm.mean;
      const v16 result = __builtin_convertvector((NAME(widened)(g) - mean - x * share) * norm.scale, v16);
      NAME(store)(target + block * target_step, block + 1 < blocks ? result : NAME(select)(last, result, zero));
    }
  }
}

TARGET static void NAME(channel_norm_sums)(
  const float *source, long source_step, const float *gradient, long gradient_step, long channels, long count,
  double epsilon, double *sums
) {
  const long blocks = (channels + LANES - 1) / LANES;
  const v16i last = NAME(lanes_of)(channels - (blocks - 1) * LANES);
  for (long block = 0; block < blocks; block++) ((v16d *)sums)[block] = (v16d){0};
  for (long pixel = 0; pixel < count; pixel++, source += LANES, gradient += LANES) {
    const NAME(pixel_norm) norm = NAME(pixel_norm_of)(source, source_step, channels, blocks, last, epsilon);
    for (long block = 0; block < blocks; block++) {
      const v16d x = (NAME(widened)(NAME(load)(source + block * source_step)) - norm.mean) * norm.scale;
      ((v16d *)sums)[block] += NAME(widened)(NAME(load)(gradient + block * gradient_step)) * x;
    }
  }
}

TARGET static void NAME(softmax_gradient)(
  const float *result, long result_step, const float *gradient, long gradient_step, float *target, long target_step,
  long channels, long count, bool is_logarithm
) {
  const v16 zero = {0};
  const long blocks = (channels + LANES - 1) / LANES;
  const v16i last = NAME(lanes_of)(channels - (blocks - 1) * LANES);
  for (long pixel = 0; pixel < count; pixel++, result += LANES, gradient += LANES, target += LANES) {
    v16d sums = {0};
    for (long block = 0; block < blocks; block++) {
      const v16 g = NAME(load)(gradient + block * gradient_step);
      const v16 term = is_logarithm ? g : g * NAME(load)(result + block * result_step);
      sums += NAME(widened)(block + 1 < blocks ? term : NAME(select)(last, term, zero));
    }
    const float sum = (float)NAME(total)(sums);
    for (long block = 0; block < blocks; block++) {
      const v16 g = NAME(load)(gradient + block * gradient_step), y = NAME(load)(result + block * result_step);
      const v16 x = is_logarithm ? g - NAME(exponential)(y) * sum : y * (g - sum);
      NAME(store)(target + block * target_step, block + 1 < blocks ? x : NAME(select)(last, x, zero));
    }
  }
}
