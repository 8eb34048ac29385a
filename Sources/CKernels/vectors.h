#ifndef CNNC_VECTORS_H
#define CNNC_VECTORS_H

#include "CKernels.h"

typedef float v16 __attribute__((vector_size(64), aligned(64)));
typedef int32_t v16i __attribute__((vector_size(64), aligned(64)));

#define LANES 16

// A function that takes or returns a vector must be inlined or carry the target itself, for it decides how vectors are
// passed.
#define INLINE static inline __attribute__((always_inline)) TARGET

#endif
