// The sums of Strassen's method in Winograd's form. Those of products need no loops of their own: the microkernel adds
// one to the next.

TARGET static void NAME(strassen_inputs)(const cnnc_strassen_inputs *s) {
  for (long block = 0; block < s->blocks; block++) {
    const float *const first = s->input + block * s->block_stride, *const second = first + s->run_stride;
    float *const target = s->target + block * s->target_block_stride;
    for (long pixel = 0; pixel < s->pixels; pixel++) {
      const long at = pixel * LANES;
      const bool has_second = pixel < s->second_pixels;
      const v16 a11 = NAME(load)(first + at), a12 = NAME(load)(first + s->half_stride + at);
      const v16 a21 = has_second ? NAME(load)(second + at) : (v16){0};
      const v16 a22 = has_second ? NAME(load)(second + s->half_stride + at) : (v16){0};
      const v16 s1 = a21 + a22, s2 = s1 - a11;
      NAME(store)(target + at, s1);
      NAME(store)(target + s->target_stride + at, s2);
      NAME(store)(target + 2 * s->target_stride + at, a11 - a21);
      NAME(store)(target + 3 * s->target_stride + at, a12 - s2);
    }
  }
}

// In double precision, and rounded once. The parts in their order: B11, B21, T2, T1, T3, B22, −T4.
TARGET static void NAME(strassen_weights)(float *parts, long count) {
  for (long at = 0; at < count; at += LANES) {
    const v16d b11 = NAME(widened)(NAME(load)(parts + at)), b21 = NAME(widened)(NAME(load)(parts + count + at));
    const v16d b12 = NAME(widened)(NAME(load)(parts + 4 * count + at));
    const v16d b22 = NAME(widened)(NAME(load)(parts + 5 * count + at));
    const v16d t1 = b12 - b11, t2 = b22 - t1;
    NAME(store)(parts + 2 * count + at, __builtin_convertvector(t2, v16));
    NAME(store)(parts + 3 * count + at, __builtin_convertvector(t1, v16));
    NAME(store)(parts + 4 * count + at, __builtin_convertvector(b22 - b12, v16));
    NAME(store)(parts + 6 * count + at, __builtin_convertvector(b21 - t2, v16));
  }
}
