// The transforms of inputs and outputs of Winograd's method. Each dimension has its own points: 0, pairs ±p, and
// infinity. Pairs share an even and an odd part. A dimension of one point is not transformed.

// Channels that are transformed at once: with NEON a register of them, for eight points of a whole block take all there
// are. With AVX2 halves gain with eight points what they lose with four.
#if REGISTER_FLOATS >= 128 && REGISTER_LANES == 4
#define WINOGRAD_LANES 4
#else
#define WINOGRAD_LANES LANES
#endif

typedef float NAME(part) __attribute__((vector_size(4 * WINOGRAD_LANES), aligned(4 * WINOGRAD_LANES)));

INLINE NAME(part) NAME(part_of)(float x) { return x - (NAME(part)){0}; }

// `x · y + z`.
INLINE NAME(part) NAME(part_multiply_add)(NAME(part) x, NAME(part) y, NAME(part) z) { return MULTIPLY_ADD(x, y, z); }

// The input transform of one dimension: values of the polynomials that have the other points as roots.
TEMPLATE void NAME(winograd_analyze)(
  const cnnc_points *points, const NAME(part) *d, NAME(part) *result, const int count
) {
  const int pairs = (count - 2) / 2;
  NAME(part) at_zero = d[2 * pairs], at_infinity = d[2 * pairs + 1];
  UNROLL for (int i = 0; i < pairs; i++) {
    const NAME(part) factor = NAME(part_of)(points->all[i]);
    at_zero = NAME(part_multiply_add)(factor, d[2 * i], at_zero);
    at_infinity = NAME(part_multiply_add)(factor, d[2 * i + 1], at_infinity);
  }
  result[0] = at_zero;
  result[count - 1] = at_infinity;
  UNROLL for (int pair = 0; pair < pairs; pair++) {
    NAME(part) even = d[2 * pairs], odd = d[2 * pairs - 1];
    UNROLL for (int i = 0; i < pairs - 1; i++) {
      const NAME(part) factor = NAME(part_of)(points->others[pair][i]);
      even = NAME(part_multiply_add)(factor, d[2 * i + 2], even);
      odd = NAME(part_multiply_add)(factor, d[2 * i + 1], odd);
    }
    const NAME(part) point = NAME(part_of)(points->powers[pair][1]);
    result[1 + 2 * pair] = NAME(part_multiply_add)(point, odd, even);
    result[2 + 2 * pair] = NAME(part_multiply_add)(-point, odd, even);
  }
}

// The output transform of one dimension: sums of powers of the points.
TEMPLATE void NAME(winograd_combine)(
  const cnnc_points *points, const NAME(part) *m, NAME(part) *result, const int count, const int outputs
) {
  const int pairs = (count - 2) / 2;
  NAME(part) even[4], odd[4];
  UNROLL for (int pair = 0; pair < pairs; pair++) {
    even[pair] = m[1 + 2 * pair] + m[2 + 2 * pair];
    odd[pair] = m[1 + 2 * pair] - m[2 + 2 * pair];
  }
  UNROLL for (int output = 0; output < outputs; output++) {
    const NAME(part) *terms = output % 2 ? odd : even;
    NAME(part) sum = output == 0 ? m[0] : output == outputs - 1 ? m[count - 1] : (NAME(part)){0};
    UNROLL for (int pair = 0; pair < pairs; pair++) {
      sum = NAME(part_multiply_add)(NAME(part_of)(points->powers[pair][output]), terms[pair], sum);
    }
    result[output] = sum;
  }
}

TEMPLATE void NAME(winograd_input_patch)(
  const cnnc_winograd_input *w, const float *patch, long row_stride, float *target, const int rows, const int columns
) {
  NAME(part) middle[10 * 10];
  if (rows > 1) {
    ROLLED for (int x = 0; x < columns; x++) {
      NAME(part) d[10], result[10];
      UNROLL for (int y = 0; y < rows; y++) d[y] = *(const NAME(part) *)(patch + y * row_stride + x * LANES);
      NAME(winograd_analyze)(w->vertical, d, result, rows);
      UNROLL for (int y = 0; y < rows; y++) middle[y * columns + x] = result[y];
    }
  } else {
    UNROLL for (int x = 0; x < columns; x++) middle[x] = *(const NAME(part) *)(patch + x * LANES);
  }
  ROLLED for (int y = 0; y < rows; y++) {
    NAME(part) result[10];
    if (columns > 1) NAME(winograd_analyze)(w->horizontal, middle + y * columns, result, columns);
    else result[0] = middle[y];
    UNROLL for (int x = 0; x < columns; x++) {
      *(NAME(part) *)(target + (y * columns + x) * w->point_stride) = result[x];
    }
  }
}

TEMPLATE void NAME(winograd_input_tiles)(const cnnc_winograd_input *w, const int rows, const int columns) {
  const long row_stride = w->width * LANES;
  for (long tile = w->first_tile; tile < w->last_tile; tile++) {
    const long top = tile / w->tiles_across * w->rows - w->top;
    const long left = tile % w->tiles_across * w->columns - w->left;
    float *target = w->target + (tile - w->first_tile) * LANES;
    const bool is_inside = top >= 0 && left >= 0 && top + rows <= w->height && left + columns <= w->width;
    v16 patch[10 * 10];
    for (int i = 0; !is_inside && i < rows * columns; i++) {
      const long y = top + i / columns, x = left + i % columns;
      const bool has_pixel = y >= 0 && y < w->height && x >= 0 && x < w->width;
      patch[i] = has_pixel ? *(const v16 *)(w->input + y * row_stride + x * LANES) : (v16){0};
    }
    const float *source = is_inside ? w->input + top * row_stride + left * LANES : (const float *)patch;
    const long stride = is_inside ? row_stride : columns * LANES;
    ROLLED for (int lane = 0; lane < LANES; lane += WINOGRAD_LANES) {
      NAME(winograd_input_patch)(w, source + lane, stride, target + lane, rows, columns);
    }
  }
}

// Some lanes of a tile's columns transformed: `down` rows of `columns` vectors.
TEMPLATE void NAME(winograd_output_columns)(
  const cnnc_winograd_output *w, const float *source, float *middle, const int rows, const int columns, const int down
) {
  if (rows == 1) {
    UNROLL for (int x = 0; x < columns; x++) {
      *(NAME(part) *)(middle + x * LANES) = *(const NAME(part) *)(source + x * w->point_stride);
    }
    return;
  }
  ROLLED for (int x = 0; x < columns; x++) {
    NAME(part) m[10], result[6];
    UNROLL for (int y = 0; y < rows; y++) m[y] = *(const NAME(part) *)(source + (y * columns + x) * w->point_stride);
    NAME(winograd_combine)(w->vertical, m, result, rows, down);
    UNROLL for (int y = 0; y < down; y++) *(NAME(part) *)(middle + (y * columns + x) * LANES) = result[y];
  }
}

// The same lanes of a row of outputs.
TEMPLATE void NAME(winograd_output_row)(
  const cnnc_winograd_output *w, const float *middle, float *sums, const int columns, const int across
) {
  NAME(part) m[10], result[6];
  UNROLL for (int x = 0; x < columns; x++) m[x] = *(const NAME(part) *)(middle + x * LANES);
  if (columns > 1) NAME(winograd_combine)(w->horizontal, m, result, columns, across);
  else result[0] = m[0];
  UNROLL for (int x = 0; x < across; x++) *(NAME(part) *)(sums + x * LANES) = result[x];
}

TEMPLATE void NAME(winograd_output_tiles)(
  const cnnc_winograd_output *w, const int rows, const int columns, const int down, const int across
) {
  const v16 bias = w->bias ? *(const v16 *)w->bias : (v16){0};
  const bool second_pass = !NAME(in_registers)(w->activation);
  for (long tile = w->first_tile; tile < w->last_tile; tile++) {
    const float *source = w->source + (tile - w->first_tile) * LANES;
    v16 middle[6 * 10];
    ROLLED for (int lane = 0; lane < LANES; lane += WINOGRAD_LANES) {
      NAME(winograd_output_columns)(w, source + lane, (float *)middle + lane, rows, columns, down);
    }
    const long top = tile / w->tiles_across * down, left = tile % w->tiles_across * across;
    const long last = w->height - top < down ? w->height - top : down;
    const long inside = w->width - left < across ? w->width - left : across;
    ROLLED for (long y = 0; y < last; y++) {
      v16 result[6];
      ROLLED for (int lane = 0; lane < LANES; lane += WINOGRAD_LANES) {
        NAME(winograd_output_row)(w, (float *)&middle[y * columns] + lane, (float *)result + lane, columns, across);
      }
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
