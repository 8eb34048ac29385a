import Testing

@testable import Weights

@Suite struct InitializationTests {
  /// Computed apart, in Python, from the definition.
  @Test func generator() {
    #expect(CounterGenerator(seed: 0, name: "conv1.weight").bits(at: 0) == 0x5FA3_7040_FB3C_0430)
    #expect(CounterGenerator(seed: 0, name: "conv1.weight").bits(at: 1) == 0x9C45_8140_3EBD_AEE6)
    #expect(CounterGenerator(seed: 42, name: "fc.bias").bits(at: 1000) == 0x1E41_CC48_74A8_48A2)
  }

  /// Python's statistics.NormalDist.inv_cdf, which is the same algorithm with the system's logarithm.
  @Test(
    arguments: [
      (1e-300, -37.0470962993612), (1e-12, -7.034483825301132), (0.001, -3.090232306167813),
      (0.02, -2.0537489106318225), (0.075, -1.4395314709384557), (0.3, -0.5244005127080407), (0.5, 0),
      (0.9, 1.2815515655446008), (0.999, 3.090232306167813), (1 - 0x1p-53, 8.209536151601386),
    ])
  func quantiles(p: Double, z: Double) { #expect(abs(inverseNormal(p) - z) <= 1e-14 * max(1, abs(z))) }

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
