/// A polynomial with integer coefficients over symbols and rounded quotients, in a normal form.
///
/// Strided layers divide and round down; `⌊(⌊(H + 1)/2⌋ + 1)/2⌋` becomes `⌊(H + 3)/4⌋`, so that two branches which
/// shrink an open height the same way in different steps still have equal shapes.
package struct Formula: Hashable, Sendable {
  /// What a polynomial is built from.
  indirect enum Atom: Hashable, Sendable {
    case symbol(String)
    case quotient(Formula, Int)

    var weight: Int {
      switch self {
      case .symbol: 1
      case .quotient(let formula, _): saturatingSum(formula.weight, 1)
      }
    }

    /// In parentheses where it is no symbol, so that it may stand in a product.
    var expression: String {
      switch self {
      case .symbol(let name): name
      case .quotient(let formula, let divisor): "((\(formula.expression)) // \(divisor))"
      }
    }

    var description: String {
      switch self {
      case .symbol(let name): name
      case .quotient(let formula, let divisor):
        formula.isSum ? "⌊(\(formula))/\(divisor)⌋" : "⌊\(formula)/\(divisor)⌋"
      }
    }
  }

  /// A product of atoms, ordered by their text so that equal products are equal values.
  typealias Product = [Atom]

  private(set) var terms: [Product: Int] = [:]
  private(set) var constant: Int = 0
  /// How many symbols and quotients there are in it, those within quotients each time: what it takes to write it down.
  private(set) var weight = 0

  init(constant: Int) { self.constant = constant }

  init(symbol: String) { self.init(atom: .symbol(symbol)) }

  private init(atom: Atom) {
    terms = [[atom]: 1]
    weight = atom.weight
  }

  var constantValue: Int? { terms.isEmpty ? constant : nil }

  /// Whether there is more than one summand, so that the text needs parentheses in a product.
  var isSum: Bool { terms.count + (constant == 0 ? 0 : 1) > 1 }

  /// The names of all that is open.
  var symbols: Set<String> {
    var result: Set<String> = []
    for atom in terms.keys.joined() {
      switch atom {
      case .symbol(let name): result.insert(name)
      case .quotient(let formula, _): result.formUnion(formula.symbols)
      }
    }
    return result
  }

  /// The polynomial that is left where quotients are not rounded, by the names of its products.
  var unrounded: [[String]: Double] {
    var result: [[String]: Double] = [[]: Double(constant)]
    for (product, coefficient) in terms {
      var expanded: [[String]: Double] = [[]: Double(coefficient)]
      for atom in product {
        let factor: [[String]: Double] =
          switch atom {
          case .symbol(let name): [[name]: 1]
          case .quotient(let formula, let divisor): formula.unrounded.mapValues { $0 / Double(divisor) }
          }
        var next: [[String]: Double] = [:]
        for (left, a) in expanded {
          for (right, b) in factor { next[(left + right).sorted(), default: 0] += a * b }
        }
        expanded = next
      }
      result.merge(expanded, uniquingKeysWith: +)
    }
    return result
  }

  func adding(_ other: Formula) -> Formula {
    var result = self
    result.constant = saturatingSum(constant, other.constant)
    for (product, coefficient) in other.terms { result.add(product, coefficient) }
    return result
  }

  private mutating func add(_ product: Product, _ coefficient: Int) {
    let old = terms[product]
    let sum = saturatingSum(old ?? 0, coefficient)
    terms[product] = sum == 0 ? nil : sum
    if (old == nil) != (sum == 0) {
      weight = terms.keys.joined().reduce(0) { saturatingSum($0, $1.weight) }
    }
  }

  func multiplied(by other: Formula) -> Formula {
    var result = Formula(constant: saturatingProduct(constant, other.constant))
    for (product, coefficient) in terms where other.constant != 0 {
      result.add(product, saturatingProduct(coefficient, other.constant))
    }
    for (product, coefficient) in other.terms {
      if constant != 0 { result.add(product, saturatingProduct(coefficient, constant)) }
      for (mine, count) in terms {
        let joined = (mine + product).sorted { $0.description < $1.description }
        result.add(joined, saturatingProduct(count, coefficient))
      }
    }
    return result
  }

  func dividedRoundingDown(by divisor: Int) -> Formula {
    if divisor == 1 { return self }
    // ⌊(⌊x/a⌋ + c)/b⌋ = ⌊(x + a·c)/(a·b)⌋
    if terms.count == 1, let (product, coefficient) = terms.first, coefficient == 1, product.count == 1,
      case .quotient(let inner, let innerDivisor) = product[0]
    {
      let raised = inner.adding(Formula(constant: saturatingProduct(innerDivisor, constant)))
      return raised.dividedRoundingDown(by: saturatingProduct(innerDivisor, divisor))
    }
    // Multiples of the divisor come out whole; the rest of the constant stays in [0, divisor).
    var whole = Formula(constant: floorDivision(constant, by: divisor))
    var rest = Formula(constant: constant - saturatingProduct(whole.constant, divisor))
    for (product, coefficient) in terms {
      let quotient = floorDivision(coefficient, by: divisor)
      whole.add(product, quotient)
      rest.add(product, coefficient - saturatingProduct(quotient, divisor))
    }
    if rest.terms.isEmpty { return whole }
    return whole.adding(Formula(atom: .quotient(rest, divisor)))
  }

  // MARK: Taking apart and putting together

  /// A factor of a term, for formulas that are written to a file.
  package enum Factor: Hashable, Sendable {
    case symbol(String)
    /// The quotient of a formula and a divisor of at least 2, rounded down.
    case quotient(Formula, Int)
  }

  /// A product with its coefficient.
  package struct Term: Hashable, Sendable {
    package var coefficient: Int
    package var factors: [Factor]

    package init(coefficient: Int, factors: [Factor]) {
      self.coefficient = coefficient
      self.factors = factors
    }
  }

  /// The summand without symbols.
  package var constantTerm: Int { constant }

  /// The summands with symbols, ordered by their text.
  package var sortedTerms: [Term] {
    terms.map { (text: $0.key.map(\.description).joined(separator: "·"), product: $0.key, coefficient: $0.value) }
      .sorted { $0.text < $1.text }
      .map { term in
        let factors = term.product.map { (atom: Atom) -> Factor in
          switch atom {
          case .symbol(let name): .symbol(name)
          case .quotient(let formula, let divisor): .quotient(formula, divisor)
          }
        }
        return Term(coefficient: term.coefficient, factors: factors)
      }
  }

  /// The formula of the given parts; nil unless they are a formula in normal form, as arithmetic would make it.
  package init?(constant: Int, terms: [Term]) {
    self.init(constant: constant)
    for term in terms {
      var product: Product = []
      for factor in term.factors {
        switch factor {
        case .symbol(let name): product.append(.symbol(name))
        case .quotient(let formula, let divisor):
          guard divisor >= 2, formula.constantValue == nil else { return nil }
          let atom = Atom.quotient(formula, divisor)
          guard formula.dividedRoundingDown(by: divisor) == Formula(atom: atom) else { return nil }
          product.append(atom)
        }
      }
      let texts = product.map(\.description)
      guard !product.isEmpty, texts == texts.sorted(), term.coefficient != 0 else { return nil }
      guard self.terms[product] == nil else { return nil }
      add(product, term.coefficient)
    }
  }

  func evaluated(with values: [String: Int]) -> Int? {
    var sum = constant
    for (product, coefficient) in terms {
      var value = coefficient
      for atom in product {
        switch atom {
        case .symbol(let name):
          guard let number = values[name] else { return nil }
          value = saturatingProduct(value, number)
        case .quotient(let formula, let divisor):
          guard let number = formula.evaluated(with: values) else { return nil }
          value = saturatingProduct(value, floorDivision(number, by: divisor))
        }
      }
      sum = saturatingSum(sum, value)
    }
    return sum
  }
}

extension Formula: CustomStringConvertible {
  package var description: String { text(times: "·", minus: "−", \.description) }

  /// The formula as a spec's expressions have it.
  var expression: String {
    guard constant == 0, terms.count == 1, let (product, coefficient) = terms.first, coefficient == 1,
      product.count == 1, case .quotient(let inner, let divisor) = product[0]
    else { return text(times: " * ", minus: "-", \.expression) }
    return "(\(inner.expression)) // \(divisor)"
  }

  private func text(times: String, minus: String, _ atom: (Atom) -> String) -> String {
    let parts = terms.map { product, coefficient in
      (product.map(atom).joined(separator: times), coefficient)
    }.sorted { $0.0 < $1.0 }
    var text = ""
    func add(_ summand: String, isNegative: Bool) {
      text += text.isEmpty ? (isNegative ? minus : "") : isNegative ? " \(minus) " : " + "
      text += summand
    }
    for (name, coefficient) in parts {
      add(
        coefficient.magnitude == 1 ? name : "\(coefficient.magnitude)\(times)\(name)", isNegative: coefficient < 0)
    }
    if constant != 0 || text.isEmpty { add("\(constant.magnitude)", isNegative: constant < 0) }
    return text
  }
}
