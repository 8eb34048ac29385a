// The gradient of a convolution's weight: sums over pixels, which stay in registers while the pixels pass. They begin at
// zero in each call, so a sum over many pixels is one of shorter sums, which rounds less.

// As many sums as leave registers for the gradient and a broadcast input.
#if REGISTER_FLOATS >= 512
#define PRODUCT_SUMS 16
#elif REGISTER_FLOATS >= 128
#define PRODUCT_SUMS 6
#else
#define PRODUCT_SUMS 2
#endif

// `inputs` from the first and `blocks` are constants.
INLINE void NAME(products_tile)(
  const cnnc_products *p, const float *input, const float *gradient, float *target, const int inputs, const int blocks
) {
  v16 sums[PRODUCT_SUMS];
  UNROLL for (int i = 0; i < blocks * inputs; i++) sums[i] = (v16){0};
  for (long row = 0; row < p->rows; row++) {
    const float *x = input + row * p->input_row_stride, *g = gradient + row * p->gradient_row_stride;
    ROLLED for (long pixel = 0; pixel < p->pixels; pixel++) {
      v16 slopes[2];
      UNROLL for (int block = 0; block < blocks; block++) {
        slopes[block] = *(const v16 *)(g + block * p->gradient_block_stride);
      }
      UNROLL for (int c = 0; c < inputs; c++) {
        const v16 value = NAME(broadcast)(x[c]);
        UNROLL for (int block = 0; block < blocks; block++) {
          v16 *sum = &sums[block * inputs + c];
          *sum = NAME(multiply_add)(value, slopes[block], *sum);
        }
      }
      x += p->input_pixel_stride;
      g += p->gradient_pixel_stride;
    }
  }
  UNROLL for (int block = 0; block < blocks; block++) {
    UNROLL for (int c = 0; c < inputs; c++) {
      *(v16 *)(target + block * p->sums_block_stride + c * p->sums_stride) += sums[block * inputs + c];
    }
  }
}

typedef void NAME(products_function)(
  const cnnc_products *, const float *input, const float *gradient, float *target);

#define PRODUCTS(inputs, blocks) NAME(products_##inputs##_##blocks)
#define DEFINE_PRODUCTS(inputs, blocks)                                                                                \
  TARGET static void PRODUCTS(inputs, blocks)(                                                                         \
    const cnnc_products *p, const float *input, const float *gradient, float *target                                   \
  ) {                                                                                                                  \
    NAME(products_tile)(p, input, gradient, target, inputs, blocks);                                                   \
  }
#define PRODUCTS_ENTRY(inputs, blocks) PRODUCTS(inputs, blocks),

#if PRODUCT_SUMS == 16
#define EACH_PRODUCTS_2(X) X(1, 2) X(2, 2) X(3, 2) X(4, 2) X(5, 2) X(6, 2) X(7, 2) X(8, 2)
#define EACH_PRODUCTS_1(X)                                                                                             \
  X(1, 1) X(2, 1) X(3, 1) X(4, 1) X(5, 1) X(6, 1) X(7, 1) X(8, 1) X(9, 1) X(10, 1) X(11, 1) X(12, 1) X(13, 1)          \
  X(14, 1) X(15, 1) X(16, 1)
#elif PRODUCT_SUMS == 6
#define EACH_PRODUCTS_2(X) X(1, 2) X(2, 2) X(3, 2)
#define EACH_PRODUCTS_1(X) X(1, 1) X(2, 1) X(3, 1) X(4, 1) X(5, 1) X(6, 1)
#else
#define EACH_PRODUCTS_2(X) X(1, 2)
#define EACH_PRODUCTS_1(X) X(1, 1) X(2, 1)
#endif

EACH_PRODUCTS_1(DEFINE_PRODUCTS)
EACH_PRODUCTS_2(DEFINE_PRODUCTS)

static NAME(products_function) *const NAME(products_1)[] = {EACH_PRODUCTS_1(PRODUCTS_ENTRY)};
static NAME(products_function) *const NAME(products_2)[] = {EACH_PRODUCTS_2(PRODUCTS_ENTRY)};

// Two blocks at once where inputs are too few to hide the latency, and as many inputs at once as there are registers.
TARGET static void NAME(products)(const cnnc_products *p) {
  const bool pairs = p->blocks == 2 && p->inputs <= PRODUCT_SUMS / 2;
  const long parts = (p->inputs + PRODUCT_SUMS - 1) / PRODUCT_SUMS;
  for (long block = 0; block < (pairs ? 1 : p->blocks); block++) {
    for (long part = 0; part < parts; part++) {
      const long first = p->inputs * part / parts, count = p->inputs * (part + 1) / parts - first;
      (pairs ? NAME(products_2) : NAME(products_1))[count - 1](
        p, p->input + first, p->gradient + block * p->gradient_block_stride,
        p->sums + block * p->sums_block_stride + first * p->sums_stride);
    }
  }
}

// `taps` is a constant.
INLINE void NAME(lane_products_tile)(const cnnc_lane_products *p, long first, const int taps) {
  v16 sums[PRODUCT_SUMS];
  UNROLL for (int tap = 0; tap < taps; tap++) sums[tap] = (v16){0};
  for (long row = 0; row < p->rows; row++) {
    const float *x = p->input + row * p->input_row_stride, *g = p->gradient + row * p->gradient_row_stride;
    ROLLED for (long pixel = 0; pixel < p->pixels; pixel++) {
      const v16 slope = *(const v16 *)g;
      UNROLL for (int tap = 0; tap < taps; tap++) {
        sums[tap] = NAME(multiply_add)(*(const v16 *)(x + p->offsets[first + tap]), slope, sums[tap]);
      }
      x += p->input_pixel_stride;
      g += LANES;
    }
  }
  UNROLL for (int tap = 0; tap < taps; tap++) ((v16 *)p->sums)[first + tap] += sums[tap];
}

typedef void NAME(lane_products_function)(const cnnc_lane_products *, long first);

#define LANE_PRODUCTS(taps) NAME(lane_products_##taps)
#define DEFINE_LANE_PRODUCTS(taps)                                                                                     \
  TARGET static void LANE_PRODUCTS(taps)(const cnnc_lane_products *p, long first) {                                    \
    NAME(lane_products_tile)(p, first, taps);                                                                          \
  }
#define LANE_PRODUCTS_ENTRY(taps) LANE_PRODUCTS(taps),

#if PRODUCT_SUMS == 16
#define EACH_LANE_PRODUCTS(X) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9)
#elif PRODUCT_SUMS == 6
#define EACH_LANE_PRODUCTS(X) X(1) X(2) X(3) X(4) X(5)
#else
#define EACH_LANE_PRODUCTS(X) X(1) X(2)
#endif

EACH_LANE_PRODUCTS(DEFINE_LANE_PRODUCTS)

static NAME(lane_products_function) *const NAME(lane_products_functions)[] = {EACH_LANE_PRODUCTS(LANE_PRODUCTS_ENTRY)};
enum { NAME(lane_products_taps) = sizeof NAME(lane_products_functions) / sizeof *NAME(lane_products_functions) };

TARGET static void NAME(lane_products)(const cnnc_lane_products *p) {
  const long parts = (p->taps + NAME(lane_products_taps) - 1) / NAME(lane_products_taps);
  for (long part = 0; part < parts; part++) {
    const long first = p->taps * part / parts, count = p->taps * (part + 1) / parts - first;
    NAME(lane_products_functions)[count - 1](p, first);
  }
}
