#if defined(__x86_64__)
#define NAME(x) cnnc_avx2_##x
#define TARGET __attribute__((target("avx2,fma")))
#define ISA CNNC_ISA_AVX2
#define REGISTER_LANES 8
#define REGISTERS 16
#define IS_FUSED 1
#include "body.h"
#endif
