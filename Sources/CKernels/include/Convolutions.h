#ifndef CNNC_CONVOLUTIONS_H
#define CNNC_CONVOLUTIONS_H

// What the loops of convolutions and linear layers are told. Strides and offsets count floats.

#include "Types.h"

/// Rows of output pixels of one panel: one or two blocks of 16 output channels that are computed at once.
typedef struct cnnc_tiles {
  /// The first tap of the first pixel.
  const float *input;
  /// Where each tap's inputs are, from the first's.
  const long *offsets;
  long taps;
  /// `[taps][inputs of a tap][16 · blocks]`.
  const float *weights;
  /// `[16 · blocks]`; null for zeros.
  const float *bias;
  /// In the output's shape; may be null.
  const float *residual;
  float *output;
  long blocks;
  /// Between the blocks of the output, and of the residual.
  long block_stride, residual_block_stride;
  long rows, pixels;
  /// Between inputs of neighbouring output pixels and rows.
  long input_pixel_stride, input_row_stride;
  /// Between rows of the output and of the residual.
  long output_row_stride;
  cnnc_activation activation;
} cnnc_tiles;

/// Two runs of pixels of two halves of a convolution's inputs, whose sums Strassen's products are of.
typedef struct cnnc_strassen_inputs {
  /// The first block of the first run.
  const float *input;
  /// To the second run, and to the second half of the blocks.
  long run_stride, half_stride;
  /// Blocks of a half.
  long blocks;
  long block_stride;
  /// Of the first run and of the second, which may be shorter: zeros follow.
  long pixels, second_pixels;
  /// `[sum][block][pixel][16]`: with runs 1 and 2 of halves a and b, `2a + 2b`, that minus `1a`, `1a − 2a`, and `1b`
  /// minus the second of these.
  float *target;
  long target_stride, target_block_stride;
} cnnc_strassen_inputs;

/// Rows of output pixels of one block of 16 output channels, each of which sees few channels of one input block.
typedef struct cnnc_grouped_tiles {
  const float *input;
  /// Where each row of taps is (`taps_across` of them are neighbours), from the first.
  const long *offsets;
  long tap_rows;
  /// 3 or 1.
  long taps_across;
  /// The input channels that an output sees.
  long inputs;
  /// For each of them the lane that each of the 16 outputs takes it from: `[inputs][16]`.
  const int32_t *lanes;
  /// `[tap_rows][inputs][taps_across][16]`.
  const float *weights;
  const float *bias;
  const float *residual;
  float *output;
  long rows, pixels;
  long input_pixel_stride, input_row_stride;
  long output_row_stride;
  cnnc_activation activation;
} cnnc_grouped_tiles;

/// Rows `first_row..<last_row` of the outputs of one block of 16 channels.
typedef struct cnnc_depthwise {
  /// `[height][width][16]`.
  const float *input;
  /// `[kernel][kernel][16]`.
  const float *weights;
  const float *bias;
  /// `[horizontal.outputs][16]` a row, from row 0; may be null.
  const float *residual;
  float *output;
  long first_row, last_row;
  cnnc_axis vertical, horizontal;
  cnnc_activation activation;
} cnnc_depthwise;

/// A panel of up to four blocks of 16 outputs for several vectors.
typedef struct cnnc_linear {
  const float *input;
  long images;
  /// Between the vectors of the input, of the output and of the residual.
  long input_stride, output_stride, residual_stride;
  long inputs;
  /// `[inputs][16 · blocks]`, the inputs `weight_stride` floats apart.
  const float *weights;
  long weight_stride;
  const float *bias;
  const float *residual;
  float *output;
  long blocks;
  cnnc_activation activation;
} cnnc_linear;

/// The weights of up to 16 outputs.
typedef struct cnnc_weight_rows {
  /// `[rows][inputs][taps]`; the rows lie `row_stride` floats apart.
  const float *source;
  long rows, row_stride;
  long inputs, taps;
  /// Null, or for each tap its place among `row_stride` numbers of a row and an input, −1 for zeros: then the numbers lie
  /// as `[inputs][rows][row_stride]`, the inputs `input_stride` floats apart.
  const int32_t *chosen;
  long input_stride;
  /// A factor for each of 16 outputs; they need no alignment, for a vector on Swift's stack has less.
  const float *scale;
  /// `[inputs / lanes][taps][lanes][16]`; the last are `step` floats apart.
  float *target;
  long lanes, step;
} cnnc_weight_rows;

/// Copies rows `first_row..<last_row` of maps `[height][width][lanes]` with zeros around them, `before_x` columns and
/// `before_y` rows before the first, into maps of `target_width` columns.
void cnnc_pad_rows(
  const float *source, long height, long width, float *target, long target_width, long before_y, long before_x,
  long lanes, long first_row, long last_row);

#endif
