/// A height and a width in pixels.
package struct PixelSize: Hashable, Sendable {
  package var height: Int
  package var width: Int

  package init(height: Int, width: Int) {
    self.height = height
    self.width = width
  }

  /// The size of maps `[N, C, H, W]`.
  init(of maps: [Int]) { self.init(height: maps[2], width: maps[3]) }

  /// The shape `[N, C, height, width]` of maps that are brought to the size.
  func outputShape(of input: [Int]) -> [Int] { [input[0], input[1], height, width] }
}

extension SlidingWindow {
  /// The shape `[N, C, H', W']` of what a window makes of maps without joining channels.
  func outputShape(of input: [Int]) -> [Int] { [input[0], input[1], vertical.outputs, horizontal.outputs] }
}

extension [Int] {
  /// Whether a shape `[N, C, …]` is of vectors, or of maps of one pixel.
  var isOnePixel: Bool { dropFirst(2).allSatisfy { $0 == 1 } }
}

extension Collection<Int> {
  /// The product of sizes, none of them negative; the largest integer where it would be beyond that.
  package var saturatingProduct: Int { reduce(1) { $0.saturatingMultiplied(by: $1) } }
}

extension Int {
  /// The product with another number that is not negative, as this is; the largest integer where it would be beyond.
  package func saturatingMultiplied(by other: Int) -> Int {
    let (product, overflows) = multipliedReportingOverflow(by: other)
    return overflows ? .max : product
  }

  /// The sum with another number that is not negative; the largest integer where it would be beyond.
  package func saturatingAdded(_ other: Int) -> Int {
    let (sum, overflows) = addingReportingOverflow(other)
    return overflows ? .max : sum
  }
}
