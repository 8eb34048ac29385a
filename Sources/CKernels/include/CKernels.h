#ifndef CNNC_KERNELS_H
#define CNNC_KERNELS_H

// The inner loops of the tensor runtime, once for each instruction set, and the barrier of its threads.
//
// Maps lie in blocks of 16 channels: [N][C/16][H][W][16]. Everything around these loops is Swift.

#include <stdbool.h>
#include <stdint.h>

#include "CThreads.h"
#include "Convolutions.h"
#include "Gradients.h"
#include "Types.h"
#include "Winograd.h"

/// The instruction sets there are loops for. A processor has the portable one, and perhaps others.
typedef enum cnnc_isa {
  CNNC_ISA_PORTABLE = 0,
  CNNC_ISA_NEON,
  CNNC_ISA_AVX2,
  CNNC_ISA_AVX512,
} cnnc_isa;

/// How two values become one, element by element; the maximum is NaN if one of them is.
typedef enum cnnc_join {
  CNNC_SUM = 0,
  CNNC_PRODUCT,
  CNNC_MAXIMUM,
} cnnc_join;

/// In place of an offset: a lane becomes zero, or stays what it is.
#define CNNC_ZERO ((int64_t)-1)
#define CNNC_KEEP ((int64_t)-2)

/// The loops for one instruction set.
///
/// A pixel is the 16 channels of a block, at a multiple of 64 bytes; counts are numbers of pixels, steps numbers of
/// floats. A target may be a source unless said otherwise.
typedef struct cnnc_kernels {
  cnnc_isa isa;

  // Elements

  /// Writes `act(x)`.
  void (*activate)(const float *source, float *target, long count, cnnc_activation activation);
  /// Writes `act(x · scale + shift + residual)`; scale and shift are a pixel, and both and the residual may be null.
  void (*affine)(
    const float *source, const float *residual, float *target, long count, const float *scale, const float *shift,
    cnnc_activation activation);
  /// Writes `act(join(first, second) + residual)`; the residual may be null.
  void (*join)(
    const float *first, const float *second, const float *residual, float *target, long count, cnnc_join join,
    cnnc_activation activation);
  /// Writes `act(x · g + residual)`, g the first lane of each pixel of the gate; the residual may be null.
  void (*pixel_gate)(
    const float *source, const float *gate, const float *residual, float *target, long count,
    cnnc_activation activation);
  /// Writes x for x > 0, else `slope · x`; the slopes are a pixel.
  void (*prelu)(const float *source, float *target, long count, const float *slopes);

  // Pools; a target is no source

  /// Writes a row of a max pool. `source` is the first pixel of the first row under the window that lies in the input,
  /// `rows` the number of those rows, `row_step` from one to the next.
  void (*max_pool)(const float *source, long rows, long row_step, float *target, cnnc_axis columns);
  /// Writes a row of sums, divided by `row_divisor · column_divisors[output]` unless that is null.
  void (*sum_pool)(
    const float *source, long rows, long row_step, float *target, cnnc_axis columns, float row_divisor,
    const float *column_divisors);
  /// Writes the mean of a rectangle's pixels, summed in double precision.
  void (*mean)(const float *source, long rows, long row_step, long columns, float *target);
  /// Writes the largest of a rectangle's pixels.
  void (*largest)(const float *source, long rows, long row_step, long columns, float *target);

  // Norms over channels and pixels. Lanes beyond the channels become zero, block steps are floats from one block of a
  // pixel to the next.

  /// Writes 16 sums over the pixels: of x, or with means, which are 16 too, of their squared distance from those.
  void (*moments)(const float *source, long count, const double *means, double *sums);
  /// Writes `(x − mean) · scale · weight + bias`; means and scales are 16, weight and bias a pixel each `weight_step`.
  void (*normalize)(
    const float *source, float *target, long count, const double *means, const double *scales, const float *weight,
    const float *bias, long weight_step);
  /// Normalizes each pixel over its channels; weight and bias have a number for each.
  void (*channel_norm)(
    const float *source, long source_step, float *target, long target_step, long channels, long count,
    const float *weight, const float *bias, double epsilon);
  /// Writes the softmax, or its logarithm, of each pixel's channels.
  void (*softmax)(
    const float *source, long source_step, float *target, long target_step, long channels, long count,
    bool is_logarithm);
  /// Writes a block of `x · (k + alpha · Σ x²)^−beta`, the sum over the channels from `before` before to `behind` behind.
  /// `source` is the first block of the first pixel, and no target.
  void (*local_response)(
    const float *source, long block_step, float *target, long block, long channels, long count, long before,
    long behind, float alpha, float beta, float k);

  // Gradients

  /// Writes `g · act′`, at the argument or, if `is_result`, where the activation gave the value; only for ReLU, ReLU6,
  /// leaky ReLU with a positive slope, ELU, SELU, both sigmoids and tanh is that known.
  void (*activation_slope)(
    const float *value, const float *gradient, float *target, long count, cnnc_activation activation, bool is_result);
  /// Writes g for x > 0, else `slope · g`; the slopes are a pixel.
  void (*prelu_gradient)(
    const float *source, const float *gradient, float *target, long count, const float *slopes);
  /// Writes 16 sums over the pixels of `g · x` where x is not above zero.
  void (*prelu_sums)(const float *source, const float *gradient, long count, double *sums);
  /// Adds a row of the gradient of a max pool to the rows under its windows, `rows` of them from `source` and `target`
  /// on: the whole of each to the first tap that is the largest or NaN. `result` is the row that the pool gave.
  void (*max_pool_gradient)(
    const float *source, const float *result, const float *gradient, float *target, long rows, long row_step,
    cnnc_axis columns);
  /// Adds a row of the gradient of a pool of sums, divided like the sums, to the rows under its windows.
  void (*sum_pool_gradient)(
    const float *gradient, float *target, long rows, long row_step, cnnc_axis columns, float row_divisor,
    const float *column_divisors);
  /// Writes 16 sums of g over the pixels, and 16 of `g · (x − mean)`; the means may be null for zeros.
  void (*norm_sums)(
    const float *gradient, const float *source, long count, const double *means, double *sums);
  /// Writes `x · a + y · b + c`; a, b and c are a pixel each.
  void (*blend)(
    const float *first, const float *second, float *target, long count, const float *a, const float *b, const float *c);
  /// Writes the gradient by the input of a norm over each pixel's channels; the weight may be null for ones.
  void (*channel_norm_gradient)(
    const float *source, long source_step, const float *gradient, long gradient_step, float *target, long target_step,
    long channels, long count, const float *weight, double epsilon);
  /// Writes for each lane of each block the sum over the pixels of `g · (x − mean) · scale`, normalized like that; the
  /// lanes beyond the channels may become anything.
  void (*channel_norm_sums)(
    const float *source, long source_step, const float *gradient, long gradient_step, long channels, long count,
    double epsilon, double *sums);
  /// Writes the gradient by the input of a softmax over each pixel's channels, or its logarithm, of what it gave.
  void (*softmax_gradient)(
    const float *result, long result_step, const float *gradient, long gradient_step, float *target, long target_step,
    long channels, long count, bool is_logarithm);
  /// Writes the gradient of `local_response` for all channels. `terms` is memory of floats: twice as many as there are
  /// lanes, and twice `before + behind` in whole blocks.
  void (*local_response_gradient)(
    const float *source, long source_step, const float *gradient, long gradient_step, float *target, long target_step,
    long channels, long count, long before, long behind, float alpha, float beta, float k, float *terms);

  /// Writes 0 for each lane of which the mixed state, without its 11 lowest bits, is below the threshold, else `x · factor`.
  /// The states count from the first lane of the first pixel.
  void (*random_mask)(
    const float *source, float *target, long count, uint64_t state, uint64_t pixel_step, uint64_t lane_step,
    uint64_t threshold, float factor);
  /// Writes the sum over the channels of `x · y` in the first lane of each pixel, and zeros in the others.
  void (*pixel_products)(
    const float *first, long first_step, const float *second, long second_step, float *target, long channels,
    long count);
  /// Gives the sum over the pixels of −Σ share · ln softmax.
  double (*cross_entropy)(const cnnc_cross_entropy *);
  /// Writes the gradient of that by the logits, times a factor; blocks of the target are `step` apart.
  void (*cross_entropy_gradient)(const cnnc_cross_entropy *, double factor, float *target, long step);

  // Moves; a target is no source

  /// Writes pixels whose lanes come from the given offsets from `source`, or are CNNC_ZERO or CNNC_KEEP.
  void (*gather)(
    const float *source, long source_step, const int64_t *offsets, float *target, long target_step, long count);
  /// Writes weighted sums of pixels in `row_taps` rows, whose offsets are given, and `column_taps` columns, whose offsets
  /// and weights are given for each output.
  void (*resample)(
    const float *source, const int64_t *rows, const float *row_weights, long row_taps, const int64_t *columns,
    const float *column_weights, long column_taps, float *target, long count);
  /// Adds to every target pixel the sum of `channels` lanes of a source pixel, each times a pixel of weights.
  void (*scatter)(
    const float *source, long channels, const float *weights, float *target, long target_step, long count);
  /// The same with a lane of its own, or CNNC_ZERO, for each lane of the target: offsets and weights are `channels` · 16.
  void (*scatter_lanes)(
    const float *source, const int64_t *offsets, long channels, const float *weights, float *target, long target_step,
    long count);
  /// Writes blocked pixels of up to 16 channels that lie `plane` floats apart; the other lanes become zero.
  void (*pack)(const float *source, long plane, long channels, float *target, long count);
  /// Writes up to 16 channels, `plane` floats apart, from blocked pixels.
  void (*unpack)(const float *source, float *target, long plane, long channels, long count);

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
  /// Adds up the gradient of a weight: of a convolution or linear layer, and of a depthwise convolution.
  void (*products)(const cnnc_products *);
  void (*lane_products)(const cnnc_lane_products *);
  /// Packs weights for all of the convolutions and linear layers but Winograd's method.
  void (*pack_weights)(const cnnc_weight_rows *);
  /// Writes the sums of inputs that Strassen's products are of, and those of `count` weights: seven parts that lie
  /// `count` floats apart, of which the first, second and sixth and, as the fifth, a fourth quarter are given.
  void (*strassen_inputs)(const cnnc_strassen_inputs *);
  void (*strassen_weights)(float *parts, long count);
  /// Transforms tiles of an input, of products, and weights.
  void (*winograd_input)(const cnnc_winograd_input *);
  void (*winograd_output)(const cnnc_winograd_output *);
  void (*winograd_weights)(const cnnc_winograd_weights *);
  /// The same for the gradient of a weight: tiles of the gradient, and sums of products.
  void (*winograd_slopes)(const cnnc_winograd_slopes *);
  void (*winograd_sums)(const cnnc_winograd_sums *);
  /// Multiplies and adds `probe_floats` numbers in registers, `rounds` times; the result is of no use.
  float (*multiply_adds)(long rounds);
  long probe_floats;
} cnnc_kernels;

/// The loops for an instruction set, or null if this processor lacks it or this program has none.
const cnnc_kernels *cnnc_kernels_for(cnnc_isa isa);

#endif
