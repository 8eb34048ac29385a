#define NAME(x) cnnc_portable_##x
#define TARGET
#define ISA CNNC_ISA_PORTABLE
#define REGISTER_LANES 4
#define REGISTERS 16
#define IS_FUSED 0
#include "body.h"
