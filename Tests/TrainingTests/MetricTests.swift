import Testing
import Training

@Suite struct MetricTests {
  private static let ranked: [([Double], Int, Int)] = [
    ([0.1, 0.7, 0.2], 1, 0), ([0.1, 0.7, 0.2], 0, 2), ([0.5, 0.5, 0.5], 0, 0), ([0.5, 0.5, 0.5], 2, 2),
    ([.nan, 1, 0], 1, 1), ([.nan, 1, 0], 0, 3), ([-.infinity, 0, .infinity], 2, 0),
  ]

  /// Of equal scores the first class comes first, and what is no number is never right.
  @Test(arguments: ranked)
  func ranks(scores: [Double], label: Int, rank: Int) {
    #expect(scores.withUnsafeBufferPointer { Ranking.rank(of: label, in: $0) } == rank)
  }

  @Test func confusion() {
    var matrix = ConfusionMatrix(classes: 3)
    #expect(matrix.accuracy == nil)
    for (actual, predicted) in [(0, 0), (0, 1), (1, 1), (1, 1), (1, 0)] { matrix.count(actual, as: predicted) }
    #expect(matrix.total == 5)
    #expect(matrix[0, 1] == 1 && matrix[1, 1] == 2)
    #expect(matrix.accuracy == 0.6)
    #expect(matrix.precision(of: 0) == 0.5 && matrix.recall(of: 1) == 2.0 / 3)
    #expect(matrix.precision(of: 2) == nil && matrix.recall(of: 2) == nil)
  }
}
