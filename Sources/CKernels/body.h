// The loops themselves, included once for each instruction set, which defines
//   NAME(x)    the name of a function for the set,
//   TARGET     its attribute that lets the compiler use the set,
//   ISA        its value of cnnc_isa,
//   REGISTER_LANES  the floats of one of its registers.
// A vector of 16 floats is one register with AVX-512, two with AVX2 and four with NEON; the compiler splits it.

#include "CKernels.h"
#include "vectors.h"

#include "activations.h"

#include "tile.h"
#include "depthwise.h"
#include "grouped.h"
#include "linear.h"

const cnnc_kernels NAME(table) = {
  .isa = ISA,
  .affine = NAME(affine),

  .panel_blocks = TILE_BLOCKS,
  .tiles = NAME(tiles),
  .planar_tiles = NAME(planar_tiles),
  .grouped_tiles = NAME(grouped_tiles),
  .depthwise = NAME(depthwise),
  .linear = NAME(linear),
};
