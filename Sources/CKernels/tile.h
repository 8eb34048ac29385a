// The microkernel: up to TILE_PIXELS pixels by TILE_BLOCKS blocks of outputs in registers, one tap after another. With a
// table of offsets it serves every dense convolution, the products of Winograd's method and the planar first layer.

// As many accumulators as leave registers for the weights and a broadcast input. Eight or more hide the latency.
#if REGISTER_FLOATS >= 512
#define TILE_PIXELS 14
#define TILE_BLOCKS 2
#elif REGISTER_FLOATS >= 128
#define TILE_PIXELS 6
#define TILE_BLOCKS 1
#else
#define TILE_PIXELS 2
#define TILE_BLOCKS 1
#endif

INLINE v16 NAME(broadcast)(float x) { return x - (v16){0}; }

// `x · y + z`.
INLINE v16 NAME(multiply_add)(v16 x, v16 y, v16 z) { return MULTIPLY_ADD(x, y, z); }

// The activations that are worth applying while the sums are in registers; the others are a second pass over the tile
// just stored.
INLINE bool NAME(in_registers)(cnnc_activation activation) { return activation.kind <= CNNC_LEAKY_RELU; }

TEMPLATE void NAME(activate_sums)(v16 *sums, int count, cnnc_activation activation) {
  switch (activation.kind) {
  case CNNC_RELU: {
    UNROLL for (int i = 0; i < count; i++) sums[i] = NAME(activated)(sums[i], (cnnc_activation){CNNC_RELU, 0, 0});
    break;
  }
  case CNNC_RELU6: {
    UNROLL for (int i = 0; i < count; i++) sums[i] = NAME(activated)(sums[i], (cnnc_activation){CNNC_RELU6, 0, 0});
    break;
  }
  case CNNC_LEAKY_RELU: {
    const cnnc_activation leaky = {CNNC_LEAKY_RELU, activation.a, 0};
    UNROLL for (int i = 0; i < count; i++) sums[i] = NAME(activated)(sums[i], leaky);
    break;
  }
  default: break;
  }
}

// The weights that are needed after these, a cache line for each input: they come from memory while this panel computes.
typedef struct NAME(stream) {
  const char *next;
  long step;
} NAME(stream);

// `inputs` (of a tap: 16 or 1), `stride` (floats between pixels; 0 takes it from `t`), `blocks` and `pixels` are
// constants.
TEMPLATE void NAME(tile)(
  const cnnc_tiles *t, const float *input, const float *residual, float *output, NAME(stream) ahead, const int inputs,
  const int stride, const int blocks, const int pixels
) {
  const long pixel_stride = stride ? stride : t->input_pixel_stride;
  v16 sums[TILE_BLOCKS * TILE_PIXELS];
  UNROLL for (int block = 0; block < blocks; block++) {
    const v16 bias = t->bias ? ((const v16 *)t->bias)[block] : (v16){0};
    UNROLL for (int pixel = 0; pixel < pixels; pixel++) sums[block * pixels + pixel] = bias;
  }
  const v16 *weights = (const v16 *)t->weights;
  // The compiler loads a pixel's channels of a step together, and with an address for each pixel NEON has no registers
  // for four.
  const int step = inputs < 4 ? inputs : REGISTER_LANES == 4 && !stride ? 2 : 4;
  ROLLED for (long tap = 0; tap < t->taps; tap++) {
    const float *x = input + t->offsets[tap];
    ROLLED for (int first = 0; first < inputs; first += step) {
      UNROLL for (int c = first; c < first + step; c++) {
        v16 w[TILE_BLOCKS];
        UNROLL for (int block = 0; block < blocks; block++) w[block] = *weights++;
        __builtin_prefetch(ahead.next, 0, 2);
        ahead.next += ahead.step;
        UNROLL for (int pixel = 0; pixel < pixels; pixel++) {
          const v16 value = NAME(broadcast)(x[pixel * pixel_stride + c]);
          UNROLL for (int block = 0; block < blocks; block++) {
            v16 *sum = &sums[block * pixels + pixel];
            *sum = NAME(multiply_add)(value, w[block], *sum);
          }
        }
      }
    }
  }
  if (residual) {
    UNROLL for (int block = 0; block < blocks; block++) {
      UNROLL for (int pixel = 0; pixel < pixels; pixel++) {
        sums[block * pixels + pixel] += *(const v16 *)(residual + block * t->residual_block_stride + pixel * LANES);
      }
    }
  }
  NAME(activate_sums)(sums, blocks * pixels, t->activation);
  UNROLL for (int block = 0; block < blocks; block++) {
    UNROLL for (int pixel = 0; pixel < pixels; pixel++) {
      *(v16 *)(output + block * t->block_stride + pixel * LANES) = sums[block * pixels + pixel];
    }
  }
}

typedef void NAME(tile_function)(
  const cnnc_tiles *, const float *input, const float *residual, float *output, NAME(stream) ahead);

#define TILE(inputs, stride, blocks, pixels) NAME(tile_##inputs##_##stride##_##blocks##_##pixels)
#define DEFINE_TILE(inputs, stride, blocks, pixels)                                                                    \
  TARGET static void TILE(inputs, stride, blocks, pixels)(                                                             \
    const cnnc_tiles *t, const float *input, const float *residual, float *output, NAME(stream) ahead                  \
  ) {                                                                                                                  \
    NAME(tile)(t, input, residual, output, ahead, inputs, stride, blocks, pixels);                                     \
  }
#define TILE_ENTRY(inputs, stride, blocks, pixels) TILE(inputs, stride, blocks, pixels),

#if TILE_PIXELS == 14
#define EACH_PIXELS(X, i, s, b)                                                                                        \
  X(i, s, b, 1) X(i, s, b, 2) X(i, s, b, 3) X(i, s, b, 4) X(i, s, b, 5) X(i, s, b, 6) X(i, s, b, 7) X(i, s, b, 8)      \
  X(i, s, b, 9) X(i, s, b, 10) X(i, s, b, 11) X(i, s, b, 12) X(i, s, b, 13) X(i, s, b, 14)
#elif TILE_PIXELS == 6
#define EACH_PIXELS(X, i, s, b)                                                                                        \
  X(i, s, b, 1) X(i, s, b, 2) X(i, s, b, 3) X(i, s, b, 4) X(i, s, b, 5) X(i, s, b, 6)
#else
#define EACH_PIXELS(X, i, s, b) X(i, s, b, 1) X(i, s, b, 2)
#endif
#if TILE_BLOCKS == 2
#define EACH_SHAPE(X, i, s) EACH_PIXELS(X, i, s, 1) EACH_PIXELS(X, i, s, 2)
#define TILE_TABLE(i, s) {{EACH_PIXELS(TILE_ENTRY, i, s, 1)}, {EACH_PIXELS(TILE_ENTRY, i, s, 2)}}
#else
#define EACH_SHAPE(X, i, s) EACH_PIXELS(X, i, s, 1)
#define TILE_TABLE(i, s) {{EACH_PIXELS(TILE_ENTRY, i, s, 1)}}
#endif

typedef NAME(tile_function) *const NAME(tile_table)[TILE_BLOCKS][TILE_PIXELS];

EACH_SHAPE(DEFINE_TILE, 16, 16)
EACH_SHAPE(DEFINE_TILE, 16, 32)
EACH_SHAPE(DEFINE_TILE, 16, 0)
EACH_SHAPE(DEFINE_TILE, 1, 1)
EACH_SHAPE(DEFINE_TILE, 1, 2)
EACH_SHAPE(DEFINE_TILE, 1, 4)
EACH_SHAPE(DEFINE_TILE, 1, 0)

static NAME(tile_table) NAME(tiles_16) = TILE_TABLE(16, 16);
static NAME(tile_table) NAME(tiles_32) = TILE_TABLE(16, 32);
static NAME(tile_table) NAME(tiles_any) = TILE_TABLE(16, 0);
static NAME(tile_table) NAME(planar_1) = TILE_TABLE(1, 1);
static NAME(tile_table) NAME(planar_2) = TILE_TABLE(1, 2);
static NAME(tile_table) NAME(planar_4) = TILE_TABLE(1, 4);
static NAME(tile_table) NAME(planar_any) = TILE_TABLE(1, 0);

// Rows in tiles of equal size, for a last tile of a few pixels would not hide the latency.
TARGET static void NAME(run_tiles)(const cnnc_tiles *t, NAME(tile_function) *const *functions, long inputs) {
  const long lines = t->taps * inputs;
  const char *after = (const char *)(t->weights + lines * t->blocks * LANES);
  long tile = 0;
  const long parts = (t->pixels + TILE_PIXELS - 1) / TILE_PIXELS;
  // The second pass of activations that are not worth their code in every tile.
  const bool second_pass = !NAME(in_registers)(t->activation);
  for (long row = 0; row < t->rows; row++) {
    for (long part = 0; part < parts; part++) {
      const long first = t->pixels * part / parts, count = t->pixels * (part + 1) / parts - first;
      const long at = row * t->output_row_stride + first * LANES;
      functions[count - 1](
        t, t->input + row * t->input_row_stride + first * t->input_pixel_stride, t->residual ? t->residual + at : 0,
        t->output + at,
        tile < t->blocks ? (NAME(stream)){after + tile * lines * 64, 64} : (NAME(stream)){after, 0});
      tile++;
      if (second_pass) {
        for (long block = 0; block < t->blocks; block++) {
          float *const stored = t->output + at + block * t->block_stride;
          NAME(activate_into)(stored, stored, count, t->activation);
        }
      }
    }
  }
}

TARGET static void NAME(tiles)(const cnnc_tiles *t) {
  NAME(tile_function) *const *functions;
  switch (t->input_pixel_stride) {
  case 16: functions = NAME(tiles_16)[t->blocks - 1]; break;
  case 32: functions = NAME(tiles_32)[t->blocks - 1]; break;
  default: functions = NAME(tiles_any)[t->blocks - 1]; break;
  }
  NAME(run_tiles)(t, functions, 16);
}

TARGET static void NAME(planar_tiles)(const cnnc_tiles *t) {
  NAME(tile_function) *const *functions;
  switch (t->input_pixel_stride) {
  case 1: functions = NAME(planar_1)[t->blocks - 1]; break;
  case 2: functions = NAME(planar_2)[t->blocks - 1]; break;
  case 4: functions = NAME(planar_4)[t->blocks - 1]; break;
  default: functions = NAME(planar_any)[t->blocks - 1]; break;
  }
  NAME(run_tiles)(t, functions, 1);
}
