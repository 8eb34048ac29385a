#ifndef CNNC_TYPES_H
#define CNNC_TYPES_H

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

/// One direction of a window over an input of `size` pixels, as the runtime's sliding windows describe it.
typedef struct cnnc_axis {
  long size, kernel, stride, dilation, before, outputs;
} cnnc_axis;

#endif
