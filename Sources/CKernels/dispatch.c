#include "CKernels.h"

#include <stddef.h>

extern const cnnc_kernels cnnc_portable_table;
#if defined(__aarch64__)
extern const cnnc_kernels cnnc_neon_table;
#elif defined(__x86_64__)
extern const cnnc_kernels cnnc_avx2_table, cnnc_avx512_table;
#endif

const cnnc_kernels *cnnc_kernels_for(cnnc_isa isa) {
  switch (isa) {
  case CNNC_ISA_PORTABLE: return &cnnc_portable_table;
#if defined(__aarch64__)
  case CNNC_ISA_NEON: return &cnnc_neon_table;
#elif defined(__x86_64__)
  case CNNC_ISA_AVX2:
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &cnnc_avx2_table : NULL;
  case CNNC_ISA_AVX512:
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl")
        && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("fma")
      ? &cnnc_avx512_table
      : NULL;
#endif
  default: return NULL;
  }
}
