// Linear layers: a panel of up to 64 outputs, its weights one contiguous stream from memory, for as many vectors as there
// are registers. More vectors take the panel a part of the inputs at a time, so that it is read from memory once.

#if REGISTER_FLOATS >= 512
#define LINEAR_IMAGES 6
#else
#define LINEAR_IMAGES 1
#endif

// Inputs of a part: 128 KB of weights.
#define LINEAR_INPUTS 512

// `blocks` and `images` are constants.
TEMPLATE void NAME(linear_tile)(
  const cnnc_linear *l, long first, long last, const float *input, const float *residual, float *output,
  const int blocks, const int images
) {
  v16 sums[LINEAR_IMAGES * 4];
  UNROLL for (int image = 0; image < images; image++) {
    UNROLL for (int block = 0; block < blocks; block++) {
      v16 *sum = &sums[image * blocks + block];
      if (first > 0) *sum = *(const v16 *)(output + image * l->output_stride + block * LANES);
      else *sum = l->bias ? ((const v16 *)l->bias)[block] : (v16){0};
    }
  }
  const float *weights = l->weights + first * l->weight_stride;
  ROLLED for (long c = first; c < last; c++) {
    UNROLL for (int image = 0; image < images; image++) {
      const v16 value = NAME(broadcast)(input[image * l->input_stride + c]);
      UNROLL for (int block = 0; block < blocks; block++) {
        v16 *sum = &sums[image * blocks + block];
        *sum = NAME(multiply_add)(value, ((const v16 *)weights)[block], *sum);
      }
    }
    weights += l->weight_stride;
  }
  if (last == l->inputs) {
    if (residual) {
      UNROLL for (int image = 0; image < images; image++) {
        UNROLL for (int block = 0; block < blocks; block++) {
          sums[image * blocks + block] += *(const v16 *)(residual + image * l->residual_stride + block * LANES);
        }
      }
    }
    NAME(activate_sums)(sums, images * blocks, l->activation);
  }
  UNROLL for (int image = 0; image < images; image++) {
    UNROLL for (int block = 0; block < blocks; block++) {
      *(v16 *)(output + image * l->output_stride + block * LANES) = sums[image * blocks + block];
    }
  }
}

typedef void NAME(linear_function)(
  const cnnc_linear *, long first, long last, const float *input, const float *residual, float *output);

#define LINEAR(blocks, images) NAME(linear_##blocks##_##images)
#define DEFINE_LINEAR(blocks, images)                                                                                  \
  TARGET static void LINEAR(blocks, images)(                                                                           \
    const cnnc_linear *l, long first, long last, const float *input, const float *residual, float *output              \
  ) {                                                                                                                  \
    NAME(linear_tile)(l, first, last, input, residual, output, blocks, images);                                        \
  }
#define LINEAR_ENTRY(blocks, images) LINEAR(blocks, images),
#if LINEAR_IMAGES == 6
#define EACH_LINEAR(X, b) X(b, 1) X(b, 2) X(b, 3) X(b, 4) X(b, 5) X(b, 6)
#else
#define EACH_LINEAR(X, b) X(b, 1)
#endif
EACH_LINEAR(DEFINE_LINEAR, 1)
EACH_LINEAR(DEFINE_LINEAR, 2)
EACH_LINEAR(DEFINE_LINEAR, 3)
EACH_LINEAR(DEFINE_LINEAR, 4)

static NAME(linear_function) *const NAME(linear_functions)[4][LINEAR_IMAGES] = {
  {EACH_LINEAR(LINEAR_ENTRY, 1)},
  {EACH_LINEAR(LINEAR_ENTRY, 2)},
  {EACH_LINEAR(LINEAR_ENTRY, 3)},
  {EACH_LINEAR(LINEAR_ENTRY, 4)},
};

TARGET static void NAME(linear)(const cnnc_linear *l) {
  const long parts = (l->images + LINEAR_IMAGES - 1) / LINEAR_IMAGES;
  const long inputs = parts > 1 ? LINEAR_INPUTS : l->inputs;
  for (long first = 0; first < l->inputs; first += inputs) {
    const long last = first + inputs < l->inputs ? first + inputs : l->inputs;
    for (long part = 0; part < parts; part++) {
      const long image = l->images * part / parts, count = l->images * (part + 1) / parts - image;
      NAME(linear_functions)[l->blocks - 1][count - 1](
        l, first, last, l->input + image * l->input_stride,
        l->residual ? l->residual + image * l->residual_stride : 0, l->output + image * l->output_stride);
    }
  }
  if (NAME(in_registers)(l->activation)) return;
  for (long image = 0; image < l->images; image++) {
    float *const stored = l->output + image * l->output_stride;
    NAME(activate_into)(stored, stored, l->blocks, l->activation);
  }
}
