import Testing

@testable import Kernels

@Suite("Sharing of a convolution's work")
struct WorkSplitTests {
  private func split(
    units: Int, grain: Int = 1, panels: Int, weights: Int = 0, maps: Int = 1, workers: Int
  ) -> [WorkSplit] {
    (0..<workers).map {
      WorkSplit(
        units: units, grain: grain, panels: panels, weights: weights, maps: maps,
        worker: Worker(index: $0, count: workers))
    }
  }

  @Test func rowsWhereThereAreEnough() {
    let shares = split(units: 14, panels: 8, workers: 2)
    #expect(shares.map(\.units) == [0..<7, 7..<14] && shares.allSatisfy { $0.panels == 0..<8 })
  }

  @Test func panelsWhereRowsAreFew() {
    let shares = split(units: 7, panels: 16, workers: 2)
    #expect(shares.map(\.panels) == [0..<8, 8..<16] && shares.allSatisfy { $0.units == 0..<7 })
    #expect(split(units: 1, grain: 7, panels: 4, workers: 4).map(\.panels) == [0..<1, 1..<2, 2..<3, 3..<4])
  }

  @Test func panelsWhereWeightsAreMany() {
    let shares = split(units: 49, grain: 7, panels: 64, weights: 1 << 20, maps: 120_000, workers: 2)
    #expect(shares.map(\.panels) == [0..<32, 32..<64])
    // Not if that leaves a thread idle.
    #expect(split(units: 49, grain: 7, panels: 1, weights: 1 << 20, maps: 9, workers: 2)[1].units == 24..<49)
  }

  /// Every panel of every row is somebody's, and nobody else's.
  @Test(arguments: [(1, 1), (1, 5), (7, 2), (13, 1), (49, 5)], 1...5)
  func sharesCoverTheWork(_ work: (Int, Int), _ workers: Int) {
    let (units, panels) = work
    for weights in [0, 100] {
      let pairs = split(units: units, grain: 3, panels: panels, weights: weights, workers: workers).flatMap { share in
        share.units.flatMap { unit in share.panels.map { unit * panels + $0 } }
      }
      #expect(pairs.sorted() == Array(0..<units * panels))
    }
  }
}
