// The loops themselves, included once for each instruction set, which defines
//   NAME(x)    the name of a function for the set,
//   TARGET     its attribute that lets the compiler use the set,
//   ISA        its value of cnnc_isa.
// A vector of 16 floats is one register with AVX-512, two with AVX2 and four with NEON; the compiler splits it.

#include "CKernels.h"
#include "vectors.h"

#include "activations.h"

const cnnc_kernels NAME(table) = {
  .isa = ISA,
  .affine = NAME(affine),
};
