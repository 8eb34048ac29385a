#if defined(__aarch64__)
#define NAME(x) cnnc_neon_##x
#define TARGET
#define ISA CNNC_ISA_NEON
#define REGISTER_LANES 4
#include "body.h"
#endif
