#ifndef CNNC_GRADIENTS_H
#define CNNC_GRADIENTS_H

// What the loops of gradients are told. Strides count floats.

#include "Types.h"

/// Sums over pixels of the products of every input lane with every output lane: one tap's part of the gradient of a
/// convolution's weight, for a block of inputs and one or two blocks of outputs.
typedef struct cnnc_products {
  /// What the tap sees of the first pixel, a block.
  const float *input;
  /// The gradient of the first pixel, a block.
  const float *gradient;
  /// `[inputs][16]` for each block of outputs: what is there is added to.
  float *sums;
  /// The lanes of the input that are channels, up to 16.
  long inputs;
  /// Blocks of the gradient, 1 or 2.
  long blocks;
  long rows, pixels;
  /// Between what the tap sees of neighbouring pixels and rows.
  long input_pixel_stride, input_row_stride;
  /// Between pixels, rows and blocks of the gradient.
  long gradient_pixel_stride, gradient_row_stride, gradient_block_stride;
  /// Between the sums of neighbouring inputs, and of blocks.
  long sums_stride, sums_block_stride;
} cnnc_products;

/// Sums over pixels of the products of each lane with itself: the gradient of a depthwise convolution's weight for an
/// image and a block of channels.
typedef struct cnnc_lane_products {
  /// `[height][width][16]`.
  const float *input;
  /// `[vertical.outputs][horizontal.outputs][16]`.
  const float *gradient;
  /// `[vertical.kernel][horizontal.kernel][16]`: what is there is added to.
  float *sums;
  /// The most rows of outputs whose sum is added to those before it.
  long run;
  cnnc_axis vertical, horizontal;
} cnnc_lane_products;

/// Pixels with their logits and labels. The labels are classes, or shares of all classes, the other being null.
typedef struct cnnc_cross_entropy {
  /// A pixel of the first block; blocks are `logit_step` apart.
  const float *logits;
  long logit_step;
  long channels;
  long count;
  /// A class for each pixel, `class_step` apart, each a whole number below the channels.
  const float *classes;
  long class_step;
  /// As the logits.
  const float *shares;
  long share_step;
  /// A factor for each channel, in blocks; null for ones.
  const float *weights;
  /// The part of a label that goes to all classes alike.
  float smoothing;
} cnnc_cross_entropy;

#endif
