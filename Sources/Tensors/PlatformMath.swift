// The platform's C library, which has the elementary functions. Beside SystemMemory, other files of this target import
// nothing.
#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Android)
  import Android
#endif

/// The elementary functions, in single precision.
enum Elementary {
  static func exponential(_ x: Float) -> Float { exp(x) }
  /// `eˣ − 1`, exact near 0 too.
  static func exponentialMinusOne(_ x: Float) -> Float { expm1(x) }
  static func logarithm(_ x: Float) -> Float { log(x) }
  /// `ln(1 + x)`, exact near 0 too.
  static func logarithmOfOnePlus(_ x: Float) -> Float { log1p(x) }
  static func hyperbolicTangent(_ x: Float) -> Float { tanh(x) }
  static func errorFunction(_ x: Float) -> Float { erf(x) }
  static func power(_ x: Float, _ exponent: Float) -> Float { pow(x, exponent) }
}
