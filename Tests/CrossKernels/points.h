#ifndef POINTS_H
#define POINTS_H

// Winograd's transforms of one dimension as matrices, from the points alone.

#include "CKernels.h"

enum { MOST_POINTS = 10 };

typedef struct transform {
  /// Points, with 0 and infinity; 1 if the dimension is not transformed.
  long count;
  /// Bᵀ: a transformed value for each point, of as many inputs.
  double input[MOST_POINTS][MOST_POINTS];
  /// Aᵀ: an output for each row, of a value for each point.
  double output[MOST_POINTS][MOST_POINTS];
  /// What the kernels are told.
  cnnc_points points;
} transform;

/// The transform of `count` points, an even number, to `outputs`; or of one point, which changes nothing.
transform transform_of(long count, long outputs);

#endif
