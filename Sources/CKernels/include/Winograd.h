#ifndef CNNC_WINOGRAD_H
#define CNNC_WINOGRAD_H

// What the transforms of Winograd's method are told. Strides count floats.

#include "Types.h"

/// The points of one dimension: 0, up to four pairs ±p, infinity.
typedef struct cnnc_points {
  /// Points in all; 1 for a dimension that is not transformed.
  long count;
  /// The coefficients of Π(x² − p²) in x², from the lowest; the highest, 1, is left out.
  float all[4];
  /// The same without one of the pairs.
  float others[4][4];
  /// The powers of each pair's p, from the zeroth.
  float powers[4][8];
} cnnc_points;

/// Tiles of one block of 16 input channels of an image.
typedef struct cnnc_winograd_input {
  const cnnc_points *vertical, *horizontal;
  /// `[height][width][16]`.
  const float *input;
  long height, width;
  /// Padding before the input.
  long top, left;
  /// Outputs of a tile.
  long rows, columns;
  long tiles_across;
  long first_tile, last_tile;
  /// `[point][…][tile][16]`, from the first tile.
  float *target;
  long point_stride;
} cnnc_winograd_input;

/// Tiles of one block of 16 output channels of an image.
typedef struct cnnc_winograd_output {
  const cnnc_points *vertical, *horizontal;
  /// `[point][…][tile][16]`, from the first tile.
  const float *source;
  long point_stride;
  const float *bias;
  /// `[height][width][16]`; may be null.
  const float *residual;
  float *output;
  long height, width;
  /// Outputs of a tile.
  long rows, columns;
  long tiles_across;
  long first_tile, last_tile;
  cnnc_activation activation;
} cnnc_winograd_output;

/// The weights of up to 16 outputs for several inputs.
typedef struct cnnc_winograd_weights {
  /// `[outputs][inputs][kernel_rows][kernel_columns]`; the outputs lie `output_stride` floats apart.
  const float *source;
  long outputs, output_stride;
  long inputs;
  /// Null, or for each tap its place among `output_stride` numbers of an output and an input, −1 for zeros: then the
  /// numbers lie as `[inputs][outputs][output_stride]`, the inputs `source_stride` floats apart.
  const int32_t *chosen;
  long source_stride;
  /// A factor for each of 16 outputs; they need no alignment, for a vector on Swift's stack has less.
  const float *scale;
  long kernel_rows, kernel_columns;
  /// Points in each dimension.
  long rows, columns;
  /// The matrices `[points][kernel]`.
  const double *vertical, *horizontal;
  /// `[point][input][16]`.
  float *target;
  long point_stride, input_stride;
} cnnc_winograd_weights;

/// Tiles of one block of 16 channels of an image of a gradient: 2 × 2 for 4 points, else 4 × 4.
typedef struct cnnc_winograd_slopes {
  /// In both dimensions: 4, 6 or 8.
  const cnnc_points *points;
  /// `[height][width][16]`.
  const float *gradient;
  long height, width;
  long tiles_across;
  long first_tile, last_tile;
  /// `[point][…][tile][16]`, from the first tile.
  float *target;
  long point_stride;
} cnnc_winograd_slopes;

/// Sums of products of up to 16 inputs with 16 outputs, point by point, on their way to the gradient of their weights: of
/// 3 × 3 taps, for 8 points 5 × 5.
typedef struct cnnc_winograd_sums {
  const cnnc_points *points;
  /// `[point][…][lane][16]`.
  const float *source;
  long point_stride;
  /// A factor for each point.
  const float *scales;
  long lanes;
  /// `[lane][taps][16]`.
  float *target;
} cnnc_winograd_sums;

#endif
