// The transform of weights of Winograd's method, G·g·Gᵀ, in double precision.

// Inputs that are transformed together before they are stored: each point's weights are far from the next one's.
#define WINOGRAD_INPUTS 16

TEMPLATE void NAME(winograd_weight_loop)(
  const cnnc_winograd_weights *w, const long rows, const long columns, const long kernel_rows,
  const long kernel_columns
) {
  const long size = kernel_rows * kernel_columns, points = rows * columns;
  const v16d scale = NAME(widened)(NAME(load_unaligned)(w->scale));
  for (long first = 0; first < w->inputs; first += WINOGRAD_INPUTS) {
    const long inputs = w->inputs - first < WINOGRAD_INPUTS ? w->inputs - first : WINOGRAD_INPUTS;
    v16 source[WINOGRAD_INPUTS * 25 + LANES], result[64 * WINOGRAD_INPUTS];
    for (long i = 0; i < inputs && w->chosen; i++) {
      NAME(turn)(
        w->source + (first + i) * w->source_stride, w->output_stride, w->outputs, w->chosen, size,
        first + i + 1 == w->inputs, source + i * size);
    }
    for (long i = 0; i < inputs * size && !w->chosen; i += LANES) {
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
