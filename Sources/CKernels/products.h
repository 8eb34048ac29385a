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
TEMPLATE void NAME(products_tile)(
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

// The gradient of a depthwise convolution's weight, taps in the padding left out instead of read from a padded copy.

// `rows` of taps from `top`, and `taps` of each from `left`, are constants, and whether taps are neighbours; all outputs of
// rows `first` to `last` have the rows of taps in the input.
TEMPLATE void NAME(lane_products_tile)(
  const cnnc_lane_products *p, long first, long last, long top, long left, const int rows, const int taps,
  const bool near
) {
  const cnnc_axis down = p->vertical, across = p->horizontal;
  const long dilation = near ? 1 : across.dilation, stride = across.stride * LANES;
  const long row_step = down.dilation * across.size * LANES;
  // Where the first tap of the first output is; the outputs whose taps are all in the input are from `begin` to `end`.
  const long start = left * across.dilation - across.before;
  const long room = across.size - 1 - (taps - 1) * dilation - start;
  long begin = start < 0 ? (across.stride - 1 - start) / across.stride : 0;
  long end = room < 0 ? 0 : room / across.stride + 1;
  if (begin > across.outputs) begin = across.outputs;
  if (end > across.outputs) end = across.outputs;
  if (end < begin) end = begin;
  v16 sums[PRODUCT_SUMS];
  UNROLL for (int i = 0; i < rows * taps; i++) sums[i] = (v16){0};
  for (long row = first; row < last; row++) {
    const long y = row * down.stride - down.before + top * down.dilation;
    const float *x = p->input + (y * across.size + start) * LANES, *g = p->gradient + row * across.outputs * LANES;
    ROLLED for (long column = 0; column < across.outputs; column++) {
      if (column == begin) {
        ROLLED for (; column < end; column++) {
          const v16 slope = *(const v16 *)(g + column * LANES);
          const float *pixel = x + column * stride;
          UNROLL for (int i = 0; i < rows * taps; i++) {
            const float *value = pixel + i / taps * row_step + i % taps * dilation * LANES;
            sums[i] = NAME(multiply_add)(*(const v16 *)value, slope, sums[i]);
          }
        }
        if (column == across.outputs) break;
      }
      const v16 slope = *(const v16 *)(g + column * LANES);
      UNROLL for (int tap = 0; tap < taps; tap++) {
        const long at = start + column * across.stride + tap * dilation;
        if (at < 0 || at >= across.size) continue;
        UNROLL for (int i = 0; i < rows; i++) {
          const float *value = x + i * row_step + (at - start) * LANES;
          sums[i * taps + tap] = NAME(multiply_add)(*(const v16 *)value, slope, sums[i * taps + tap]);
        }
      }
    }
  }
  UNROLL for (int i = 0; i < rows * taps; i++) {
    ((v16 *)p->sums)[(top + i / taps) * across.kernel + left + i % taps] += sums[i];
  }
}

typedef void NAME(lane_products_function)(const cnnc_lane_products *, long first, long last, long top, long left);

#define LANE_PRODUCTS(rows, taps, near) NAME(lane_products_##rows##_##taps##_##near)
#define DEFINE_LANE_PRODUCTS(rows, taps, near)                                                                         \
  TARGET static void LANE_PRODUCTS(rows, taps, near)(                                                                  \
    const cnnc_lane_products *p, long first, long last, long top, long left                                            \
  ) {                                                                                                                  \
    NAME(lane_products_tile)(p, first, last, top, left, rows, taps, near);                                             \
  }
#define LANE_PRODUCTS_ENTRY(rows, taps, near) LANE_PRODUCTS(rows, taps, near),

// Whole rows of 3 or 5 neighbours, several at once, and parts of any row.
#if PRODUCT_SUMS == 16
#define EACH_LANE_PRODUCTS_3(X) X(1, 3, 1) X(2, 3, 1) X(3, 3, 1)
#define EACH_LANE_PRODUCTS_5(X) X(1, 5, 1) X(2, 5, 1) X(3, 5, 1)
#define EACH_LANE_PRODUCTS(X)                                                                                          \
  X(1, 1, 0) X(1, 2, 0) X(1, 3, 0) X(1, 4, 0) X(1, 5, 0) X(1, 6, 0) X(1, 7, 0) X(1, 8, 0) X(1, 9, 0)
#elif PRODUCT_SUMS == 6
#define EACH_LANE_PRODUCTS_3(X) X(1, 3, 1) X(2, 3, 1)
#define EACH_LANE_PRODUCTS_5(X) X(1, 5, 1)
#define EACH_LANE_PRODUCTS(X) X(1, 1, 0) X(1, 2, 0) X(1, 3, 0) X(1, 4, 0) X(1, 5, 0)
#else
#define EACH_LANE_PRODUCTS_3(X)
#define EACH_LANE_PRODUCTS_5(X)
#define EACH_LANE_PRODUCTS(X) X(1, 1, 0) X(1, 2, 0)
#endif

EACH_LANE_PRODUCTS_3(DEFINE_LANE_PRODUCTS)
EACH_LANE_PRODUCTS_5(DEFINE_LANE_PRODUCTS)
EACH_LANE_PRODUCTS(DEFINE_LANE_PRODUCTS)

// Each behind those of one row or tap less.
static NAME(lane_products_function) *const NAME(lane_products_3)[] = {0, EACH_LANE_PRODUCTS_3(LANE_PRODUCTS_ENTRY)};
static NAME(lane_products_function) *const NAME(lane_products_5)[] = {0, EACH_LANE_PRODUCTS_5(LANE_PRODUCTS_ENTRY)};
static NAME(lane_products_function) *const NAME(lane_products_any)[] = {0, EACH_LANE_PRODUCTS(LANE_PRODUCTS_ENTRY)};

/// Rows of outputs with the same rows of taps in the input.
TEMPLATE void NAME(lane_products_rows)(const cnnc_lane_products *p, long first, long last, NAME(taps) down) {
  enum {
    LARGEST_3 = sizeof NAME(lane_products_3) / sizeof *NAME(lane_products_3) - 1,
    LARGEST_5 = sizeof NAME(lane_products_5) / sizeof *NAME(lane_products_5) - 1,
    LARGEST = sizeof NAME(lane_products_any) / sizeof *NAME(lane_products_any) - 1,
  };
  const cnnc_axis across = p->horizontal;
  const bool near = across.dilation == 1;
  NAME(lane_products_function) *const *const functions =
    across.kernel == 3 ? NAME(lane_products_3) : NAME(lane_products_5);
  const long most = near && across.kernel == 3 ? LARGEST_3 : near && across.kernel == 5 ? LARGEST_5 : 0;
  const long parts = (across.kernel + LARGEST - 1) / LARGEST;
  for (long top = down.first; top < down.end;) {
    const long rows = down.end - top < most ? down.end - top : most;
    if (rows > 0) {
      functions[rows](p, first, last, top, 0);
      top += rows;
      continue;
    }
    for (long part = 0; part < parts; part++) {
      const long left = across.kernel * part / parts, count = across.kernel * (part + 1) / parts - left;
      NAME(lane_products_any)[count](p, first, last, top, left);
    }
    top++;
  }
}

TARGET static void NAME(lane_products)(const cnnc_lane_products *p) {
  const cnnc_axis axis = p->vertical;
  for (long row = 0; row < axis.outputs;) {
    const NAME(taps) down = NAME(taps_of)(row, axis);
    long end = row + 1;
    for (; end < axis.outputs && end - row < p->run; end++) {
      const NAME(taps) next = NAME(taps_of)(end, axis);
      if (next.first != down.first || next.end != down.end) break;
    }
    NAME(lane_products_rows)(p, row, end, down);
    row = end;
  }
}
