// Norms and softmax. Sums of means and variances are in double precision. Lanes beyond the channels become zero.

/// The lanes of a block that hold channels: all bits or none.
INLINE v16i NAME(lanes_of)(long channels) {
  const v16i lanes = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  return lanes < (int32_t)(channels < LANES ? channels : LANES);
}

INLINE double NAME(total)(v16d x) {
  double sum = 0;
  for (int lane = 0; lane < LANES; lane++) sum += x[lane];
  return sum;
}

TARGET static void NAME(moments)(const float *source, long count, const double *means, double *sums) {
  if (!means) {
    *(v16d *)sums = NAME(rectangle_sum)(source, 1, 0, count);
    return;
  }
  const v16d mean = *(const v16d *)means;
  v16d a = {0}, b = {0};
  long pixel = 0;
  for (; pixel + 2 <= count; pixel += 2) {
    const v16d x = NAME(widened)(NAME(load)(source + pixel * LANES)) - mean;
    const v16d y = NAME(widened)(NAME(load)(source + (pixel + 1) * LANES)) - mean;
    a += x * x;
    b += y * y;
  }
  if (pixel < count) {
    const v16d x = NAME(widened)(NAME(load)(source + pixel * LANES)) - mean;
    a += x * x;
  }
  *(v16d *)sums = a + b;
}

TARGET static void NAME(normalize)(
  const float *source, float *target, long count, const double *means, const double *scales, const float *weight,
  const float *bias, long weight_step
) {
  const v16d mean = *(const v16d *)means, scale = *(const v16d *)scales;
  for (long pixel = 0; pixel < count; pixel++) {
    const v16d x = (NAME(widened)(NAME(load)(source + pixel * LANES)) - mean) * scale;
    const v16 a = NAME(load)(weight + pixel * weight_step), b = NAME(load)(bias + pixel * weight_step);
    NAME(store)(target + pixel * LANES, __builtin_convertvector(x, v16) * a + b);
  }
}

TARGET static void NAME(channel_norm)(
  const float *source, long source_step, float *target, long target_step, long channels, long count,
  const float *weight, const float *bias, double epsilon
) {
  const v16 zero = {0};
  const long blocks = (channels + LANES - 1) / LANES;
  const v16i last = NAME(lanes_of)(channels - (blocks - 1) * LANES);
  for (long pixel = 0; pixel < count; pixel++, source += LANES, target += LANES) {
    v16d sum = {0}, squares = {0};
    for (long block = 0; block + 1 < blocks; block++) sum += NAME(widened)(NAME(load)(source + block * source_step));
    const v16 rest = NAME(load)(source + (blocks - 1) * source_step);
    sum += NAME(widened)(NAME(select)(last, rest, zero));
    const double mean = NAME(total)(sum) / (double)channels;
    for (long block = 0; block + 1 < blocks; block++) {
      const v16d x = NAME(widened)(NAME(load)(source + block * source_step)) - mean;
      squares += x * x;
    }
    // Lanes beyond the channels take the mean, which adds nothing.
    const v16d x = NAME(widened)(rest) - mean;
    v16d square = x * x;
    for (long lane = channels - (blocks - 1) * LANES; lane < LANES; lane++) square[lane] = 0;
    squares += square;
    const double scale = 1 / SCALAR_ROOT(NAME(total)(squares) / (double)channels + epsilon);
    for (long block = 0; block < blocks; block++) {
      const v16d y = (NAME(widened)(NAME(load)(source + block * source_step)) - mean) * scale;
      const v16 result =
        __builtin_convertvector(y, v16) * NAME(load)(weight + block * LANES) + NAME(load)(bias + block * LANES);
      NAME(store)(target + block * target_step, block + 1 < blocks ? result : NAME(select)(last, result, zero));
    }
  }
}

TARGET static void NAME(softmax)(
  const float *source, long source_step, float *target, long target_step, long channels, long count, bool is_logarithm
) {
  const v16 zero = {0};
  const long blocks = (channels + LANES - 1) / LANES;
  const v16i last = NAME(lanes_of)(channels - (blocks - 1) * LANES);
  for (long pixel = 0; pixel < count; pixel++, source += LANES, target += LANES) {
    v16 largest = zero - __builtin_inff();
    for (long block = 0; block < blocks; block++) {
      const v16 x = NAME(load)(source + block * source_step);
      const v16i counts = block + 1 < blocks ? x > largest : (x > largest) & last;
      largest = NAME(select)(counts, x, largest);
    }
    float maximum = largest[0];
    for (int lane = 1; lane < LANES; lane++) maximum = largest[lane] > maximum ? largest[lane] : maximum;

    v16d sums = {0};
    for (long block = 0; block < blocks; block++) {
      const v16 x = NAME(load)(source + block * source_step);
      v16 power = NAME(exponential)(x - maximum);
      if (block + 1 == blocks) power = NAME(select)(last, power, zero);
      sums += NAME(widened)(power);
      // The target may be the source, whose numbers the logarithm needs once more.
      if (!is_logarithm) NAME(store)(target + block * target_step, power);
    }
    const float sum = (float)NAME(total)(sums);
    if (is_logarithm) {
      const float logarithm = sum == sum ? NAME(logarithm)(zero + sum)[0] : sum;
      for (long block = 0; block < blocks; block++) {
        const v16 y = NAME(load)(source + block * source_step) - maximum - logarithm;
        NAME(store)(target + block * target_step, block + 1 < blocks ? y : NAME(select)(last, y, zero));
      }
    } else {
      for (long block = 0; block < blocks; block++)
        NAME(store)(target + block * target_step, NAME(load)(target + block * target_step) / sum);
    }
  }
}
