// Activations by their definitions.

#include "check.h"

#include <math.h>

const cnnc_activation activations[] = {
  {CNNC_IDENTITY, 0, 0},       {CNNC_RELU, 0, 0},        {CNNC_RELU6, 0, 0},
  {CNNC_LEAKY_RELU, 0.1f, 0},  {CNNC_LEAKY_RELU, 1.5f, 0}, {CNNC_ELU, 1.3f, 0},
  {CNNC_SELU, 0, 0},           {CNNC_GELU, 0, 0},        {CNNC_APPROXIMATE_GELU, 0, 0},
  {CNNC_SILU, 0, 0},           {CNNC_HARD_SWISH, 0, 0},  {CNNC_MISH, 0, 0},
  {CNNC_SIGMOID, 0, 0},        {CNNC_HARD_SIGMOID, 0, 0}, {CNNC_TANH, 1, 1},
  {CNNC_TANH, 1.7159f, 2.0f / 3}, {CNNC_SOFTPLUS, 1, 20},  {CNNC_SOFTPLUS, 2.5f, 10},
};
const long activation_count = sizeof activations / sizeof *activations;

const char *activation_name(cnnc_activation activation) {
  static const char *const names[] = {
    "identity", "relu",       "relu6", "leaky relu", "elu",          "selu", "gelu",    "approximate gelu",
    "silu",     "hard swish", "mish",  "sigmoid",    "hard sigmoid", "tanh", "softplus"};
  return names[activation.kind];
}

double activated(double x, cnnc_activation activation) {
  const double a = activation.a, b = activation.b;
  if (isnan(x)) return x;
  switch (activation.kind) {
  case CNNC_RELU: return fmax(x, 0);
  case CNNC_RELU6: return fmin(fmax(x, 0), 6);
  case CNNC_LEAKY_RELU: return x > 0 ? x : a * x;
  case CNNC_ELU: return x > 0 ? x : a * expm1(x);
  case CNNC_SELU: return 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * expm1(x));
  case CNNC_GELU: return x / 2 * erfc(-x / sqrt(2));
  case CNNC_APPROXIMATE_GELU: return x / (1 + exp(-2 * sqrt(2 / M_PI) * (x + 0.044715 * x * x * x)));
  case CNNC_SILU: return x / (1 + exp(-x));
  case CNNC_HARD_SWISH: return x * fmin(fmax(x + 3, 0), 6) / 6;
  case CNNC_MISH: return x * tanh(log1p(exp(x)));
  case CNNC_SIGMOID: return 1 / (1 + exp(-x));
  case CNNC_HARD_SIGMOID: return fmin(fmax(x + 3, 0), 6) / 6;
  case CNNC_TANH: return a * tanh(b * x);
  case CNNC_SOFTPLUS: return (float)x * (float)a > (float)b ? x : log1p(exp(a * x)) / a;
  default: return x;
  }
}

double activation_slack(double x, cnnc_activation activation) {
  if (activation.kind <= CNNC_RELU6) return 0;
  const double y = fabs(activated(x, activation));
  switch (activation.kind) {
  // What is exact but for the rounding of a product.
  case CNNC_LEAKY_RELU: return 2 * ROUNDING * y + 0x1p-126;
  // Their tails are relative to the argument.
  case CNNC_GELU:
  case CNNC_APPROXIMATE_GELU: return 12 * ROUNDING * fmax(y, fabs(x)) + 0x1p-126;
  // The sigmoid may be a denormal number, which counts as zero, and x times it none.
  case CNNC_SILU: return 12 * ROUNDING * y + fmax(fabs(x), 1) * 0x1p-126;
  // The exponent is rounded.
  case CNNC_SOFTPLUS: return (12 + fabs(activation.a * x)) * ROUNDING * y + 0x1p-126;
  // x + 3 is rounded, and then nothing may be left of it.
  case CNNC_HARD_SWISH: return 8 * ROUNDING * fmax(y, fmin(fabs(x), 3)) + 0x1p-126;
  case CNNC_HARD_SIGMOID: return 8 * ROUNDING + 0x1p-126;
  default: return 12 * ROUNDING * y + 0x1p-126;
  }
}
