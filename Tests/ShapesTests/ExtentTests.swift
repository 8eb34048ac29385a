import Testing

@testable import Shapes

/// Formulas against the numbers that they stand for.
@Suite("Open sizes")
struct ExtentTests {
  private static let height = Extent.symbol("H")
  private static let width = Extent.symbol("W")
  private static let sizes = [1, 2, 3, 7, 8, 64, 223, 224]

  /// What layers do to a size, for formulas and for numbers.
  private static let steps: [(name: String, of: @Sendable (Extent) -> Extent)] = [
    ("a pool of 2", { $0.dividedRoundingDown(by: 2) }),
    ("stride 2, padding 1", { ($0 - 1).dividedRoundingDown(by: 2) + 1 }),
    ("rounded up", { $0.dividedRoundingUp(by: 3) }), ("a valid kernel", { $0 - 2 }), ("upsampled", { $0 * 2 }),
    ("padded", { $0 + 5 }), ("a factor of 1.5", { ($0 * 3).dividedRoundingDown(by: 2) }),
  ]

  /// What a count grows as, whatever its symbols are and however often they stand in it.
  @Test func leadingTerms() {
    let (h, w) = (Extent.symbol("H"), Extent.symbol("W"))
    func half(_ size: Extent) -> Extent { (size + 1).dividedRoundingDown(by: 2) }
    func text(_ size: Extent) -> String? {
      size.leadingTerm.map { "\($0.coefficient) \($0.symbols.joined(separator: "·"))" }
    }
    #expect(text(h * h * 216 + half(h) * half(h) * 576) == "360.0 H·H")
    #expect(text(h * w * 216 + half(h) * half(w) * 576 + h * 7) == "360.0 H·W")
    #expect(text(h * h + h * w) == nil && text(.known(3)) == nil)
    #expect(half(half(h)).ratio(to: h) == 0.25 && (h * 4).ratio(to: half(h * 4)) == 2)
    #expect(Extent.known(3).ratio(to: h) == nil && h.ratio(to: .known(3)) == nil)
    #expect(Extent.known(6).ratio(to: .known(3)) == 2 && Extent.known(6).ratio(to: .known(0)) == nil)
  }

  @Test(arguments: sizes)
  func formulasHaveTheValuesOfTheirNumbers(_ size: Int) {
    for first in Self.steps {
      for second in Self.steps {
        for third in Self.steps {
          let formula = third.of(second.of(first.of(Self.height)))
          let number = third.of(second.of(first.of(.known(size)))).value
          #expect(
            formula.evaluated(with: ["H": size]) == number, "\(first.name), \(second.name), \(third.name): \(formula)")
        }
      }
    }
  }

  @Test func differentWaysToOneSizeAreEqual() {
    let twice = ((Self.height + 1).dividedRoundingDown(by: 2) + 1).dividedRoundingDown(by: 2)
    #expect(twice == (Self.height + 3).dividedRoundingDown(by: 4))
    #expect(twice.description == "⌊(H + 3)/4⌋")
    #expect((Self.height * 4).dividedRoundingDown(by: 2) == Self.height * 2)
    #expect((Self.height * 2 + 6).dividedRoundingDown(by: 2) == Self.height + 3)
    #expect(Self.height * Self.width == Self.width * Self.height)
    #expect(Self.height + Self.width - Self.width == Self.height)
    #expect(Self.height - Self.height == 0 && (Self.height - Self.height).isKnown)
    #expect(Self.height * 0 == 0)
    #expect(Self.height.dividedRoundingDown(by: 2) != Self.height.dividedRoundingUp(by: 2))
  }

  @Test func whatIsOpenStaysOpen() {
    let area = (Self.height + 1) * Self.width
    #expect(area.value == nil && !area.isKnown)
    #expect(area.evaluated(with: ["H": 3]) == nil)
    #expect(area.evaluated(with: ["H": 3, "W": 5]) == 20)
    #expect(Shape([3, Self.height, area]).description == "3×H×(H·W + W)")
  }

  @Test func numbersOfFilesDoNotOverflow() {
    #expect(Extent.known(Int.max) + 1 == .known(Int.max))
    #expect(Extent.known(Int.max) * 2 == .known(Int.max))
    let large = Self.height * Int.max * 2 + Int.max
    #expect(large.evaluated(with: ["H": 2]) == Int.max)
    #expect((large + Int.max).dividedRoundingDown(by: 2).evaluated(with: ["H": 1]) != nil)
  }

  /// A formula that was taken apart is put together again; parts that arithmetic would not make are refused.
  @Test func partsAreAFormulaInNormalForm() throws {
    guard case .symbolic(let formula) = (Self.height * 3 + 5).dividedRoundingDown(by: 4) + Self.height * Self.width
    else {
      Issue.record("a formula with symbols is a number")
      return
    }
    #expect(Formula(constant: formula.constantTerm, terms: formula.sortedTerms) == formula)
    let h = Formula.Factor.symbol("H")
    #expect(Formula(constant: 0, terms: [Formula.Term(coefficient: 0, factors: [h])]) == nil)
    #expect(Formula(constant: 0, terms: [Formula.Term(coefficient: 1, factors: [])]) == nil)
    #expect(Formula(constant: 0, terms: [Formula.Term(coefficient: 1, factors: [.symbol("W"), h])]) == nil)
    let twice = [Formula.Term(coefficient: 1, factors: [h]), Formula.Term(coefficient: 2, factors: [h])]
    #expect(Formula(constant: 0, terms: twice) == nil)
    let whole = Formula.Factor.quotient(Formula(symbol: "H"), 1)
    #expect(Formula(constant: 0, terms: [Formula.Term(coefficient: 1, factors: [whole])]) == nil)
    let number = Formula.Factor.quotient(Formula(constant: 8), 2)
    #expect(Formula(constant: 0, terms: [Formula.Term(coefficient: 1, factors: [number])]) == nil)
  }
}
