// Depthwise convolution: 16 channels at once, each by itself. Taps in the padding are left out instead of read from a
// padded copy: there is too little arithmetic to pay for one.

#if REGISTER_FLOATS >= 512
#define DEPTHWISE_PIXELS 8
#elif REGISTER_FLOATS >= 128
#define DEPTHWISE_PIXELS 4
#else
#define DEPTHWISE_PIXELS 2
#endif

// `kernel` and `stride` across are constants, with dilation 1, or 0 to take them from `d`; `pixels` is a constant.
TEMPLATE void NAME(depthwise_tile)(
  const cnnc_depthwise *d, long row, long column, NAME(taps) down, NAME(taps) across, const int kernel,
  const int stride, const int pixels
) {
  const long step = (stride ? stride : d->horizontal.stride) * LANES;
  const long dilation = kernel ? 1 : d->horizontal.dilation;
  const long width = kernel ? kernel : d->horizontal.kernel;
  v16 sums[DEPTHWISE_PIXELS];
  const v16 bias = d->bias ? *(const v16 *)d->bias : (v16){0};
  UNROLL for (int pixel = 0; pixel < pixels; pixel++) sums[pixel] = bias;
  const long y = row * d->vertical.stride - d->vertical.before;
  const long x = column * d->horizontal.stride - d->horizontal.before;
  ROLLED for (long ky = down.first; ky < down.end; ky++) {
    const float *input = d->input + ((y + ky * d->vertical.dilation) * d->horizontal.size + x) * LANES;
    const v16 *weights = (const v16 *)d->weights + ky * width;
    if (kernel) {
      UNROLL for (int kx = 0; kx < kernel; kx++) {
        const v16 w = weights[kx];
        UNROLL for (int pixel = 0; pixel < pixels; pixel++) {
          sums[pixel] = NAME(multiply_add)(*(const v16 *)(input + kx * LANES + pixel * step), w, sums[pixel]);
        }
      }
    } else {
      ROLLED for (long kx = across.first; kx < across.end; kx++) {
        const v16 w = weights[kx];
        UNROLL for (int pixel = 0; pixel < pixels; pixel++) {
          const float *value = input + kx * dilation * LANES + pixel * step;
          sums[pixel] = NAME(multiply_add)(*(const v16 *)value, w, sums[pixel]);
        }
      }
    }
  }
  const long at = (row * d->horizontal.outputs + column) * LANES;
  if (d->residual) {
    UNROLL for (int pixel = 0; pixel < pixels; pixel++) sums[pixel] += *(const v16 *)(d->residual + at + pixel * LANES);
  }
  NAME(activate_sums)(sums, pixels, d->activation);
  UNROLL for (int pixel = 0; pixel < pixels; pixel++) *(v16 *)(d->output + at + pixel * LANES) = sums[pixel];
}

typedef void NAME(depthwise_function)(
  const cnnc_depthwise *, long row, long column, NAME(taps) down, NAME(taps) across);

#define DEPTHWISE(kernel, stride, pixels) NAME(depthwise_##kernel##_##stride##_##pixels)
#define DEFINE_DEPTHWISE(unused, kernel, stride, pixels)                                                               \
  TARGET static void DEPTHWISE(kernel, stride, pixels)(                                                                \
    const cnnc_depthwise *d, long row, long column, NAME(taps) down, NAME(taps) across                                 \
  ) {                                                                                                                  \
    NAME(depthwise_tile)(d, row, column, down, across, kernel, stride, pixels);                                        \
  }
#define DEPTHWISE_ENTRY(unused, kernel, stride, pixels) DEPTHWISE(kernel, stride, pixels),
#if DEPTHWISE_PIXELS == 8
#define EACH_DEPTHWISE(X, k, s)                                                                                        \
  X(_, k, s, 1) X(_, k, s, 2) X(_, k, s, 3) X(_, k, s, 4) X(_, k, s, 5) X(_, k, s, 6) X(_, k, s, 7) X(_, k, s, 8)
#elif DEPTHWISE_PIXELS == 4
#define EACH_DEPTHWISE(X, k, s) X(_, k, s, 1) X(_, k, s, 2) X(_, k, s, 3) X(_, k, s, 4)
#else
#define EACH_DEPTHWISE(X, k, s) X(_, k, s, 1) X(_, k, s, 2)
#endif
EACH_DEPTHWISE(DEFINE_DEPTHWISE, 3, 1)
EACH_DEPTHWISE(DEFINE_DEPTHWISE, 3, 2)
EACH_DEPTHWISE(DEFINE_DEPTHWISE, 5, 1)
EACH_DEPTHWISE(DEFINE_DEPTHWISE, 5, 2)
EACH_DEPTHWISE(DEFINE_DEPTHWISE, 0, 0)

typedef NAME(depthwise_function) *const NAME(depthwise_table)[DEPTHWISE_PIXELS];
static NAME(depthwise_table) NAME(depthwise_3_1) = {EACH_DEPTHWISE(DEPTHWISE_ENTRY, 3, 1)};
static NAME(depthwise_table) NAME(depthwise_3_2) = {EACH_DEPTHWISE(DEPTHWISE_ENTRY, 3, 2)};
static NAME(depthwise_table) NAME(depthwise_5_1) = {EACH_DEPTHWISE(DEPTHWISE_ENTRY, 5, 1)};
static NAME(depthwise_table) NAME(depthwise_5_2) = {EACH_DEPTHWISE(DEPTHWISE_ENTRY, 5, 2)};
static NAME(depthwise_table) NAME(depthwise_any) = {EACH_DEPTHWISE(DEPTHWISE_ENTRY, 0, 0)};

TEMPLATE NAME(depthwise_function) *const *NAME(depthwise_functions)(cnnc_axis axis) {
  if (axis.dilation != 1) return NAME(depthwise_any);
  switch (axis.kernel * 10 + axis.stride) {
  case 31: return NAME(depthwise_3_1);
  case 32: return NAME(depthwise_3_2);
  case 51: return NAME(depthwise_5_1);
  case 52: return NAME(depthwise_5_2);
  default: return NAME(depthwise_any);
  }
}

TARGET static void NAME(depthwise)(const cnnc_depthwise *d) {
  NAME(depthwise_function) *const *functions = NAME(depthwise_functions)(d->horizontal);
  const cnnc_axis axis = d->horizontal;
  const NAME(taps) all = {0, 0, axis.kernel};
  // The columns whose taps are all in the input: from `left` to `right`.
  long left = (axis.before + axis.stride - 1) / axis.stride;
  const long room = d->horizontal.size - 1 - (axis.kernel - 1) * axis.dilation + axis.before;
  long right = room < 0 ? 0 : room / axis.stride + 1;
  if (left > d->horizontal.outputs) left = d->horizontal.outputs;
  if (right > d->horizontal.outputs) right = d->horizontal.outputs;
  if (right < left) right = left;
  const long parts = (right - left + DEPTHWISE_PIXELS - 1) / DEPTHWISE_PIXELS;
  const bool second_pass = !NAME(in_registers)(d->activation);
  for (long row = d->first_row; row < d->last_row; row++) {
    const NAME(taps) down = NAME(taps_of)(row, d->vertical);
    for (long x = 0; x < left; x++) NAME(depthwise_any)[0](d, row, x, down, NAME(taps_of)(x, axis));
    for (long part = 0; part < parts; part++) {
      const long first = (right - left) * part / parts, last = (right - left) * (part + 1) / parts;
      functions[last - first - 1](d, row, left + first, down, all);
    }
    for (long x = right; x < d->horizontal.outputs; x++) {
      NAME(depthwise_any)[0](d, row, x, down, NAME(taps_of)(x, axis));
    }
    if (second_pass) {
      float *const stored = d->output + row * axis.outputs * LANES;
      NAME(activate_into)(stored, stored, axis.outputs, d->activation);
    }
  }
}
