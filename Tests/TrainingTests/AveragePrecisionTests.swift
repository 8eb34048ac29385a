import Testing

@testable import Training

/// The definition of scikit-learn's `average_precision_score`, whose documentation has the first values.
@Suite("Average precision") struct AveragePrecisionTests {
  @Test(
    arguments: [
      ([0.1, 0.4, 0.35, 0.8], [false, false, true, true], 0.8333333333333333),
      ([0.9, 0.8, 0.7, 0.6], [true, false, true, false], 0.8333333333333333),
      ([0.5, 0.5, 0.5, 0.5], [true, false, false, false], 0.25),
      ([0.5, 0.5, 0.2, 0.1, 0.1], [false, true, true, true, false], 0.5888888888888888),
      ([3, 2, 1], [true, true, true], 1), ([1, 2, 3], [true, false, false], 0.3333333333333333),
    ] as [([Float], [Bool], Double)])
  func valuesAreThoseOfTheDefinition(scores: [Float], isPositive: [Bool], expected: Double) throws {
    let found = try #require(AveragePrecision.of(scores, isPositive))
    #expect(abs(found - expected) < 1e-15, "\(found)")
    // The order of images does not count.
    let reversed = try #require(AveragePrecision.of(scores.reversed(), isPositive.reversed()))
    #expect(reversed == found)
  }

  @Test func nothingIsSaidWithoutImages() {
    #expect(AveragePrecision.of([1, 2], [false, false]) == nil && AveragePrecision.of([], []) == nil)
    // What is no number comes last.
    #expect(AveragePrecision.of([.nan, 1], [true, false]) == 0.5)
  }
}
