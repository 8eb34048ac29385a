#include "CKernels.h"

#include <string.h>

void cnnc_pad_rows(
  const float *source, long height, long width, float *target, long target_width, long before_y, long before_x,
  long lanes, long first_row, long last_row
) {
  const long row_floats = target_width * lanes;
  // The window may leave out the input's last columns.
  const long left = before_x < target_width ? before_x : target_width;
  const long copied = width < target_width - left ? width : target_width - left;
  for (long row = first_row; row < last_row; row++) {
    float *to = target + row * row_floats;
    const long y = row - before_y;
    if (y < 0 || y >= height) {
      memset(to, 0, (size_t)row_floats * sizeof(float));
      continue;
    }
    memset(to, 0, (size_t)(left * lanes) * sizeof(float));
    memcpy(to + left * lanes, source + y * width * lanes, (size_t)(copied * lanes) * sizeof(float));
    memset(to + (left + copied) * lanes, 0, (size_t)((target_width - left - copied) * lanes) * sizeof(float));
  }
}
