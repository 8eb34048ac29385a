import Images
import Random
import Testing

@testable import Datasets

/// Shares of sets whose images have several labels.
@Suite("Splits of several labels") struct StratifiedSplitTests {
  /// Images with labels of very different frequencies, some of them together, some without any.
  private static let set: Dataset = {
    let noise = CounterGenerator(seed: 5, name: "labels")
    let sets = (0..<1000).map { image in
      (0..<6).filter { label in noise.uniform(at: image * 6 + label) < [0.5, 0.3, 0.1, 0.05, 0.02, 0.01][label] }
    }
    let source = PackedImages(
      file: "x", bytes: Array(repeating: 0, count: 1000), start: 0, step: 1, width: 1, height: 1, channels: 1)
    return Dataset(classes: (0..<6).map(String.init), annotations: .several(sets), source: source, isNumbered: true)
  }()

  @Test(arguments: [0.1, 0.25, 0.5])
  func eachLabelHasItsShare(share: Double) {
    let (rest, part) = Self.set.split(share: share, seed: 3)
    #expect(rest.count + part.count == 1000 && abs(Double(part.count) - share * 1000) < 15)
    for (all, taken) in zip(Self.set.classCounts, part.classCounts) {
      #expect(abs(Double(taken) - share * Double(all)) <= max(1, 0.04 * Double(all)), "\(taken) of \(all)")
    }
    let identities = (0..<rest.count).map(rest.identity) + (0..<part.count).map(part.identity)
    #expect(identities.sorted() == Array(0..<1000))
    #expect((0..<part.count).map(part.identity) == (0..<part.count).map(part.identity).sorted())
  }

  @Test func theSeedDecides() {
    func places(_ seed: UInt64) -> [Int] {
      let part = Self.set.split(share: 0.1, seed: seed).part
      return (0..<part.count).map(part.identity)
    }
    #expect(places(1) == places(1) && places(1) != places(2))
    #expect(Self.set.split(share: 0, seed: 1).part.count == 0 && Self.set.split(share: 1, seed: 1).rest.count == 0)
  }
}
