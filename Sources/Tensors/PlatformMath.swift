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

/// A floating-point type that the plain path computes in, with the elementary functions.
package protocol PlainScalar: BinaryFloatingPoint, Codable, SIMDScalar, Sendable {
  static func exponential(_ x: Self) -> Self
  /// `eˣ − 1`, exact near 0 too.
  static func exponentialMinusOne(_ x: Self) -> Self
  static func logarithm(_ x: Self) -> Self
  /// `ln(1 + x)`, exact near 0 too.
  static func logarithmOfOnePlus(_ x: Self) -> Self
  static func hyperbolicTangent(_ x: Self) -> Self
  static func errorFunction(_ x: Self) -> Self
  static func power(_ x: Self, _ exponent: Self) -> Self
}

extension Float: PlainScalar {
  package static func exponential(_ x: Float) -> Float { exp(x) }
  package static func exponentialMinusOne(_ x: Float) -> Float { expm1(x) }
  package static func logarithm(_ x: Float) -> Float { log(x) }
  package static func logarithmOfOnePlus(_ x: Float) -> Float { log1p(x) }
  package static func hyperbolicTangent(_ x: Float) -> Float { tanh(x) }
  package static func errorFunction(_ x: Float) -> Float { erf(x) }
  package static func power(_ x: Float, _ exponent: Float) -> Float { pow(x, exponent) }
}

extension Double: PlainScalar {
  package static func exponential(_ x: Double) -> Double { exp(x) }
  package static func exponentialMinusOne(_ x: Double) -> Double { expm1(x) }
  package static func logarithm(_ x: Double) -> Double { log(x) }
  package static func logarithmOfOnePlus(_ x: Double) -> Double { log1p(x) }
  package static func hyperbolicTangent(_ x: Double) -> Double { tanh(x) }
  package static func errorFunction(_ x: Double) -> Double { erf(x) }
  package static func power(_ x: Double, _ exponent: Double) -> Double { pow(x, exponent) }
}
