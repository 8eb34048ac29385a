#define NAME(x) cnnc_portable_##x
#define TARGET
#define ISA CNNC_ISA_PORTABLE
#define REGISTER_LANES 4
#include "body.h"
