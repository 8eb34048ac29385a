import Expressions
import Layers

extension Term {
  /// The same value with less to compute: constants folded, neutral elements left out.
  ///
  /// Only what holds for whole numbers of any size without overflow is done; whoever uses the result compares it with
  /// the values that must come out anyway.
  var simplified: Term {
    switch self {
    case .constant, .variable, .table: return self
    case .not(let inner):
      switch inner.simplified {
      case .constant(.bool(let flag)): return .bool(!flag)
      case .not(let core): return core
      case .binary(.equal, let a, let b): return .binary(.notEqual, a, b)
      case .binary(.notEqual, let a, let b): return .binary(.equal, a, b)
      case let simple: return .not(simple)
      }
    case .conditional(let condition, let then, let other):
      let simple = condition.simplified
      if case .constant(.bool(let flag)) = simple { return (flag ? then : other).simplified }
      let (a, b) = (then.simplified, other.simplified)
      if a == b { return a }
      if a == .bool(true), b == .bool(false) { return simple }
      if a == .bool(false), b == .bool(true) { return Term.not(simple).simplified }
      return .conditional(simple, then: a, else: b)
    case .call(let name, let arguments):
      let simple = arguments.map(\.simplified)
      return Term.call(name, simple).folded
    case .binary(let operation, let left, let right):
      return Self.simplified(operation, left.simplified, right.simplified)
    }
  }

  private var folded: Term { variables.isEmpty ? evaluated([:]).map(Term.constant) ?? self : self }

  private static func simplified(_ operation: BinaryOperator, _ a: Term, _ b: Term) -> Term {
    let whole = Term.binary(operation, a, b)
    if let value = whole.variables.isEmpty ? whole.evaluated([:]) : nil { return .constant(value) }
    switch (operation, a, b) {
    case (.multiply, .constant(.int(1)), let x), (.multiply, let x, .constant(.int(1))),
      (.add, .constant(.int(0)), let x), (.add, let x, .constant(.int(0))), (.subtract, let x, .constant(.int(0))),
      (.floorDivide, let x, .constant(.int(1))):
      return x
    case (.multiply, let x, .constant(.int(let k))): return simplified(.multiply, .int(k), x)
    case (.multiply, .constant(.int(let k)), .binary(.multiply, .constant(.int(let m)), let x)):
      return simplified(.multiply, .int(k &* m), x)
    case (.floorDivide, .binary(.multiply, .constant(.int(let k)), let x), .constant(.int(let m)))
    where m > 0 && k.isMultiple(of: m):
      return simplified(.multiply, .int(k / m), x)
    case (.floorDivide, .binary(.floorDivide, let x, .constant(.int(let k))), .constant(.int(let m)))
    where k > 0 && m > 0:
      return simplified(.floorDivide, x, .int(k &* m))
    case (.add, .binary(.multiply, .constant(.int(let k)), let x), let y) where x == y:
      return simplified(.multiply, .int(k &+ 1), x)
    case (.add, let x, let y) where x == y: return simplified(.multiply, .int(2), x)
    case (.and, .constant(.bool(let flag)), let x), (.and, let x, .constant(.bool(let flag))):
      return flag ? x : .bool(false)
    case (.or, .constant(.bool(let flag)), let x), (.or, let x, .constant(.bool(let flag))):
      return flag ? .bool(true) : x
    case (.equal, let x, let y) where x == y: return .bool(true)
    case (.notEqual, let x, let y) where x == y: return .bool(false)
    default: return whole
    }
  }
}
