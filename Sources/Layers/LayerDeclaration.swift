import Shapes

/// A kind of layer as the rest of the compiler sees it: its type with the fields it declares. There is one of each, which
/// is looked up for every layer.
package final class LayerDeclaration: Sendable {
  package let kind: any LayerKind.Type
  /// In the order in which the kind reads them.
  package let fields: [Field]
  /// What a spec may write: the fields, and what names a node that gives one of them its value.
  package let written: [Field]
  /// Those that name a node.
  package let naming: [Field]
  /// Where the reference has the kind.
  package let group: LayerDocumentation.Group
  /// Whether a layer of the kind can be made of nothing but its keyword.
  package let needsNothing: Bool
  /// The fields that a layer has to have, a bit each by its number.
  package let requiredFields: UInt64
  /// All fields, a bit each.
  package let allFields: UInt64
  private let fieldIndices: [String: Int]
  private let writtenIndices: [String: Int]

  package var keyword: String { kind.keyword }

  init(_ kind: any LayerKind.Type) {
    self.kind = kind
    group = kind.documentation.group
    var reader = FieldReader()
    _ = try? kind.init(reading: &reader)
    written = reader.fields
    naming = written.filter { if case .node = $0.type { true } else { false } }
    fields = reader.fields.filter { if case .node = $0.type { false } else { true } }
    precondition(fields.count <= UInt64.bitWidth, "a kind has no more fields than a set of them holds")
    requiredFields = fields.enumerated().reduce(0) { $1.element.isRequired ? $0 | 1 << UInt64($1.offset) : $0 }
    allFields = fields.enumerated().reduce(0) { $0 | 1 << UInt64($1.offset) }
    needsNothing = !fields.contains(where: \.isRequired)
    fieldIndices = Dictionary(uniqueKeysWithValues: fields.enumerated().map { ($1.name, $0) })
    writtenIndices = Dictionary(written.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  package func field(named name: String) -> Field? {
    fieldIndices[name].map { fields[$0] }
  }

  /// A field in a set of them, a bit by its number; none for what is no field.
  package func bit(ofField name: String) -> UInt64 { fieldIndices[name].map { 1 << UInt64($0) } ?? 0 }

  /// What a spec may write under a name.
  package func writtenField(named name: String) -> Field? {
    writtenIndices[name].map { written[$0] }
  }

  /// Makes a layer from evaluated values.
  ///
  /// - Throws: `FieldError` for an unknown field, a missing one, a value of the wrong type or range, or fields that
  ///   contradict each other.
  package func makeLayer(_ values: [String: FieldValue]) throws(FieldError) -> any LayerKind {
    if let name = values.keys.filter({ field(named: $0) == nil }).min() {
      throw FieldError(name, "\(keyword) has no field '\(name)'")
    }
    for field in fields {
      if let value = values[field.name] { try field.check(value) }
      if field.isRequired, values[field.name] == nil { throw FieldError(field.name, "\(keyword) needs \(field.name)") }
    }
    var reader = FieldReader(values: values)
    return try kind.init(reading: &reader)
  }
}

extension Field {
  /// Whether a value is of the field's type and range.
  ///
  /// - Throws: `FieldError` that says what was expected and what was found.
  package func check(_ value: FieldValue) throws(FieldError) {
    switch (type, value) {
    case (.int(let range), .int(let number)):
      try checkRange(number, range)
    case (.float(let range), .float(let number)):
      guard range.contains(number) else {
        throw FieldError(name, "\(name) must be \(type.bounds ?? "a number"), got \(number)")
      }
    case (.size(let range), .size(let size)):
      for number in size.numbers { try checkRange(number, range) }
    case (.size(let range), .openSize(let size)) where mayBeOpen:
      for number in size.numbers { try checkRange(number, range) }
    case (.padding, .padding(let padding)):
      if case .explicit(let sizes) = padding {
        for side in sizes.numbers { try checkRange(side, 0...FieldReader.largestInt) }
      }
    case (.word(let words), .word(let word)):
      guard words.contains(word) else {
        throw FieldError(name, "\(name) is one of \(words.joined(separator: ", ")), got '\(word)'")
      }
    case (.bool, .bool), (.text, .text), (.ints, .ints), (.intTable, .intTable), (.initializers, .initializers): break
    default: throw FieldError(name, "\(name) must be of type \(type.name), got \(value)")
    }
  }

  private func checkRange(_ number: Int, _ range: ClosedRange<Int>) throws(FieldError) {
    guard !range.contains(number) else { return }
    let bound =
      number < range.lowerBound ? "at least \(range.lowerBound)" : "at most \(range.upperBound)"
    throw FieldError(name, "\(name) must be \(bound), got \(number)")
  }
}

/// The kinds of layers there are.
package enum LayerRegistry {
  /// The declarations by keyword.
  package static let declarations: [String: LayerDeclaration] = Dictionary(
    uniqueKeysWithValues: kinds.map { ($0.keyword, LayerDeclaration($0)) })

  package static func declaration(_ keyword: String) -> LayerDeclaration? { declarations[keyword] }

  /// All declarations in the order of the reference: by group, then as registered.
  package static var all: [LayerDeclaration] { kinds.compactMap { declarations[$0.keyword] } }
}
