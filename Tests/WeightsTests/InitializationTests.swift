import Testing

@testable import Weights

@Suite struct InitializationTests {
  /// The same bits on every machine.
  @Test func values() {
    let normal = Initialization.normal(mean: 0, standardDeviation: 1).values(count: 3, name: "w", seed: 1)
    #expect(normal.map(\.bitPattern) == [0x3F1C_0ECA, 0xBF92_45A7, 0xC010_8894])
    let uniform = Initialization.uniform(low: -0.5, high: 0.5).values(count: 3, name: "w", seed: 1)
    #expect(uniform.map(\.bitPattern) == [0x3E6A_6E69, 0xBEBF_3214, 0xBEF9_E012])
    #expect(Initialization.constant(0.25).values(count: 2, name: "w", seed: 1) == [0.25, 0.25])
  }

  @Test func seedsAndNamesMatter() {
    let one = Initialization.heNormal(fanIn: 8)
    #expect(one.values(count: 9, name: "a", seed: 0) == one.values(count: 9, name: "a", seed: 0))
    #expect(one.values(count: 9, name: "a", seed: 0) != one.values(count: 9, name: "a", seed: 1))
    #expect(one.values(count: 9, name: "a", seed: 0) != one.values(count: 9, name: "b", seed: 0))
    #expect(one.values(count: 9, name: "a", seed: 0) == Array(one.values(count: 99, name: "a", seed: 0)[..<9]))
  }

  @Test(
    arguments: [
      (Initialization.heNormal(fanIn: 50), Float(0.2)), (.heUniform(fanIn: 50), 0.2),
      (.xavierNormal(fanIn: 20, fanOut: 30), 0.2), (.xavierUniform(fanIn: 20, fanOut: 30), 0.2),
      (.normal(mean: 0, standardDeviation: 3), 3), (.truncatedNormal(mean: 0, standardDeviation: 1), 0.8796),
      (.pytorch(fanIn: 12), 1 / 6),
    ])
  func moments(initialization: Initialization, deviation: Float) {
    let statistics = TensorStatistics(initialization.values(count: 20_000, name: "w", seed: 5))
    #expect(abs(statistics.standardDeviation / deviation - 1) < 0.02)
    #expect(abs(statistics.mean) < 0.03 * deviation)
    if case .truncatedNormal = initialization { #expect(statistics.min > -2 && statistics.max < 2) }
  }

  @Test func statistics() {
    let statistics = TensorStatistics([1, .nan, -3, .infinity, 5, -.infinity])
    #expect((statistics.min, statistics.max, statistics.mean) == (-3, 5, 1))
    #expect(statistics.flag == "1 NaN, 2 infinite" && !statistics.isFinite)
    #expect(TensorStatistics([]).isFinite)
  }
}
