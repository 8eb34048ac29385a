import Diagnostics
import Expressions
import Frontend
import Layers
import Shapes
import SpecLanguage

/// What is written where in a spec, and what its expressions are as terms.
struct SpecTerms {
  let spec: Spec
  /// The model's parameters with the values that were built.
  let modelParameters: [String: FieldValue]
  private let index: SpecIndex
  /// Where layers are written that are handed over.
  let handed: HandedPlaces

  init(_ spec: Spec, modelParameters: [String: FieldValue]) {
    self.spec = spec
    self.modelParameters = modelParameters
    index = SpecIndex(spec)
    handed = HandedPlaces(spec, index)
  }

  var items: [Span: Item] { index.items }
  var operations: [Span: Item] { index.operations }
  var arguments: [Span: ArgumentValue] { index.arguments }
}

/// The names that an expression of the spec sees, as terms.
struct HintScope {
  var unit = 0
  var names: [String: Term] = [:]
  /// Names that stand for something that is no term.
  var unknown: Set<String> = []
  /// The innermost `repeat`: its index and count.
  var loop: (index: Term, count: Term?)?
  /// `as` variables.
  var members: [String: (index: Term, count: Term?)] = [:]
  /// The channels of what flows into the enclosing block.
  var input: Term?
  /// The channels of the block's inputs by the names that it gives them.
  var inputs: [String: Term] = [:]
  /// The channels of what flows into the item.
  var previous: Term?
}

extension SpecTerms {
  /// An argument as a term; nil if it cannot be one.
  func term(_ argument: ArgumentValue?, _ scope: HintScope) -> Term? {
    guard let argument else { return nil }
    switch argument.form {
    case .expression(let expression): return term(expression, scope)?.simplified
    case .word(let word): return Padding(word: word).map { .constant(.padding($0)) } ?? .constant(.word(word))
    case .list, .table, .initializers, .item, .reference, .choice: return nil
    }
  }

  /// An expression as a term; nil if it asks for what initializers do not know.
  func term(_ expression: Expression, _ scope: HintScope, depth: Int = 0) -> Term? {
    guard depth < 16 else { return nil }
    func inner(_ expression: Expression) -> Term? { term(expression, scope, depth: depth + 1) }
    switch expression.node {
    case .integer(let value): return .int(value)
    case .float(let value): return .constant(.float(value))
    case .boolean(let value): return .bool(value)
    case .path(let path): return term(path, scope)
    case .negation(let operand): return inner(operand).map { .binary(.subtract, .int(0), $0) }
    case .not(let operand): return inner(operand).map { .not($0) }
    case .binary(let operation, let left, let right):
      guard operation != .power, let a = inner(left), let b = inner(right) else { return nil }
      return .binary(operation, a, b)
    case .conditional(let chosen, let condition, let other):
      guard let question = inner(condition)?.simplified else { return nil }
      if case .constant(.bool(let flag)) = question { return inner(flag ? chosen : other) }
      guard let a = inner(chosen), let b = inner(other) else { return nil }
      return .conditional(question, then: a, else: b)
    case .call(let name, _, let arguments):
      let terms = arguments.compactMap(inner)
      guard terms.count == arguments.count else { return nil }
      guard let function = spec.units[scope.unit].functions[name] else { return .call(name, terms) }
      guard function.parameters.count == terms.count else { return nil }
      let own = Dictionary(zip(function.parameters, terms), uniquingKeysWith: { first, _ in first })
      return term(function.body, HintScope(unit: scope.unit, names: own), depth: depth + 1)
    }
  }

  private func term(_ path: [String], _ scope: HintScope) -> Term? {
    let name = path[0]
    if path.count == 1 {
      if let loop = scope.loop, let term = Self.member(name, of: loop) { return term }
      if let term = scope.names[name] { return term }
      if scope.unknown.contains(name) { return nil }
      return scope.unit == 0 ? modelParameters[name].map(Term.constant) : nil
    }
    guard path.count == 2 else { return nil }
    if let loop = scope.members[name] { return Self.member(path[1], of: loop) }
    guard ["c", "features"].contains(path[1]) else { return nil }
    return name == "prev" ? scope.previous : name == "input" ? scope.input : scope.inputs[name]
  }

  /// What an item's `when` asks; nil where it has none, or asks for what initializers do not know.
  func condition(of item: Item, _ scope: HintScope) -> Term? { item.when.flatMap { term($0, scope) } }

  private static func member(_ name: String, of loop: (index: Term, count: Term?)) -> Term? {
    switch name {
    case "i": loop.index
    case "first": loop.index.isPositive ? .bool(false) : .binary(.equal, loop.index, .int(0))
    case "last": loop.count.map { .binary(.equal, loop.index, .binary(.subtract, $0, .int(1))) }
    default: nil
    }
  }
}

extension Term {
  /// Whether an index of a loop begins behind 0: the loop is the rest of a longer one.
  fileprivate var isPositive: Bool {
    if case .binary(.add, _, .constant(.int(let offset))) = self { offset > 0 } else { false }
  }
}
