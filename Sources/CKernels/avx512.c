#if defined(__x86_64__)
#define NAME(x) cnnc_avx512_##x
#define TARGET __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,fma")))
#define ISA CNNC_ISA_AVX512
#define REGISTER_LANES 16
#define REGISTERS 32
#define IS_FUSED 1
#include "body.h"
#endif
