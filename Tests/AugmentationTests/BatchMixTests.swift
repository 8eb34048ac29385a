import Random
import Testing

@testable import Augmentation

@Suite("Mixing of batches")
struct BatchMixTests {
  /// A batch of 2×H×W whose image n is all n.
  private func mixed(_ mix: BatchMix, count: Int, height: Int, width: Int, draw: Int) -> (
    values: [Float], share: Double
  ) {
    var values = (0..<count).flatMap { Array(repeating: Float($0), count: 2 * height * width) }
    let share = values.withUnsafeMutableBufferPointer {
      mix.apply(
        to: $0, shape: [count, 2, height, width], generator: CounterGenerator(seed: 1, name: "mix").at(draw))
    }
    return (values, share)
  }

  @Test func mixupBlendsWithTheBatchInReverse() {
    for count in [1, 4, 5] {
      let (values, share) = mixed(BatchMix(mixup: 0.4), count: count, height: 3, width: 5, draw: count)
      #expect(0...1 ~= share)
      for (index, value) in values.enumerated() {
        let (own, other) = (Double(index / 30), Double(count - 1 - index / 30))
        #expect(abs(Double(value) - (share * own + (1 - share) * other)) < 1e-5)
      }
    }
  }

  /// λ is the share of the pixels that stayed, whatever was drawn.
  @Test func cutmixTakesABoxOfThePartner() {
    var shares: [Double] = []
    for draw in 0..<300 {
      let (values, share) = mixed(BatchMix(cutmix: 1), count: 4, height: 12, width: 9, draw: draw)
      let kept = values.enumerated().count { $1 == Float($0 / 216) }
      #expect(abs(Double(kept) / Double(values.count) - share) < 1e-12)
      let taken = values.enumerated().filter { $1 != Float($0 / 216) }
      #expect(taken.allSatisfy { Int($1) == 3 - $0 / 216 })
      shares.append(share)
    }
    #expect(Set(shares).count > 20)
  }

  @Test func eitherIsDrawnWhereBothAreGiven() {
    let cut = (0..<400).count { draw in
      let (values, _) = mixed(BatchMix(mixup: 0.2, cutmix: 1), count: 2, height: 8, width: 8, draw: draw)
      return values.allSatisfy { $0 == 0 || $0 == 1 }
    }
    #expect(140...300 ~= cut)
    #expect(mixed(BatchMix(), count: 2, height: 2, width: 2, draw: 0).share == 1)
  }

  /// Mean ½ and variance 1 / (4 (2 α + 1)), as Beta(α, α) has.
  @Test(arguments: [0.1, 0.2, 1, 2.5])
  func sharesFollowBeta(alpha: Double) {
    let draws = (0..<20_000).map { index in
      var draws = Draws(CounterGenerator(seed: 9, name: "beta").at(index))
      return draws.beta(alpha)
    }
    let mean = draws.reduce(0, +) / Double(draws.count)
    let variance = draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(draws.count)
    #expect(abs(mean - 0.5) < 0.015)
    #expect(abs(variance * 4 * (2 * alpha + 1) - 1) < 0.05)
  }
}
