#include "points.h"

#include <string.h>

static const double pairs[4] = {0.5, 0.875, 1.25, 2};

/// Multiplies a polynomial of `count` coefficients, the lowest first, by `x + term`.
static void multiply(double *polynomial, long count, double term) {
  polynomial[count] = 0;
  for (long i = count; i >= 0; i--) polynomial[i] = (i ? polynomial[i - 1] : 0) + term * polynomial[i];
}

/// The product of `x + term` for all terms but one; −1 leaves none out.
static void product(const double *terms, long count, long without, double *polynomial) {
  memset(polynomial, 0, sizeof(double) * MOST_POINTS);
  polynomial[0] = 1;
  long length = 1;
  for (long i = 0; i < count; i++) {
    if (i != without) multiply(polynomial, length++, terms[i]);
  }
}

/// What the kernels are told: coefficients in x² of products of `x² − p²`, and powers.
static cnnc_points points_of(long count) {
  const long used = (count - 2) / 2;
  cnnc_points points = {.count = count};
  double squares[4], polynomial[MOST_POINTS];
  for (long i = 0; i < used; i++) squares[i] = -pairs[i] * pairs[i];
  product(squares, used, -1, polynomial);
  for (long i = 0; i < used; i++) points.all[i] = (float)polynomial[i];
  for (long pair = 0; pair < used; pair++) {
    product(squares, used, pair, polynomial);
    for (long i = 0; i < used - 1; i++) points.others[pair][i] = (float)polynomial[i];
    double power = 1;
    for (int i = 0; i < 8; i++, power *= pairs[pair]) points.powers[pair][i] = (float)power;
  }
  return points;
}

transform transform_of(long count, long outputs) {
  transform result = {.count = count, .points = {.count = count}};
  if (count == 1) {
    result.input[0][0] = result.output[0][0] = 1;
    return result;
  }
  result.points = points_of(count);
  // The finite points: 0, and pairs.
  double finite[MOST_POINTS] = {0}, roots[MOST_POINTS] = {0};
  for (long i = 1; i < count - 1; i++) finite[i] = i % 2 ? pairs[(i - 1) / 2] : -pairs[(i - 1) / 2];
  for (long i = 0; i < count - 1; i++) roots[i] = -finite[i];
  for (long i = 0; i < count - 1; i++) {
    product(roots, count - 1, i, result.input[i]);
    double power = 1;
    for (long output = 0; output < outputs; output++, power *= finite[i]) result.output[output][i] = power;
  }
  product(roots, count - 1, -1, result.input[count - 1]);
  result.output[outputs - 1][count - 1] = 1;
  return result;
}
