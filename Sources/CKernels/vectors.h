#ifndef CNNC_VECTORS_H
#define CNNC_VECTORS_H

#include "CKernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

typedef float v16 __attribute__((vector_size(64), aligned(64)));
typedef int32_t v16i __attribute__((vector_size(64), aligned(64)));
// As an array of Swift may lie.
typedef float v16_unaligned __attribute__((vector_size(64), aligned(4)));
typedef int32_t v16i_unaligned __attribute__((vector_size(64), aligned(4)));

#define LANES 16

// A function that takes or returns a vector must be inlined or carry the target itself, for it decides how vectors are
// passed. What is TEMPLATE is compiled once for each caller and the constants that it gives; without optimization, which
// makes nothing of constants, those copies would take the compiler 45 s and a gigabyte, and all callers have one.
#define INLINE static inline __attribute__((always_inline)) TARGET
#ifdef __OPTIMIZE__
#define TEMPLATE INLINE
#else
#define TEMPLATE static inline TARGET
#endif

// Swift's compiler is Clang. GCC, which compiles these loops for a check by a second compiler, has other names.
#if defined(__clang__)
// Of no use here, for the reason above.
#pragma clang diagnostic ignored "-Wpsabi"
#define UNROLL _Pragma("clang loop unroll(full)")
#define ROLLED _Pragma("clang loop unroll(disable)")
// Without a function to call for negative numbers.
#define SCALAR_ROOT(x) __builtin_elementwise_sqrt(x)
#else
#define UNROLL _Pragma("GCC unroll 64")
#define ROLLED _Pragma("GCC unroll 1")
#define SCALAR_ROOT(x) __builtin_sqrt(x)
#endif

#endif
