#ifndef CNNC_KERNELS_H
#define CNNC_KERNELS_H

// The inner loops of the tensor runtime, once for each instruction set, and the barrier of its threads.
//
// Maps lie in blocks of 16 channels: [N][C/16][H][W][16]. Everything around these loops is Swift.

#include <stdbool.h>
#include <stdint.h>

/// A function of each element. `a` and `b` are its parameters: a slope, alpha, beta and a threshold, a gain and a slope.
typedef struct cnnc_activation {
  int32_t kind;
  float a, b;
} cnnc_activation;

enum {
  CNNC_IDENTITY = 0,
  CNNC_RELU,
  CNNC_RELU6,
  CNNC_LEAKY_RELU,
  CNNC_ELU,
  CNNC_SELU,
  CNNC_GELU,
  CNNC_APPROXIMATE_GELU,
  CNNC_SILU,
  CNNC_HARD_SWISH,
  CNNC_MISH,
  CNNC_SIGMOID,
  CNNC_HARD_SIGMOID,
  CNNC_TANH,
  CNNC_SOFTPLUS,
};

/// The instruction sets there are loops for. A processor has the portable one, and perhaps others.
typedef enum cnnc_isa {
  CNNC_ISA_PORTABLE = 0,
  CNNC_ISA_NEON,
  CNNC_ISA_AVX2,
  CNNC_ISA_AVX512,
} cnnc_isa;

/// The loops for one instruction set.
typedef struct cnnc_kernels {
  cnnc_isa isa;

  /// Writes `act(x · scale + shift)` for `count` pixels of 16 channels; scale, shift and residual may be null. `target`
  /// may be `source`.
  void (*affine)(
    const float *source, const float *residual, float *target, long count, const float *scale, const float *shift,
    cnnc_activation activation);
} cnnc_kernels;

/// The loops for an instruction set, or null if this processor lacks it or this program has none.
const cnnc_kernels *cnnc_kernels_for(cnnc_isa isa);

#endif
