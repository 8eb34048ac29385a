// The loops themselves, included once for each instruction set, which defines
//   NAME(x)    the name of a function for the set,
//   TARGET     its attribute that lets the compiler use the set,
//   ISA        its value of cnnc_isa,
//   REGISTER_LANES  the floats of one of its registers,
//   REGISTERS  the number of its registers,
//   IS_FUSED   whether it multiplies and adds in one operation.
// A vector of 16 floats is one register with AVX-512, two with AVX2 and four with NEON; the compiler splits it.

#include "CKernels.h"
#include "vectors.h"

/// The floats of all registers, by which loops choose how much they hold in them.
#define REGISTER_FLOATS (REGISTER_LANES * REGISTERS)

/// `x · y + z` of vectors. Processors without a fused operation would call a function for it; GCC fuses by itself.
#if IS_FUSED && defined(__clang__)
#define MULTIPLY_ADD(x, y, z) __builtin_elementwise_fma(x, y, z)
#else
#define MULTIPLY_ADD(x, y, z) ((x) * (y) + (z))
#endif

#include "select.h"
#include "exponential.h"
#include "activations.h"
#include "elementwise.h"
#include "pooling.h"
#include "normalization.h"
#include "response.h"
#include "slopes.h"
#include "pool_gradients.h"
#include "norm_gradients.h"
#include "masks.h"
#include "losses.h"
#include "arrangement.h"
#include "resampling.h"

#include "tile.h"
#include "depthwise.h"
#include "grouped.h"
#include "linear.h"
#include "products.h"
#include "packing.h"
#include "strassen.h"
#include "winograd.h"
#include "winograd_weights.h"
#include "winograd_gradients.h"
#include "probe.h"

const cnnc_kernels NAME(table) = {
  .isa = ISA,
  .activate = NAME(activate_into),
  .affine = NAME(affine),
  .join = NAME(join),
  .pixel_gate = NAME(pixel_gate),
  .prelu = NAME(prelu),
  .max_pool = NAME(max_pool),
  .sum_pool = NAME(sum_pool),
  .mean = NAME(mean),
  .largest = NAME(largest_of),
  .moments = NAME(moments),
  .normalize = NAME(normalize),
  .channel_norm = NAME(channel_norm),
  .softmax = NAME(softmax),
  .local_response = NAME(local_response),
  .activation_slope = NAME(activation_slope),
  .prelu_gradient = NAME(prelu_gradient),
  .prelu_sums = NAME(prelu_sums),
  .max_pool_gradient = NAME(max_pool_gradient),
  .sum_pool_gradient = NAME(sum_pool_gradient),
  .norm_sums = NAME(norm_sums),
  .blend = NAME(blend),
  .channel_norm_gradient = NAME(channel_norm_gradient),
  .channel_norm_sums = NAME(channel_norm_sums),
  .softmax_gradient = NAME(softmax_gradient),
  .local_response_gradient = NAME(local_response_gradient),
  .random_mask = NAME(random_mask),
  .pixel_products = NAME(pixel_products),
  .cross_entropy = NAME(cross_entropy),
  .cross_entropy_gradient = NAME(cross_entropy_gradient),
  .gather = NAME(gather),
  .resample = NAME(resample),
  .scatter = NAME(scatter),
  .scatter_lanes = NAME(scatter_lanes),
  .pack = NAME(pack),
  .unpack = NAME(unpack),

  .panel_blocks = TILE_BLOCKS,
  .tiles = NAME(tiles),
  .planar_tiles = NAME(planar_tiles),
  .grouped_tiles = NAME(grouped_tiles),
  .depthwise = NAME(depthwise),
  .linear = NAME(linear),
  .products = NAME(products),
  .lane_products = NAME(lane_products),
  .pack_weights = NAME(pack_weights),
  .strassen_inputs = NAME(strassen_inputs),
  .strassen_weights = NAME(strassen_weights),
  .winograd_input = NAME(winograd_input),
  .winograd_output = NAME(winograd_output),
  .winograd_weights = NAME(winograd_weights),
  .winograd_slopes = NAME(winograd_slopes),
  .winograd_sums = NAME(winograd_sums),
  .multiply_adds = NAME(multiply_adds),
  .probe_floats = PROBE_VECTORS * LANES,
};
