import Testing

@testable import Shapes

@Suite("Numbers that saturate")
struct ArithmeticTests {
  private static let edges = [Int.min, Int.min + 1, -1 << 32, -7, -1, 0, 1, 6, 1 << 32, Int.max - 1, Int.max]

  /// Sums and products are those of numbers without bounds, brought back to the nearest integer of 64 bits.
  @Test(arguments: edges, edges)
  func sumsAndProductsAreTheNearestIntegers(_ a: Int, _ b: Int) {
    func nearest(high: Int, low: UInt) -> Int {
      high == 0 && low <= UInt(Int.max)
        ? Int(low)
        : high == -1 && low >= UInt(bitPattern: Int.min) ? Int(bitPattern: low) : high < 0 ? Int.min : Int.max
    }
    let product = a.multipliedFullWidth(by: b)
    #expect(saturatingProduct(a, b) == nearest(high: product.high, low: product.low))
    let (low, carry) = UInt(bitPattern: a).addingReportingOverflow(UInt(bitPattern: b))
    #expect(saturatingSum(a, b) == nearest(high: (a >> 63) + (b >> 63) + (carry ? 1 : 0), low: low))
    #expect(saturatingSum(a, b) == saturatingSum(b, a) && saturatingProduct(a, b) == saturatingProduct(b, a))
  }

  @Test(arguments: [-17, -4, -1, 0, 1, 4, 17, Int.max], [1, 2, 3, 4, 1 << 31])
  func divisionRoundsDown(_ value: Int, _ divisor: Int) {
    let quotient = floorDivision(value, by: divisor)
    #expect(quotient * divisor <= value && value - quotient * divisor < divisor)
  }
}
