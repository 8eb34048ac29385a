// The transforms of Winograd's method. Each dimension has its own points: 0, pairs ±p, and infinity. Pairs share an even
// and an odd part. A dimension of one point is not transformed.

#define WINOGRAD_INPUTS 16

// The input transform of one dimension: values of the polynomials that have the other points as roots.
INLINE void NAME(winograd_analyze)(const cnnc_points *points, const v16 *d, v16 *result, const int count) {
  const int pairs = (count - 2) / 2;
  v16 at_zero = d[2 * pairs], at_infinity = d[2 * pairs + 1];
  UNROLL for (int i = 0; i < pairs; i++) {
    const v16 factor = NAME(broadcast)(points->all[i]);
    at_zero = NAME(multiply_add)(factor, d[2 * i], at_zero);
    at_infinity = NAME(multiply_add)(factor, d[2 * i + 1], at_infinity);
  }
  result[0] = at_zero;
  result[count - 1] = at_infinity;
  UNROLL for (int pair = 0; pair < pairs; pair++) {
    v16 even = d[2 * pairs], odd = d[2 * pairs - 1];
    UNROLL for (int i = 0; i < pairs - 1; i++) {
      const v16 factor = NAME(broadcast)(points->others[pair][i]);
      even = NAME(multiply_add)(factor, d[2 * i + 2], even);
      odd = NAME(multiply_add)(factor, d[2 * i + 1], odd);
    }
    const v16 point = NAME(broadcast)(points->powers[pair][1]);
    result[1 + 2 * pair] = NAME(multiply_add)(point, odd, even);
    result[2 + 2 * pair] = NAME(multiply_add)(-point, odd, even);
  }
}

// The output transform of one dimension: sums of powers of the points.
INLINE void NAME(winograd_combine)(
  const cnnc_points *points, const v16 *m, v16 *result, const int count, const int outputs
) {
  const int pairs = (count - 2) / 2;
  v16 even[4], odd[4];
  UNROLL for (int pair = 0; pair < pairs; pair++) {
    even[pair] = m[1 + 2 * pair] + m[2 + 2 * pair];
    odd[pair] = m[1 + 2 * pair] - m[2 + 2 * pair];
  }
  UNROLL for (int output = 0; output < outputs; output++) {
    const v16 *terms = output % 2 ? odd : even;
    v16 sum = output == 0 ? m[0] : output == outputs - 1 ? m[count - 1] : (v16){0};
    UNROLL for (int pair = 0; pair < pairs; pair++) {
      sum = NAME(multiply_add)(NAME(broadcast)(points->powers[pair][output]), terms[pair], sum);
    }
    result[output] = sum;
  }
}

INLINE void NAME(winograd_input_patch)(
  const cnnc_winograd_input *w, const float *patch, long row_stride, float *target, const int rows, const int columns
) {
  v16 middle[10 * 10];
  if (rows > 1) {
    ROLLED for (int x = 0; x < columns; x++) {
      v16 d[10], result[10];
      UNROLL for (int y = 0; y < rows; y++) d[y] = *(const v16 *)(patch + y * row_stride + x * LANES);
      NAME(winograd_analyze)(w->vertical, d, result, rows);
      UNROLL for (int y = 0; y < rows; y++) middle[y * columns + x] = result[y];
    }
  } else {
    UNROLL for (int x = 0; x < columns; x++) middle[x] = *(const v16 *)(patch + x * LANES);
  }
  ROLLED for (int y = 0; y < rows; y++) {
    v16 result[10];
    if (columns > 1) NAME(winograd_analyze)(w->horizontal, middle + y * columns, result, columns);
    else result[0] = middle[y];
    UNROLL for (int x = 0; x < columns; x++) *(v16 *)(target + (y * columns + x) * w->point_stride) = result[x];
  }
}

INLINE void NAME(winograd_input_tiles)(const cnnc_winograd_input *w, const int rows, const int columns) {
  const long row_stride = w->width * LANES;
  for (long tile = w->first_tile; tile < w->last_tile; tile++) {
    const long top = tile / w->tiles_across * w->rows - w->top;
    const long left = tile % w->tiles_across * w->columns - w->left;
    float *target = w->target + (tile - w->first_tile) * LANES;
    if (top >= 0 && left >= 0 && top + rows <= w->height && left + columns <= w->width) {
      NAME(winograd_input_patch)(w, w->input + top * row_stride + left * LANES, row_stride, target, rows, columns);
      continue;
    }
    v16 patch[10 * 10];
    for (int y = 0; y < rows; y++) {
      for (int x = 0; x < columns; x++) {
        const bool inside = top + y >= 0 && top + y < w->height && left + x >= 0 && left + x < w->width;
        patch[y * columns + x] =
          inside ? *(const v16 *)(w->input + (top + y) * row_stride + (left + x) * LANES) : (v16){0};
      }
    }
    NAME(winograd_input_patch)(w, (const float *)patch, columns * LANES, target, rows, columns);
  }
}

INLINE void NAME(winograd_output_tiles)(
  const cnnc_winograd_output *w, const int rows, const int columns, const int down, const int across
) {
  const v16 bias = w->bias ? *(const v16 *)w->bias : (v16){0};
  const bool second_pass = !NAME(in_registers)(w->activation);
  for (long tile = w->first_tile; tile < w->last_tile; tile++) {
    const float *source = w->source + (tile - w->first_tile) * LANES;
    v16 middle[6 * 10];
    if (rows > 1) {
      ROLLED for (int x = 0; x < columns; x++) {
        v16 m[10], result[6];
        UNROLL for (int y = 0; y < rows; y++) m[y] = *(const v16 *)(source + (y * columns + x) * w->point_stride);
        NAME(winograd_combine)(w->vertical, m, result, rows, down);
        UNROLL for (int y = 0; y < down; y++) middle[y * columns + x] = result[y];
      }
    } else {
      UNROLL for (int x = 0; x < columns; x++) middle[x] = *(const v16 *)(source + x * w->point_stride);
    }
    const long top = tile / w->tiles_across * down, left = tile % w->tiles_across * across;
    const long last = w->height - top < down ? w->height - top : down;
    const long inside = w->width - left < across ? w->width - left : across;
    ROLLED for (long y = 0; y < last; y++) {
      v16 result[6];
      if (columns > 1) NAME(winograd_combine)(w->horizontal, middle + y * columns, result, columns, across);
      else result[0] = middle[y];
      UNROLL for (int x = 0; x < across; x++) result[x] += bias;
      const long at = ((top + y) * w->width + left) * LANES;
      if (w->residual) {
        UNROLL for (int x = 0; x < across; x++) {
          if (x < inside) result[x] += *(const v16 *)(w->residual + at + x * LANES);
        }
      }
      NAME(activate_sums)(result, across, w->activation);
      UNROLL for (int x = 0; x < across; x++) {
        if (x < inside) *(v16 *)(w->output + at + x * LANES) = result[x];
      }
      if (second_pass) NAME(activate_into)(w->output + at, w->output + at, inside, w->activation);
    }
  }
}

// Points down and across, and then outputs, in the digits of a decimal number.
#define DEFINE_WINOGRAD_INPUT(rows, columns)                                                                           \
  TARGET static void NAME(winograd_input_##rows##_##columns)(const cnnc_winograd_input *w) {                           \
    NAME(winograd_input_tiles)(w, rows, columns);                                                                      \
  }
#define WINOGRAD_INPUT_CASE(rows, columns)                                                                             \
  case rows * 100 + columns: NAME(winograd_input_##rows##_##columns)(w); break;
#define EACH_WINOGRAD_INPUT(X) X(4, 4) X(6, 6) X(8, 8) X(1, 6) X(6, 1) X(1, 8) X(8, 1) X(1, 10) X(10, 1)

#define DEFINE_WINOGRAD_OUTPUT(rows, columns, down, across)                                                            \
  TARGET static void NAME(winograd_output_##rows##_##columns##_##down##_##across)(const cnnc_winograd_output *w) {     \
    NAME(winograd_output_tiles)(w, rows, columns, down, across);                                                       \
  }
#define WINOGRAD_OUTPUT_CASE(rows, columns, down, across)                                                              \
  case (rows * 100 + columns) * 100 + down * 10 + across:                                                              \
    NAME(winograd_output_##rows##_##columns##_##down##_##across)(w);                                                   \
    break;
#define EACH_WINOGRAD_OUTPUT(X)                                                                                        \
  X(4, 4, 2, 2) X(6, 6, 4, 4) X(8, 8, 6, 6) X(8, 8, 4, 4) X(1, 6, 1, 4) X(6, 1, 4, 1) X(1, 8, 1, 4) X(8, 1, 4, 1)      \
  X(1, 10, 1, 4) X(10, 1, 4, 1)

EACH_WINOGRAD_INPUT(DEFINE_WINOGRAD_INPUT)
EACH_WINOGRAD_OUTPUT(DEFINE_WINOGRAD_OUTPUT)

TARGET static void NAME(winograd_input)(const cnnc_winograd_input *w) {
  switch (w->vertical->count * 100 + w->horizontal->count) { EACH_WINOGRAD_INPUT(WINOGRAD_INPUT_CASE) }
}

TARGET static void NAME(winograd_output)(const cnnc_winograd_output *w) {
  switch ((w->vertical->count * 100 + w->horizontal->count) * 100 + w->rows * 10 + w->columns) {
    EACH_WINOGRAD_OUTPUT(WINOGRAD_OUTPUT_CASE)
  }
}

// The weight transform G·g·Gᵀ of 16 outputs in double precision. Some inputs are transformed together before they are
// stored: each point's weights are far from the next one's.
INLINE void NAME(winograd_weight_loop)(
  const cnnc_winograd_weights *w, const long rows, const long columns, const long kernel_rows,
  const long kernel_columns
) {
  const long size = kernel_rows * kernel_columns, points = rows * columns;
  const v16d scale = NAME(widened)(*(const v16 *)w->scale);
  for (long first = 0; first < w->inputs; first += WINOGRAD_INPUTS) {
    const long inputs = w->inputs - first < WINOGRAD_INPUTS ? w->inputs - first : WINOGRAD_INPUTS;
    v16 source[WINOGRAD_INPUTS * 25 + LANES], result[64 * WINOGRAD_INPUTS];
    for (long i = 0; i < inputs * size; i += LANES) {
      const long count = inputs * size - i < LANES ? inputs * size - i : LANES;
      NAME(transpose)(w->source + first * size + i, w->output_stride, count, w->outputs, source + i);
    }
    for (long input = 0; input < inputs; input++) {
      v16d taps[25], middle[10 * 5 + 10];
      for (long tap = 0; tap < size; tap++) taps[tap] = NAME(widened)(source[input * size + tap]) * scale;
      for (long y = 0; y < rows; y++) {
        for (long x = 0; x < kernel_columns; x++) {
          v16d sum = w->vertical[y * kernel_rows] * taps[x];
          for (long k = 1; k < kernel_rows; k++) {
            sum += w->vertical[y * kernel_rows + k] * taps[k * kernel_columns + x];
          }
          middle[y * kernel_columns + x] = sum;
        }
      }
      for (long y = 0; y < rows; y++) {
        for (long x = 0; x < columns; x++) {
          v16d sum = w->horizontal[x * kernel_columns] * middle[y * kernel_columns];
          for (long k = 1; k < kernel_columns; k++) {
            sum += w->horizontal[x * kernel_columns + k] * middle[y * kernel_columns + k];
          }
          result[(y * columns + x) * WINOGRAD_INPUTS + input] = __builtin_convertvector(sum, v16);
        }
      }
    }
    for (long point = 0; point < points; point++) {
      float *target = w->target + point * w->point_stride + first * w->input_stride;
      for (long input = 0; input < inputs; input++) {
        *(v16 *)(target + input * w->input_stride) = result[point * WINOGRAD_INPUTS + input];
      }
    }
  }
}

TARGET static void NAME(winograd_weights)(const cnnc_winograd_weights *w) {
  if (w->kernel_rows == 3 && w->kernel_columns == 3) {
    switch (w->rows) {
    case 4: NAME(winograd_weight_loop)(w, 4, 4, 3, 3); return;
    case 6: NAME(winograd_weight_loop)(w, 6, 6, 3, 3); return;
    case 8: NAME(winograd_weight_loop)(w, 8, 8, 3, 3); return;
    }
  }
  NAME(winograd_weight_loop)(w, w->rows, w->columns, w->kernel_rows, w->kernel_columns);
}
