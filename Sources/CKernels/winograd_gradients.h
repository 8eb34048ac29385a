// The gradient of a weight by Winograd's method: the weight is what a convolution of the input by the gradient of the output
// gives, tile by tile, so inputs are transformed as ever, gradients as weights are, and sums of products as outputs.

// A polynomial with the numbers as coefficients at the points.
TEMPLATE void NAME(winograd_evaluate)(
  const cnnc_points *points, const v16 *d, v16 *result, const int count, const int size
) {
  result[0] = d[0];
  result[count - 1] = d[size - 1];
  UNROLL for (int pair = 0; pair < (count - 2) / 2; pair++) {
    v16 even = d[0], odd = {0};
    UNROLL for (int i = 1; i < size; i++) {
      v16 *const sum = i % 2 ? &odd : &even;
      *sum = NAME(multiply_add)(NAME(broadcast)(points->powers[pair][i]), d[i], *sum);
    }
    result[1 + 2 * pair] = even + odd;
    result[2 + 2 * pair] = even - odd;
  }
}

TEMPLATE void NAME(winograd_slope_tiles)(const cnnc_winograd_slopes *w, const int count, const int size) {
  const v16 zero = {0};
  for (long tile = w->first_tile; tile < w->last_tile; tile++) {
    const long top = tile / w->tiles_across * size, left = tile % w->tiles_across * size;
    float *const target = w->target + (tile - w->first_tile) * LANES;
    v16 middle[8 * 4];
    ROLLED for (int x = 0; x < size; x++) {
      v16 d[4], result[8];
      UNROLL for (int y = 0; y < size; y++) {
        const bool is_there = top + y < w->height && left + x < w->width;
        d[y] = is_there ? *(const v16 *)(w->gradient + ((top + y) * w->width + left + x) * LANES) : zero;
      }
      NAME(winograd_evaluate)(w->points, d, result, count, size);
      UNROLL for (int y = 0; y < count; y++) middle[y * size + x] = result[y];
    }
    ROLLED for (int y = 0; y < count; y++) {
      v16 result[8];
      NAME(winograd_evaluate)(w->points, middle + y * size, result, count, size);
      UNROLL for (int x = 0; x < count; x++) *(v16 *)(target + (y * count + x) * w->point_stride) = result[x];
    }
  }
}

TARGET static void NAME(winograd_slopes)(const cnnc_winograd_slopes *w) {
  switch (w->points->count) {
  case 4: NAME(winograd_slope_tiles)(w, 4, 2); break;
  case 6: NAME(winograd_slope_tiles)(w, 6, 4); break;
  default: NAME(winograd_slope_tiles)(w, 8, 4);
  }
}

// Sums of powers of the points, `outputs` of them.
TEMPLATE void NAME(winograd_collect)(
  const cnnc_points *points, const v16 *m, v16 *result, const int count, const int outputs
) {
  UNROLL for (int output = 0; output < outputs; output++) {
    v16 sum = output == 0 ? m[0] : output == outputs - 1 ? m[count - 1] : (v16){0};
    UNROLL for (int pair = 0; pair < (count - 2) / 2; pair++) {
      const v16 plus = m[1 + 2 * pair], minus = m[2 + 2 * pair];
      const v16 term = output % 2 ? plus - minus : plus + minus;
      sum = NAME(multiply_add)(NAME(broadcast)(points->powers[pair][output]), term, sum);
    }
    result[output] = sum;
  }
}

TEMPLATE void NAME(winograd_sum_lanes)(const cnnc_winograd_sums *w, const int count, const int size) {
  for (long lane = 0; lane < w->lanes; lane++) {
    const float *const source = w->source + lane * LANES;
    v16 middle[5 * 8];
    ROLLED for (int x = 0; x < count; x++) {
      v16 m[8], result[5];
      UNROLL for (int y = 0; y < count; y++) {
        const int point = y * count + x;
        m[y] = *(const v16 *)(source + point * w->point_stride) * w->scales[point];
      }
      NAME(winograd_collect)(w->points, m, result, count, size);
      UNROLL for (int y = 0; y < size; y++) middle[y * count + x] = result[y];
    }
    ROLLED for (int y = 0; y < size; y++) {
      v16 result[5];
      NAME(winograd_collect)(w->points, middle + y * count, result, count, size);
      UNROLL for (int x = 0; x < size; x++) *(v16 *)(w->target + ((lane * size + y) * size + x) * LANES) = result[x];
    }
  }
}

TARGET static void NAME(winograd_sums)(const cnnc_winograd_sums *w) {
  switch (w->points->count) {
  case 4: NAME(winograd_sum_lanes)(w, 4, 3); break;
  case 6: NAME(winograd_sum_lanes)(w, 6, 3); break;
  default: NAME(winograd_sum_lanes)(w, 8, 5);
  }
}
