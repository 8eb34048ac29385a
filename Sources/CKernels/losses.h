// Cross entropy of pixels, their logits in blocks of 16 channels.

/// The logits' largest, the logarithm of the sum of exponentials of what they are below it, and that sum.
typedef struct NAME(scores) {
  float largest;
  double sum;
} NAME(scores);

TEMPLATE NAME(scores) NAME(scores_of)(const float *logits, long block_step, long channels) {
  const v16 zero = {0};
  const long blocks = (channels + LANES - 1) / LANES;
  const v16i last = NAME(lanes_of)(channels - (blocks - 1) * LANES);
  v16 largest = zero - __builtin_inff();
  for (long block = 0; block < blocks; block++) {
    const v16 x = NAME(load)(logits + block * block_step);
    largest = NAME(select)(block + 1 < blocks ? x > largest : (x > largest) & last, x, largest);
  }
  float maximum = largest[0];
  for (int lane = 1; lane < LANES; lane++) maximum = largest[lane] > maximum ? largest[lane] : maximum;
  v16d sums = {0};
  for (long block = 0; block < blocks; block++) {
    const v16 power = NAME(exponential)(NAME(load)(logits + block * block_step) - maximum);
    sums += NAME(widened)(block + 1 < blocks ? power : NAME(select)(last, power, zero));
  }
  return (NAME(scores)){maximum, NAME(total)(sums)};
}

/// The shares that a pixel's labels give to a block of classes, weighted; zeros beyond the classes.
TEMPLATE v16 NAME(shares_of)(const cnnc_cross_entropy *p, long pixel, long block) {
  const v16 zero = {0};
  const long rest = p->channels - block * LANES;
  v16 shares = zero + p->smoothing / (float)p->channels;
  if (p->shares) {
    shares += NAME(load)(p->shares + block * p->share_step + pixel * LANES) * (1.0f - p->smoothing);
  } else {
    const long lane = (long)p->classes[pixel * p->class_step] - block * LANES;
    if (lane >= 0 && lane < LANES) shares[lane] += 1.0f - p->smoothing;
  }
  if (p->weights) shares *= NAME(load)(p->weights + block * LANES);
  return rest < LANES ? NAME(select)(NAME(lanes_of)(rest), shares, zero) : shares;
}

TARGET static double NAME(cross_entropy)(const cnnc_cross_entropy *p) {
  const v16 zero = {0};
  const long blocks = (p->channels + LANES - 1) / LANES;
  double loss = 0;
  for (long pixel = 0; pixel < p->count; pixel++) {
    const float *logits = p->logits + pixel * LANES;
    const NAME(scores) scores = NAME(scores_of)(logits, p->logit_step, p->channels);
    const float logarithm = NAME(logarithm)(zero + (float)scores.sum)[0];
    v16d sums = {0};
    for (long block = 0; block < blocks; block++) {
      const v16 shares = NAME(shares_of)(p, pixel, block);
      const v16 y = NAME(load)(logits + block * p->logit_step) - scores.largest - logarithm;
      // Where there is no share the spare lanes may hold anything.
      sums += NAME(widened)(NAME(select)(shares != 0.0f, y * shares, zero));
    }
    loss -= NAME(total)(sums);
  }
  return loss;
}

TARGET static void NAME(cross_entropy_gradient)(const cnnc_cross_entropy *p, double factor, float *target, long step) {
  const v16 zero = {0};
  const long blocks = (p->channels + LANES - 1) / LANES;
  const v16i last = NAME(lanes_of)(p->channels - (blocks - 1) * LANES);
  for (long pixel = 0; pixel < p->count; pixel++) {
    const float *logits = p->logits + pixel * LANES;
    const NAME(scores) scores = NAME(scores_of)(logits, p->logit_step, p->channels);
    v16d sums = {0};
    for (long block = 0; block < blocks; block++) sums += NAME(widened)(NAME(shares_of)(p, pixel, block));
    const float scale = (float)(NAME(total)(sums) / scores.sum);
    for (long block = 0; block < blocks; block++) {
      v16 power = NAME(exponential)(NAME(load)(logits + block * p->logit_step) - scores.largest);
      if (block + 1 == blocks) power = NAME(select)(last, power, zero);
      const v16 slope = power * scale - NAME(shares_of)(p, pixel, block);
      NAME(store)(target + block * step + pixel * LANES, slope * (float)factor);
    }
  }
}
