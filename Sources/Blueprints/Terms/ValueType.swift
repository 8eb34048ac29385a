import Layers

/// What a value is, in the words of this library; an emission has its own names for these.
package enum ValueType: Hashable, Sendable {
  case int
  case double
  case bool
  case size
  case padding
  case ints
  case table
  case text

  package init(_ value: FieldValue) {
    switch value {
    case .int: self = .int
    case .float: self = .double
    case .bool: self = .bool
    case .size, .openSize: self = .size
    case .padding: self = .padding
    case .ints: self = .ints
    case .intTable: self = .table
    case .word, .text, .initializers: self = .text
    }
  }
}

extension ValueType {
  /// Whether a variable of this type can stand where another is wanted: whole numbers become what they have to.
  func suits(_ wanted: ValueType) -> Bool { self == wanted || self == .int || self == .bool }

  /// The type that all values have in one place; a size or a padding may be a whole number too.
  package init(_ values: [FieldValue]) {
    let types = values.map { ValueType($0.normalized) }
    self = [.size, .padding, .double].first { types.contains($0) } ?? types.first ?? .int
  }
}

extension Term {
  /// The type of the term's values, judged by what it gives for one set of bindings.
  package func type(_ bindings: Bindings) -> ValueType? { evaluated(bindings).map(ValueType.init) }
}

extension ValueType {
  /// The type that values of a field have.
  package init(_ type: Field.FieldType) {
    switch type {
    case .int: self = .int
    case .float: self = .double
    case .bool: self = .bool
    case .size: self = .size
    case .padding: self = .padding
    case .ints: self = .ints
    case .intTable: self = .table
    case .word, .text, .initializers, .node: self = .text
    }
  }
}
