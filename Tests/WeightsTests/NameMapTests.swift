import Testing

@testable import Weights

@Suite struct NameMapTests {
  private func map(_ rules: (String, String)...) -> NameMap {
    NameMap(name: "published", rules: rules.map { NameMap.Rule(pattern: $0.0, replacement: $0.1) })
  }

  @Test func beginnings() throws {
    let names = ["fc.weight", "fc.bias", "fc2.weight", "conv.weight"]
    #expect(
      try map(("fc", "_fc"), ("conv.weight", "kernel")).apply(to: names)
        == ["_fc.weight", "_fc.bias", "fc2.weight", "kernel"])
  }

  @Test func theFirstRuleThatFitsCounts() throws {
    let rules = map(("a.0.conv", "first"), ("a.*.conv", "other.*"))
    #expect(try rules.apply(to: ["a.0.conv.weight", "a.1.conv.weight"]) == ["first.weight", "other.1.weight"])
  }

  /// `#` counts the beginnings that fit up to the last star, also those that an earlier rule takes.
  @Test func counting() throws {
    let rules = map(("blocks.0.0.conv", "_b.0._only"), ("blocks.*.*.conv", "_b.#._conv"), ("blocks.*.*.bn", "_b.#._bn"))
    let names = ["blocks.0.0.conv.weight", "blocks.0.0.bn.weight", "blocks.1.0.conv.weight", "blocks.1.1.conv.weight"]
    #expect(
      try rules.apply(to: names) == ["_b.0._only.weight", "_b.0._bn.weight", "_b.1._conv.weight", "_b.2._conv.weight"])
  }

  @Test func starsWithinSteps() throws {
    let rules = map(("layer*.*.conv*", "stage*.unit*.c*"))
    #expect(try rules.apply(to: ["layer2.0.conv13.weight"]) == ["stage2.unit0.c13.weight"])
  }

  /// Stars stand for as little as lets the rest fit; a name that nearly fits takes no longer for many stars.
  @Test func starsTakeTheShortest() throws {
    let rules = map(("a*b*c", "*-*"), ("é*", "*"), ("**x", "*+*"))
    #expect(try rules.apply(to: ["axbybc.w", "pqrx.w", "éàx.w"]) == ["x-yb.w", "p+qr.w", "àx.w"])
    let name = String(repeating: "a", count: 5000)
    let hostile = map((String(repeating: "*a", count: 1000) + "*b", "z"))
    #expect(throws: NameMap.Problem.self) { try hostile.apply(to: [name]) }
  }

  @Test func problems() {
    let names = ["a.weight", "b.weight"]
    let unused = NameMap.Rule(pattern: "c", replacement: "d")
    #expect(throws: NameMap.Problem.unusedRule(unused)) { try map(("c", "d")).apply(to: names) }
    let hidden = NameMap.Rule(pattern: "a.weight", replacement: "d")
    #expect(throws: NameMap.Problem.unusedRule(hidden)) { try map(("a", "x"), ("a.weight", "d")).apply(to: names) }
    #expect(throws: NameMap.Problem.doubleName("b.weight", first: "a.weight", second: "b.weight")) {
      try map(("a", "b")).apply(to: names)
    }
    for rule in [("a", "x.#"), ("a.#", "x"), ("a", "x.*")] {
      let problem = #expect(throws: NameMap.Problem.self) { try map(rule).apply(to: names) }
      guard case .illFormedRule? = problem else { return #expect(Bool(false), "\(rule)") }
    }
  }
}
