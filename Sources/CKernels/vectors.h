#ifndef CNNC_VECTORS_H
#define CNNC_VECTORS_H

#include "CKernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

typedef float v16 __attribute__((vector_size(64), aligned(64)));
typedef int32_t v16i __attribute__((vector_size(64), aligned(64)));
// As an array of Swift may lie.
typedef int32_t v16i_unaligned __attribute__((vector_size(64), aligned(4)));

#define LANES 16

// A function that takes or returns a vector must be inlined or carry the target itself, for it decides how vectors are
// passed.
// Which is why its warning of that is of no use here.
#pragma clang diagnostic ignored "-Wpsabi"
#define INLINE static inline __attribute__((always_inline)) TARGET

#endif
