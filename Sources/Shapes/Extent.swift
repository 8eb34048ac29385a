/// One dimension of a shape, or a count that depends on dimensions: a number, or a formula of symbols such as `H`.
///
/// Symbols stand for the batch, height and width that a run may leave open (`--input 3xHxW`). Equal formulas compare
/// equal whichever layers built them, because formulas are kept in a normal form.
package enum Extent: Hashable, Sendable {
  case known(Int)
  case symbolic(Formula)

  /// An open dimension.
  package static func symbol(_ name: String) -> Extent { .symbolic(Formula(symbol: name)) }

  /// The number, if no symbol is in it.
  package var value: Int? {
    if case .known(let value) = self { value } else { nil }
  }

  package var isKnown: Bool { value != nil }

  /// How many symbols and quotients it takes to write the size down; none for a number.
  package var formulaWeight: Int {
    if case .symbolic(let formula) = self { formula.weight } else { 0 }
  }

  private var formula: Formula {
    switch self {
    case .known(let value): Formula(constant: value)
    case .symbolic(let formula): formula
    }
  }

  private init(_ formula: Formula) {
    self = formula.constantValue.map(Extent.known) ?? .symbolic(formula)
  }

  package static func + (left: Extent, right: Extent) -> Extent {
    if case .known(let a) = left, case .known(let b) = right { return .known(saturatingSum(a, b)) }
    return Extent(left.formula.adding(right.formula))
  }

  package static func - (left: Extent, right: Extent) -> Extent { left + right * .known(-1) }

  package static func * (left: Extent, right: Extent) -> Extent {
    if case .known(let a) = left, case .known(let b) = right { return .known(saturatingProduct(a, b)) }
    return Extent(left.formula.multiplied(by: right.formula))
  }

  package static func + (left: Extent, right: Int) -> Extent { left + .known(right) }
  package static func - (left: Extent, right: Int) -> Extent { left + .known(-right) }
  package static func * (left: Extent, right: Int) -> Extent { left * .known(right) }

  package static func += (left: inout Extent, right: Extent) { left = left + right }

  /// `⌊self / divisor⌋`, for a positive divisor.
  package func dividedRoundingDown(by divisor: Int) -> Extent {
    switch self {
    case .known(let value): .known(floorDivision(value, by: divisor))
    case .symbolic(let formula): Extent(formula.dividedRoundingDown(by: divisor))
    }
  }

  /// `⌈self / divisor⌉`, for a positive divisor.
  package func dividedRoundingUp(by divisor: Int) -> Extent {
    (self + (divisor - 1)).dividedRoundingDown(by: divisor)
  }

  /// What a size that is open grows as: the product of the highest degree with its coefficient, rounding aside. Nil where
  /// several products grow alike, and for sizes that are known.
  package var leadingTerm: (coefficient: Double, symbols: [String])? {
    guard case .symbolic(let formula) = self else { return nil }
    let terms = formula.unrounded.filter { $0.value != 0 }
    let degree = terms.keys.map(\.count).max() ?? 0
    let leading = terms.filter { $0.key.count == degree }
    guard degree > 0, leading.count == 1, let (symbols, coefficient) = leading.first else { return nil }
    return (coefficient, symbols)
  }

  /// How many times another size this one is where all that is open is large, rounding aside; nil where one of them stays as
  /// it is or the other is 0.
  package func ratio(to other: Extent) -> Double? {
    switch (self, other) {
    case (.known(let value), .known(let unit)): return unit == 0 ? nil : Double(value) / Double(unit)
    case (.symbolic(let formula), .symbolic(let unit)):
      // A multiple of all small numbers, so that quotients of it are exact.
      let names = formula.symbols.union(unit.symbols)
      let values = Dictionary(uniqueKeysWithValues: names.map { ($0, 720_720 << 24) })
      guard let value = formula.evaluated(with: values), let unit = unit.evaluated(with: values), unit != 0 else {
        return nil
      }
      return Double(value) / Double(unit)
    default: return nil
    }
  }

  /// The number that the formula has when its symbols have the given values; nil if one is not given.
  package func evaluated(with values: [String: Int]) -> Int? {
    switch self {
    case .known(let value): value
    case .symbolic(let formula): formula.evaluated(with: values)
    }
  }
}

extension Extent: ExpressibleByIntegerLiteral {
  package init(integerLiteral value: Int) { self = .known(value) }
}

extension Extent: CustomStringConvertible {
  package var description: String {
    switch self {
    case .known(let value): String(value)
    case .symbolic(let formula): formula.description
    }
  }

  /// The text as a spec's expressions have it, the symbols being parameters: `(H + 3) // 4`.
  package var expression: String {
    switch self {
    case .known(let value): String(value)
    case .symbolic(let formula): formula.expression
    }
  }

  /// The text as a factor of a product: a sum stands in parentheses.
  package var factorDescription: String {
    if case .symbolic(let formula) = self, formula.isSum { "(\(formula))" } else { description }
  }
}
