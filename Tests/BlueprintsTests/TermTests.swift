import Expressions
import Layers
import Testing

@testable import Blueprints

@Suite("Terms")
struct TermTests {
  private let x = Term.variable("x")

  /// Terms of a generator, a few levels deep.
  private func random(_ state: inout UInt64, depth: Int) -> Term {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    let choice = Int(state >> 33)
    if depth == 0 || choice % 5 == 0 {
      return choice % 2 == 0 ? .int(choice / 7 % 9) : .variable(["x", "y"][choice / 3 % 2])
    }
    let left = random(&state, depth: depth - 1)
    let right = random(&state, depth: depth - 1)
    let operators: [BinaryOperator] = [.add, .subtract, .multiply, .floorDivide, .remainder]
    switch choice % 7 {
    case 0..<5: return .binary(operators[choice % 7], left, right)
    case 5:
      return .conditional(.binary([.less, .equal, .notEqual][choice / 11 % 3], left, right), then: right, else: left)
    default: return .call(choice % 2 == 0 ? "min" : "max", [left, right])
    }
  }

  @Test func simplifyingChangesNoValue() {
    var state: UInt64 = 7
    var compared = 0
    for _ in 0..<3000 {
      let term = random(&state, depth: 4)
      let simple = term.simplified
      for (a, b) in [(0, 1), (3, 5), (64, 2), (7, 7)] {
        let bindings: Bindings = ["x": .int(a), "y": .int(b)]
        guard let value = term.evaluated(bindings) else { continue }
        #expect(simple.evaluated(bindings) == value, "\(term) → \(simple)")
        compared += 1
      }
    }
    #expect(compared > 4000)
  }

  @Test func observations() {
    func observed(_ pairs: [([String: Int], Int)]) -> [Observation] {
      pairs.map { Observation(bindings: $0.0.mapValues { .int($0) }, value: .int($0.1)) }
    }
    #expect(Synthesis.term(observed([(["x": 1], 5), (["x": 2], 5)])) == .int(5))
    #expect(Synthesis.term(observed([(["x": 3], 12), (["x": 5], 20)])) == .binary(.multiply, .int(4), x))
    #expect(Synthesis.term(observed([(["x": 32], 8), (["x": 64], 16)])) == .binary(.floorDivide, x, .int(4)))
    #expect(Synthesis.term(observed([(["x": 3], 9), (["x": 5], 25)])) == nil)
    #expect(
      Synthesis.term(observed([(["x": 3], 9), (["x": 5], 25)]), hints: [nil, .binary(.multiply, x, x)])
        == .binary(.multiply, x, x))
    // The first round of a loop is another, each is so much more, or there is no rule but a table.
    let first = observed([(["i": 0], 2), (["i": 1], 1), (["i": 2], 1)])
    #expect(
      Synthesis.term(first, loop: "i")
        == .conditional(.binary(.equal, .variable("i"), .int(0)), then: .int(2), else: .int(1)))
    let growing = observed([(["i": 0], 64), (["i": 1], 96), (["i": 2], 128)])
    #expect(
      Synthesis.term(growing, loop: "i") == .binary(.add, .int(64), .binary(.multiply, .int(32), .variable("i"))))
    let irregular = observed([(["i": 0], 1), (["i": 1], 5), (["i": 2], 2)])
    #expect(Synthesis.term(irregular, loop: "i") == .table([.int(1), .int(5), .int(2)], index: .variable("i")))
  }
}
