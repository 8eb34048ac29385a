#ifndef CNNC_KERNELS_H
#define CNNC_KERNELS_H

// The inner loops of the tensor runtime, once for each instruction set, and the barrier of its threads.
//
// Maps lie in blocks of 16 channels: [N][C/16][H][W][16]. Everything around these loops is Swift.

#include <stdbool.h>
#include <stdint.h>

#include "Activation.h"
#include "Convolutions.h"

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

  // Convolutions and linear layers.

  /// Blocks of 16 outputs that `tiles` and `planar_tiles` take at once, and weights are packed for.
  int32_t panel_blocks;
  /// Convolves with 16 input channels a tap.
  void (*tiles)(const cnnc_tiles *);
  /// Convolves with one input channel a tap.
  void (*planar_tiles)(const cnnc_tiles *);
  /// Convolves in groups smaller than a block.
  void (*grouped_tiles)(const cnnc_grouped_tiles *);
  /// Convolves each channel by itself.
  void (*depthwise)(const cnnc_depthwise *);
  /// Multiplies vectors by a panel of a matrix.
  void (*linear)(const cnnc_linear *);
} cnnc_kernels;

/// The loops for an instruction set, or null if this processor lacks it or this program has none.
const cnnc_kernels *cnnc_kernels_for(cnnc_isa isa);

#endif
