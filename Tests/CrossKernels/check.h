#ifndef CHECK_H
#define CHECK_H

// What the checks of the kernels share: operands with poison around them, and what is expected in a target.
//
// A case is one call of a kernel. Its memory comes from `allocate` and goes with the next case, when the poison around
// it must be as it was.

#include "CKernels.h"

#include <stdbool.h>

enum { LANES = 16 };

/// The largest relative error of one rounding.
#define ROUNDING 0x1p-24

/// Begins a case and ends the one before; the text says what is called with what.
void begin_case(const char *format, ...) __attribute__((format(printf, 1, 2)));
/// Ends the last case and returns the number of cases that failed; 0 cases are a failure.
long end_cases(long *count);
/// Notes a failure of the current case and prints the first of each.
void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/// A number from `low` to `high`, of a sequence that is the same in every run.
double random_between(double low, double high);
/// An integer from `low` to `high`, both included.
long random_integer(long low, long high);

/// Poison, a NaN that no arithmetic makes, at a multiple of 64 bytes, with as much before and behind.
float *allocate(long count);
/// The same with random numbers in place of the poison.
float *allocate_random(long count, double low, double high);
/// Memory that is `floats` off a multiple of 64 bytes, as an array of the caller's may lie.
float *allocate_unaligned(long count, double low, double high, long floats);

/// What a target is to hold: at first what it holds already, bit by bit.
typedef struct expectation expectation;
expectation *expect_unchanged(const float *target, long count);
/// Expects a number, give or take `slack`; NaN if it is NaN. Slack 0 asks for the same number.
void expect(expectation *expected, long index, double value, double slack);
/// Compares.
void check(const expectation *expected);

/// A sum of products in double precision, and of their sizes: what a sum in single precision may deviate by.
typedef struct dot {
  double value, size;
  long terms;
} dot;

void dot_add(dot *sum, double x, double y);
/// Eight roundings of the whole, and two for each root of the terms: errors of many terms cancel for the most part.
double dot_slack(dot sum);

/// An activation by its definition, in double precision.
double activated(double x, cnnc_activation activation);
/// What the result of an activation may deviate by if `x` is exact.
double activation_slack(double x, cnnc_activation activation);
/// Expects the activated sum.
void expect_activated(expectation *expected, long index, dot sum, cnnc_activation activation);

/// Activations of every kind with several parameters, the identity first; short ones are `kind <= CNNC_LEAKY_RELU`.
extern const cnnc_activation activations[];
extern const long activation_count;
/// How a case's text names one.
const char *activation_name(cnnc_activation activation);

// The checks.

void check_elements(const cnnc_kernels *kernels);
void check_pools(const cnnc_kernels *kernels);
void check_norms(const cnnc_kernels *kernels);
void check_moves(const cnnc_kernels *kernels);
void check_tiles(const cnnc_kernels *kernels);
void check_grouped(const cnnc_kernels *kernels);
void check_depthwise(const cnnc_kernels *kernels);
void check_linear(const cnnc_kernels *kernels);
void check_products(const cnnc_kernels *kernels);
void check_gradients(const cnnc_kernels *kernels);
void check_norm_gradients(const cnnc_kernels *kernels);
void check_losses(const cnnc_kernels *kernels);
void check_packing(const cnnc_kernels *kernels);
void check_strassen(const cnnc_kernels *kernels);
void check_winograd(const cnnc_kernels *kernels);
void check_probe(const cnnc_kernels *kernels);
/// What is the same for every instruction set: padding, the barrier, the floating-point unit.
void check_shared(void);

#endif
