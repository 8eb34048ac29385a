#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Android)
  import Android
#endif

/// The cosine of an angle in radians.
func cosine(_ angle: Double) -> Double { cos(angle) }

/// A number that is not negative to a power that need not be whole.
func raise(_ base: Double, to exponent: Double) -> Double { pow(base, exponent) }
