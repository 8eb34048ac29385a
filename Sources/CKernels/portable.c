#define NAME(x) cnnc_portable_##x
#define TARGET
#define ISA CNNC_ISA_PORTABLE
#include "body.h"
