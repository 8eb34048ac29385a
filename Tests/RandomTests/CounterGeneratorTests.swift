import Random
import Testing

@Suite struct CounterGeneratorTests {
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

  /// Two places of one generator, and one place by two ways, have numbers of their own.
  @Test func places() {
    let generator = CounterGenerator(seed: 7, name: "dropout")
    let drawn = [
      generator.bits(at: 0), generator.at(0).bits(at: 0), generator.at(1).bits(at: 0), generator.at(-1).bits(at: 0),
      generator.at(1).at(2).bits(at: 0), generator.at(2).at(1).bits(at: 0),
    ]
    #expect(Set(drawn).count == drawn.count)
    #expect(generator.at(3) == CounterGenerator(seed: 7, name: "dropout").at(3))
  }

  /// Uniform, normal and bounded numbers have the moments of their distributions: each bound is five standard errors.
  @Test func moments() {
    let count = 40_000
    let generator = CounterGenerator(seed: 1, name: "moments").at(5)
    let uniform = (0..<count).map { generator.uniform(at: $0) }
    let normal = (0..<count).map { generator.normal(at: $0) }
    let error = 1 / Double(count).squareRoot()
    #expect(abs(uniform.reduce(0, +) / Double(count) - 0.5) < 5 * error * (1.0 / 12).squareRoot())
    #expect(abs(normal.reduce(0, +) / Double(count)) < 5 * error)
    #expect(abs(normal.reduce(0) { $0 + $1 * $1 } / Double(count) - 1) < 5 * error * 2.0.squareRoot())
    var frequencies = [Int](repeating: 0, count: 7)
    for index in 0..<count { frequencies[generator.integer(below: 7, at: index)] += 1 }
    let expected = Double(count) / 7
    #expect(frequencies.allSatisfy { abs(Double($0) - expected) < 5 * (expected * 6 / 7).squareRoot() })
  }

  @Test(arguments: [0, 1, 2, 3, 100])
  func permutations(count: Int) {
    let generator = CounterGenerator(seed: 3, name: "shuffle")
    let order = generator.at(0).permutation(of: count)
    #expect(order.sorted() == Array(0..<count))
    #expect(order == CounterGenerator(seed: 3, name: "shuffle").at(0).permutation(of: count))
    if count == 100 { #expect(order != generator.at(1).permutation(of: count)) }
  }

  /// Each of the six orders of three comes as often as the others.
  @Test func everyOrder() {
    let generator = CounterGenerator(seed: 11, name: "shuffle")
    var seen: [[Int]: Int] = [:]
    for epoch in 0..<6_000 { seen[generator.at(epoch).permutation(of: 3), default: 0] += 1 }
    #expect(seen.count == 6)
    #expect(seen.values.allSatisfy { abs($0 - 1_000) < 150 })
  }
}
