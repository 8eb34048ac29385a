import JSON
import Shapes

/// Reads shapes and formulas.
enum GraphJSONShapes {
  static func shape(_ cursor: JSONCursor) throws(JSONError) -> Shape {
    Shape(try cursor.list(count: 1...8) { (element) throws(JSONError) in try extent(element) })
  }

  static func extent(_ cursor: JSONCursor) throws(JSONError) -> Extent {
    switch cursor.value {
    case .int(let number): return .known(number)
    case .string: return .symbol(try cursor.name())
    case .array:
      let formula = try formula(cursor)
      guard !formula.sortedTerms.isEmpty else { throw cursor.failure("a formula without symbols is a number") }
      return .symbolic(formula)
    default: throw cursor.failure("a size is a number, a symbol or a formula, not \(cursor.value.kindDescription)")
    }
  }

  /// `[constant, [coefficient, factor, …], …]`, or a symbol alone.
  private static func formula(_ cursor: JSONCursor) throws(JSONError) -> Formula {
    let elements: [JSONCursor]
    if case .string = cursor.value {
      guard let formula = Formula(constant: 0, terms: [.init(coefficient: 1, factors: [.symbol(try cursor.name())])])
      else {
        throw cursor.failure("this is no formula")
      }
      return formula
    } else {
      elements = try cursor.elements(count: 1...Int.max)
    }
    var terms: [Formula.Term] = []
    for element in elements.dropFirst() {
      let parts = try element.elements(count: 2...Int.max)
      var factors: [Formula.Factor] = []
      for part in parts.dropFirst() { factors.append(try factor(part)) }
      terms.append(Formula.Term(coefficient: try parts[0].int(in: Int.min...Int.max), factors: factors))
    }
    guard let formula = Formula(constant: try elements[0].int(in: Int.min...Int.max), terms: terms) else {
      throw cursor.failure("the formula is not in its normal form")
    }
    return formula
  }

  private static func factor(_ cursor: JSONCursor) throws(JSONError) -> Formula.Factor {
    if case .string = cursor.value { return .symbol(try cursor.name()) }
    let parts = try cursor.elements(count: 2...2)
    return .quotient(try formula(parts[0]), try parts[1].int(in: 2...Int.max))
  }
}
