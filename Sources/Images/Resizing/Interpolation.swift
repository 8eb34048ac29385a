#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// How pixels between pixels are made. All but `nearest` average over the pixels that a new one covers, so that
/// shrinking does not alias.
package enum Interpolation: String, Sendable, CaseIterable {
  /// The pixel whose area holds the new one's centre.
  case nearest
  /// The mean of the area.
  case box
  /// A triangle.
  case bilinear
  /// The cubic convolution of Keys (1981) with a = −0.5.
  case bicubic
  /// The sinc function with three lobes to each side, windowed by its own middle lobe.
  case lanczos

  /// How far a filter reaches to either side, in pixels of the larger of the two grids.
  var support: Double {
    switch self {
    case .nearest, .box: 0.5
    case .bilinear: 1
    case .bicubic: 2
    case .lanczos: 3
    }
  }

  /// The filter's value at a distance from its centre.
  func weight(_ distance: Double) -> Double {
    switch self {
    case .nearest, .box:
      // Open to the left, so that a pixel on the edge of two areas belongs to one of them.
      return distance > -0.5 && distance <= 0.5 ? 1 : 0
    case .bilinear: return max(0, 1 - abs(distance))
    case .bicubic:
      let (x, a) = (abs(distance), -0.5)
      if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
      return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0
    case .lanczos: return -3..<3 ~= distance ? sinc(distance) * sinc(distance / 3) : 0
    }
  }

  private func sinc(_ x: Double) -> Double {
    if x == 0 { return 1 }
    return sin(x * .pi) / (x * .pi)
  }
}
