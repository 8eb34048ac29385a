#if defined(__aarch64__)
#define NAME(x) cnnc_neon_##x
#define TARGET
#define ISA CNNC_ISA_NEON
#define REGISTER_LANES 4
#define REGISTERS 32
#define IS_FUSED 1
#include "body.h"
#endif
