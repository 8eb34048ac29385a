import Expressions
import Layers

/// A value that must come out for given values of the variables.
struct Observation {
  var bindings: Bindings
  var value: FieldValue

  /// Whether a term's value is what must come out; a whole number stands for a float.
  func `is`(_ found: FieldValue?) -> Bool { found == value || value.isFloat && found?.asFloat == value }
}

/// Finds terms that give observed values.
enum Synthesis {
  /// A term that gives all observed values: one of the hints if one does, else the simplest that is found; nil if none.
  ///
  /// `name` is preferred among variables; `loop` is the variable that counts the rounds of the innermost loop; the
  /// `excluded` stand in terms of the spec only.
  static func term(
    _ observations: [Observation], hints: [Term?] = [], name: String? = nil, loop: String? = nil,
    excluding excluded: Set<String> = []
  ) -> Term? {
    guard let first = observations.first else { return nil }
    let simple = hints.compactMap { $0?.simplified }
    func fits(_ term: Term) -> Bool { observations.allSatisfy { $0.is(term.evaluated($0.bindings)) } }
    if let hint = simple.first(where: { !$0.hasCalls && fits($0) }) { return hint }
    if observations.allSatisfy({ $0.value == first.value }) { return .constant(first.value) }
    if let found = variable(observations, name, excluded) ?? multiple(observations, excluded) { return found }
    // Roundings of scaled widths are only worth reading where nothing plainer does.
    if let hint = simple.first(where: { $0.hasCalls && fits($0) }) { return hint }
    guard let loop else { return nil }
    return byRound(observations, hints: hints, name: name, loop: loop, excluded)
  }

  /// A hint or a constant that gives all observed values.
  static func known(_ observations: [Observation], hints: [Term?]) -> Term? {
    guard let first = observations.first else { return nil }
    for case let hint? in hints {
      let simple = hint.simplified
      if observations.allSatisfy({ $0.is(simple.evaluated($0.bindings)) }) { return simple }
    }
    return observations.allSatisfy { $0.value == first.value } ? .constant(first.value) : nil
  }

  private static func names(_ observations: [Observation], _ excluded: Set<String>) -> [String] {
    var common = Set(observations.first?.bindings.keys.map { $0 } ?? [])
    for observation in observations { common.formIntersection(observation.bindings.keys) }
    return common.subtracting(excluded).sorted()
  }

  private static func variable(_ observations: [Observation], _ name: String?, _ excluded: Set<String>) -> Term? {
    let names = names(observations, excluded)
    let ordered = names.filter { $0 == name } + names.filter { $0 != name }
    return ordered.first { name in observations.allSatisfy { $0.bindings[name] == $0.value } }.map(Term.variable)
  }

  /// A whole multiple or part of a variable.
  private static func multiple(_ observations: [Observation], _ excluded: Set<String>) -> Term? {
    for name in names(observations, excluded) {
      let pairs = observations.compactMap { observation -> (Int, Int)? in
        guard let variable = observation.bindings[name]?.int, let value = observation.value.int, variable > 0, value > 0
        else { return nil }
        return (variable, value)
      }
      guard pairs.count == observations.count, let (variable, value) = pairs.first else { continue }
      if value.isMultiple(of: variable), pairs.allSatisfy({ $0.1 == $0.0 * (value / variable) }) {
        return .binary(.multiply, .int(value / variable), .variable(name))
      }
      if variable.isMultiple(of: value), pairs.allSatisfy({ $0.0 == $0.1 * (variable / value) }) {
        return .binary(.floorDivide, .variable(name), .int(variable / value))
      }
    }
    return nil
  }

  /// Terms that ask for the round of a loop: the first is another, each is so much more, or a table.
  private static func byRound(
    _ observations: [Observation], hints: [Term?], name: String?, loop: String, _ excluded: Set<String>
  ) -> Term? {
    func round(_ observation: Observation) -> Int { observation.bindings[loop]?.int ?? 0 }
    func without(_ observation: Observation) -> Observation {
      var copy = observation
      copy.bindings[loop] = nil
      return copy
    }
    let start = observations.filter { round($0) == 0 }.map(without)
    let rest = observations.filter { round($0) != 0 }.map(without)
    guard let first = term(start, hints: hints, name: name, excluding: excluded) else {
      return table(observations, loop: loop)
    }
    if let other = term(rest, hints: hints, name: name, excluding: excluded) {
      return Term.conditional(.binary(.equal, .variable(loop), .int(0)), then: first, else: other).simplified
    }
    // So much more each round.
    if let step = step(observations, from: first, loop: loop) {
      return Term.binary(.add, first, .binary(.multiply, .int(step), .variable(loop))).simplified
    }
    return table(observations, loop: loop)
  }

  private static func step(_ observations: [Observation], from first: Term, loop: String) -> Int? {
    var step: Int?
    for observation in observations {
      guard let round = observation.bindings[loop]?.int, let value = observation.value.int,
        let base = first.evaluated(observation.bindings)?.int
      else { return nil }
      if round == 0 { continue }
      guard (value - base).isMultiple(of: round) else { return nil }
      let found = (value - base) / round
      if let step, step != found { return nil }
      step = found
    }
    return step
  }

  private static func table(_ observations: [Observation], loop: String) -> Term? {
    var values: [Int: FieldValue] = [:]
    for observation in observations {
      guard let round = observation.bindings[loop]?.int else { return nil }
      if let known = values[round], known != observation.value { return nil }
      values[round] = observation.value
    }
    let list = (0..<values.count).compactMap { values[$0] }
    return list.count == values.count ? .table(list, index: .variable(loop)) : nil
  }
}
