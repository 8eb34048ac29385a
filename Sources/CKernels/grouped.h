// Convolution in groups of fewer channels than a block has: 16 lanes hold the outputs of several groups. An input vector
// is permuted so that each lane holds the channel its output sees, and then serves all pixels and taps it is under.

// NEON has registers for two pixels beside the weights of three taps, a table and its indices.
#if REGISTER_FLOATS >= 512
#define GROUPED_PIXELS 14
#elif REGISTER_LANES == 8
#define GROUPED_PIXELS 4
#else
#define GROUPED_PIXELS 2
#endif

#if REGISTER_LANES == 16
INLINE v16 NAME(permute)(const float *pixel, v16i lanes) {
  return (v16)_mm512_permutexvar_ps((__m512i)lanes, _mm512_load_ps(pixel));
}
#elif REGISTER_LANES == 8
INLINE __m256 NAME(permute_half)(__m256 low, __m256 high, __m256i lanes) {
  // The instruction takes a lane's low three bits; the fourth, shifted to the sign, chooses the half.
  return _mm256_blendv_ps(
    _mm256_permutevar8x32_ps(low, lanes), _mm256_permutevar8x32_ps(high, lanes),
    _mm256_castsi256_ps(_mm256_slli_epi32(lanes, 28)));
}

TEMPLATE v16 NAME(permute)(const float *pixel, v16i lanes) {
  union {
    v16i all;
    __m256i half[2];
  } from = {lanes};
  union {
    __m256 half[2];
    v16 all;
  } to;
  const __m256 low = _mm256_load_ps(pixel), high = _mm256_load_ps(pixel + 8);
  to.half[0] = NAME(permute_half)(low, high, from.half[0]);
  to.half[1] = NAME(permute_half)(low, high, from.half[1]);
  return to.all;
}
#elif REGISTER_FLOATS >= 128 && defined(__aarch64__)
// A pixel is the 64 bytes that a table may have. What is computed of the lanes is the same for all pixels.
TEMPLATE v16 NAME(permute)(const float *pixel, v16i lanes) {
  union {
    v16i all;
    uint8x16_t quarter[4];
  } from = {lanes * 0x04040404 + 0x03020100};
  union {
    uint8x16_t quarter[4];
    v16 all;
  } to;
  const uint8_t *bytes = (const uint8_t *)pixel;
  const uint8x16x4_t table = {{vld1q_u8(bytes), vld1q_u8(bytes + 16), vld1q_u8(bytes + 32), vld1q_u8(bytes + 48)}};
  UNROLL for (int i = 0; i < 4; i++) to.quarter[i] = vqtbl4q_u8(table, from.quarter[i]);
  return to.all;
}
#else
INLINE v16 NAME(permute)(const float *pixel, v16i lanes) {
  v16 result;
  UNROLL for (int lane = 0; lane < LANES; lane++) result[lane] = pixel[lanes[lane]];
  return result;
}
#endif

// `across` and `stride` are constants; stride 0, with one tap across, takes it from `t`.
TEMPLATE void NAME(grouped_tile)(
  const cnnc_grouped_tiles *t, const float *input, const float *residual, float *output, const int across,
  const int stride, const int pixels
) {
  v16 sums[GROUPED_PIXELS];
  const v16 bias = t->bias ? *(const v16 *)t->bias : (v16){0};
  UNROLL for (int pixel = 0; pixel < pixels; pixel++) sums[pixel] = bias;
  const v16 *weights = (const v16 *)t->weights;
  ROLLED for (long row = 0; row < t->tap_rows; row++) {
    const float *x = input + t->offsets[row];
    ROLLED for (long c = 0; c < t->inputs; c++) {
      const v16i lanes = *(const v16i_unaligned *)(t->lanes + c * LANES);
      if (stride) {
        v16 w[3];
        UNROLL for (int kx = 0; kx < across; kx++) w[kx] = *weights++;
        UNROLL for (int column = 0; column < (pixels - 1) * stride + across; column++) {
          const v16 value = NAME(permute)(x + column * LANES, lanes);
          UNROLL for (int kx = 0; kx < across; kx++) {
            const int pixel = (column - kx) / stride;
            if (column >= kx && (column - kx) % stride == 0 && pixel < pixels) {
              sums[pixel] = NAME(multiply_add)(value, w[kx], sums[pixel]);
            }
          }
        }
      } else {
        const v16 w = *weights++;
        UNROLL for (int pixel = 0; pixel < pixels; pixel++) {
          const v16 value = NAME(permute)(x + pixel * t->input_pixel_stride, lanes);
          sums[pixel] = NAME(multiply_add)(value, w, sums[pixel]);
        }
      }
    }
  }
  if (residual) {
    UNROLL for (int pixel = 0; pixel < pixels; pixel++) sums[pixel] += *(const v16 *)(residual + pixel * LANES);
  }
  NAME(activate_sums)(sums, pixels, t->activation);
  UNROLL for (int pixel = 0; pixel < pixels; pixel++) *(v16 *)(output + pixel * LANES) = sums[pixel];
}

typedef void NAME(grouped_function)(
  const cnnc_grouped_tiles *, const float *input, const float *residual, float *output);

#define GROUPED(across, stride, pixels) NAME(grouped_##across##_##stride##_##pixels)
#define DEFINE_GROUPED(unused, across, stride, pixels)                                                                 \
  TARGET static void GROUPED(across, stride, pixels)(                                                                  \
    const cnnc_grouped_tiles *t, const float *input, const float *residual, float *output                              \
  ) {                                                                                                                  \
    NAME(grouped_tile)(t, input, residual, output, across, stride, pixels);                                            \
  }
#define GROUPED_ENTRY(unused, across, stride, pixels) GROUPED(across, stride, pixels),
#if GROUPED_PIXELS == 14
#define EACH_GROUPED(X, a, s) EACH_PIXELS(X, _, a, s)
#elif GROUPED_PIXELS == 4
#define EACH_GROUPED(X, a, s) X(_, a, s, 1) X(_, a, s, 2) X(_, a, s, 3) X(_, a, s, 4)
#else
#define EACH_GROUPED(X, a, s) X(_, a, s, 1) X(_, a, s, 2)
#endif
// EACH_PIXELS puts the pixels last, so both forms have them there.
EACH_GROUPED(DEFINE_GROUPED, 3, 1)
EACH_GROUPED(DEFINE_GROUPED, 3, 2)
EACH_GROUPED(DEFINE_GROUPED, 1, 0)

typedef NAME(grouped_function) *const NAME(grouped_table)[GROUPED_PIXELS];
static NAME(grouped_table) NAME(grouped_3_1_table) = {EACH_GROUPED(GROUPED_ENTRY, 3, 1)};
static NAME(grouped_table) NAME(grouped_3_2_table) = {EACH_GROUPED(GROUPED_ENTRY, 3, 2)};
static NAME(grouped_table) NAME(grouped_any_table) = {EACH_GROUPED(GROUPED_ENTRY, 1, 0)};

TARGET static void NAME(grouped_tiles)(const cnnc_grouped_tiles *t) {
  NAME(grouped_function) *const *functions = NAME(grouped_any_table);
  if (t->taps_across == 3) {
    functions = t->input_pixel_stride == LANES ? NAME(grouped_3_1_table) : NAME(grouped_3_2_table);
  }
  const long parts = (t->pixels + GROUPED_PIXELS - 1) / GROUPED_PIXELS;
  const bool second_pass = !NAME(in_registers)(t->activation);
  for (long row = 0; row < t->rows; row++) {
    const long start = row * t->output_row_stride;
    for (long part = 0; part < parts; part++) {
      const long first = t->pixels * part / parts, count = t->pixels * (part + 1) / parts - first;
      const long at = start + first * LANES;
      functions[count - 1](
        t, t->input + row * t->input_row_stride + first * t->input_pixel_stride, t->residual ? t->residual + at : 0,
        t->output + at);
    }
    if (second_pass) NAME(activate_into)(t->output + start, t->output + start, t->pixels, t->activation);
  }
}
