// Weights from rows of outputs to lanes of outputs.

#define PACKED_NUMBERS 16

// Exchanges the lanes' bit `d` with the rows': four of these transpose 16 × 16 numbers.
#define EXCHANGE(d, low, high)                                                                                         \
  UNROLL for (int i = 0; i < LANES; i++) {                                                                             \
    if (i & d) continue;                                                                                               \
    const v16 a = rows[i], b = rows[i + d];                                                                            \
    rows[i] = __builtin_shufflevector(a, b, low);                                                                      \
    rows[i + d] = __builtin_shufflevector(a, b, high);                                                                 \
  }
#define LOW_8 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23
#define HIGH_8 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31
#define LOW_4 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27
#define HIGH_4 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31
#define LOW_2 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29
#define HIGH_2 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31
#define LOW_1 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30
#define HIGH_1 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31

// The same `count` numbers, up to 16, of up to 16 rows; the lanes of other rows become zero.
TEMPLATE void NAME(transpose)(const float *source, long row_stride, long count, long row_count, v16 *result) {
  v16 rows[LANES];
  if (count == LANES && row_count == LANES) {
    UNROLL for (int row = 0; row < LANES; row++) __builtin_memcpy(&rows[row], source + row * row_stride, sizeof(v16));
  } else {
    UNROLL for (int row = 0; row < LANES; row++) rows[row] = (v16){0};
    for (long row = 0; row < row_count; row++) {
      __builtin_memcpy(&rows[row], source + row * row_stride, sizeof(float) * (unsigned long)count);
    }
  }
  EXCHANGE(8, LOW_8, HIGH_8)
  EXCHANGE(4, LOW_4, HIGH_4)
  EXCHANGE(2, LOW_2, HIGH_2)
  EXCHANGE(1, LOW_1, HIGH_1)
  UNROLL for (int i = 0; i < LANES; i++) result[i] = rows[i];
}

// Taps of a turned weight that are transposed at once; of larger windows each number is looked up.
#define TURNED_TAPS 128

// The vectors that a turned weight has for the chosen taps of one input: up to 16 rows, each of `size` numbers. What lies
// behind them is the next input's, unless this is the last.
TEMPLATE void NAME(turn)(
  const float *source, long size, long row_count, const int32_t *chosen, long taps, bool is_last, v16 *result
) {
  if (size > TURNED_TAPS || size == 1) {
    for (long tap = 0; tap < taps; tap++) {
      v16 x = {0};
      if (size == 1 && row_count == LANES && chosen[tap] == 0) {
        __builtin_memcpy(&x, source, sizeof x);
      } else if (chosen[tap] >= 0) {
        for (long row = 0; row < row_count; row++) x[row] = source[row * size + chosen[tap]];
      }
      result[tap] = x;
    }
    return;
  }
  v16 all[TURNED_TAPS + LANES];
  for (long first = 0; first < size; first += LANES) {
    const long count = size - first < LANES ? size - first : LANES;
    // Whole vectors are read faster than parts; there are 16 rows behind the last number of a row.
    const bool is_whole = row_count == LANES && !is_last;
    NAME(transpose)(source + first, size, is_whole ? LANES : count, row_count, all + first);
  }
  for (long tap = 0; tap < taps; tap++) result[tap] = chosen[tap] < 0 ? (v16){0} : all[chosen[tap]];
}

// Chosen taps that are turned at once.
#define TURNED_AT_ONCE 32

TARGET static void NAME(pack_turned)(const cnnc_weight_rows *w) {
  const v16 scale = NAME(load_unaligned)(w->scale);
  v16 lanes[TURNED_AT_ONCE];
  for (long input = 0; input < w->inputs; input++) {
    const long block = input / w->lanes * w->taps * w->lanes + input % w->lanes;
    for (long first = 0; first < w->taps; first += TURNED_AT_ONCE) {
      const long taps = w->taps - first < TURNED_AT_ONCE ? w->taps - first : TURNED_AT_ONCE;
      NAME(turn)(
        w->source + input * w->input_stride, w->row_stride, w->rows, w->chosen + first, taps, input + 1 == w->inputs,
        lanes);
      for (long tap = 0; tap < taps; tap++) {
        *(v16 *)(w->target + (block + (first + tap) * w->lanes) * w->step) = lanes[tap] * scale;
      }
    }
  }
}

TARGET static void NAME(pack_weights)(const cnnc_weight_rows *w) {
  if (w->chosen) {
    NAME(pack_turned)(w);
    return;
  }
  const v16 scale = NAME(load_unaligned)(w->scale);
  const long total = w->inputs * w->taps;
  // Where the next vector goes, counted on without a division: the place of its tap, the input's lane within the block,
  // and where the block begins.
  long place = 0, tap = 0, lane = 0, block = 0;
  for (long first = 0; first < total; first += PACKED_NUMBERS) {
    const long count = total - first < PACKED_NUMBERS ? total - first : PACKED_NUMBERS;
    v16 lanes[PACKED_NUMBERS];
    NAME(transpose)(w->source + first, w->row_stride, count, w->rows, lanes);
    for (long i = 0; i < count; i++) {
      *(v16 *)(w->target + place * w->step) = lanes[i] * scale;
      place += w->lanes;
      if (++tap == w->taps) {
        tap = 0;
        if (++lane == w->lanes) {
          lane = 0;
          block += w->taps * w->lanes;
        }
        place = block + lane;
      }
    }
  }
}
