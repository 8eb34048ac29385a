// Exponentials and logarithms of 16 numbers at once, right to about two units in the last place. NaN stays NaN.
//
// eˣ is 2ⁿ·(1 + q) with n the nearest integer to x / ln 2, r = x − n·ln 2 and q = eʳ − 1 by a polynomial. Keeping q
// instead of eʳ gives eˣ − 1 without cancellation.

// Adding this number leaves the integer part in the low bits of the sum, with the bias of exponents added to it.
#define ROUNDING (12582912.0f + 127.0f)

/// `eʳ − 1` for the rest r of x, |x| < 2¹⁵; `rounded` is set to ROUNDING + n.
TEMPLATE v16 NAME(reduced)(v16 x, v16 *rounded) {
  const v16 sum = x * 1.44269504f + ROUNDING;
  const v16 n = sum - ROUNDING;
  // The first part of ln 2 has so few bits that its product with n is exact.
  const v16 r = (x - n * 0.693359375f) - n * -2.12194440e-4f;
  const v16 series =
    (((r * 1.3946446e-3f + 8.3665829e-3f) * r + 4.1666280e-2f) * r + 1.6666543e-1f) * r + 0.5f;
  *rounded = sum;
  return r * r * series + r;
}

/// 2ⁿ for −127 < n < 128, from ROUNDING + n.
INLINE v16 NAME(power_of_two)(v16 rounded) { return (v16)((v16i)rounded << 23); }

/// `eˣ`, from 0 to infinity.
TEMPLATE v16 NAME(exponential)(v16 x) {
  // Beyond these the result is 0 or infinite already.
  x = NAME(minimum)(NAME(maximum)(x, NAME(splat)(-120.0f)), NAME(splat)(100.0f));
  v16 rounded;
#if defined(__x86_64__) && REGISTER_LANES == 16
  const v16 q = NAME(reduced)(x, &rounded);
  return (v16)_mm512_scalef_ps((__m512)(q + 1.0f), (__m512)(rounded - ROUNDING));
#else
  // The square of the root, whose exponent is always within range.
  const v16 q = NAME(reduced)(x * 0.5f, &rounded);
  const v16 scale = NAME(power_of_two)(rounded);
  const v16 root = scale * q + scale;
  return root * root;
#endif
}

/// `eˣ − 1` for x ≤ 0, exact near 0 too; meaningless for other numbers.
INLINE v16 NAME(exponential_minus_one)(v16 x) {
  v16 rounded;
  const v16 q = NAME(reduced)(NAME(maximum)(x, NAME(splat)(-40.0f)), &rounded);
  const v16 scale = NAME(power_of_two)(rounded);
  return scale * q + (scale - 1.0f);
}

/// `ln(1 + x)` for x from √½ − 1 to √2 − 1, exact near 0 too. The polynomial is that of Moshier's Cephes library.
TEMPLATE v16 NAME(short_logarithm)(v16 x) {
  v16 series = x * 7.0376836292e-2f - 1.1514610310e-1f;
  series = series * x + 1.1676998740e-1f;
  series = series * x - 1.2420140846e-1f;
  series = series * x + 1.4249322787e-1f;
  series = series * x - 1.6668057665e-1f;
  series = series * x + 2.0000714765e-1f;
  series = series * x - 2.4999993993e-1f;
  series = series * x + 3.3333331174e-1f;
  return (series * x - 0.5f) * (x * x) + x;
}

/// `ln(1 + x)` for x from 0 to 1, exact near 0 too.
INLINE v16 NAME(logarithm_of_one_plus)(v16 x) {
  const v16i isLarge = x > 0.41421356f;
  const v16 part = NAME(short_logarithm)(NAME(select)(isLarge, x * 0.5f - 0.5f, x));
  return NAME(select)(isLarge, part + 0.69314718f, part);
}

/// `ln x` for normal positive numbers.
TEMPLATE v16 NAME(logarithm)(v16 x) {
  // Bits of a mantissa from √½ on, so that the exponent's part is n and the rest lies around 1.
  const v16i bits = (v16i)x - 0x3f3504f3;
  const v16i n = bits >> 23;
  const v16 rest = (v16)((bits & 0x7fffff) + 0x3f3504f3);
  const v16 count = __builtin_convertvector(n, v16);
  return count * 0.693359375f + (NAME(short_logarithm)(rest - 1.0f) + count * -2.12194440e-4f);
}
