import Shapes

/// Reads a layer's fields, or, without values, learns which fields there are.
///
/// One call in a kind's initializer declares a field and reads it, so that no list of fields stands beside the code.
package struct FieldReader {
  /// The largest integer of a field: far beyond any layer, and small enough that two multiply without overflow.
  package static let largestInt = 1 << 31

  private enum Values {
    case none
    /// By the fields' names, checked.
    case named([String: FieldValue])
    /// In the order of the fields; nil for what is not given.
    case ordered(ArraySlice<FieldValue?>)
  }

  private var values: Values
  private(set) var fields: [Field] = []
  /// What is wrong with the first value in order that does not suit its field.
  private var problem: FieldError?

  /// A reader that only collects the fields; every read gives a default or the least value.
  init() { values = .none }

  /// A reader of checked values.
  init(values: [String: FieldValue]) { self.values = .named(values) }

  /// A reader of values in the order of the fields; nil for what is not given, as for all that are missing at the end.
  init(inOrder values: [FieldValue?]) { self.values = .ordered(values[...]) }

  /// Whether the fields are only being collected, so that checks between them make no sense.
  package var isDescribing: Bool { if case .none = values { true } else { false } }

  private mutating func value(_ field: Field) -> FieldValue? {
    switch values {
    case .none:
      fields.append(field)
      return field.defaultValue
    case .named(let values): return values[field.name] ?? field.defaultValue
    case .ordered(let list):
      values = .ordered(list.dropFirst())
      return checked(list.first ?? nil, for: field) ?? field.defaultValue
    }
  }

  /// A value in order; nil if it is not given or does not suit the field, which is noted down.
  private mutating func checked(_ value: FieldValue?, for field: Field) -> FieldValue? {
    do throws(FieldError) {
      if let value {
        try field.check(value)
      } else if field.isRequired {
        throw FieldError(field.name, "\(field.name) must be given")
      }
      return value
    } catch {
      problem = problem ?? error
      return nil
    }
  }

  /// Throws what was wrong with values in order.
  fileprivate func finish() throws(FieldError) {
    if let problem { throw problem }
    if case .ordered(let rest) = values, let value = rest.first {
      throw FieldError("", "there are more values than fields: \(value.map(\.description) ?? "nil")")
    }
  }

  package mutating func int(
    _ name: String, in range: PartialRangeFrom<Int>, default defaultValue: Int? = nil, _ documentation: String
  ) -> Int {
    int(name, in: range.lowerBound...Self.largestInt, default: defaultValue, documentation)
  }

  package mutating func int(
    _ name: String, in range: ClosedRange<Int>, default defaultValue: Int? = nil, _ documentation: String
  ) -> Int {
    let field = Field(
      name: name, type: .int(range), defaultValue: defaultValue.map(FieldValue.int), documentation: documentation)
    if case .int(let number)? = value(field) { return number }
    return range.lowerBound
  }

  package mutating func float(
    _ name: String, in range: ClosedRange<Double> = -Double.infinity...Double.infinity,
    default defaultValue: Double? = nil,
    _ documentation: String
  ) -> Double {
    let field = Field(
      name: name, type: .float(range), defaultValue: defaultValue.map(FieldValue.float), documentation: documentation)
    if case .float(let number)? = value(field) { return number }
    return range.lowerBound
  }

  package mutating func bool(_ name: String, default defaultValue: Bool, _ documentation: String) -> Bool {
    let field = Field(name: name, type: .bool, defaultValue: .bool(defaultValue), documentation: documentation)
    if case .bool(let flag)? = value(field) { return flag }
    return defaultValue
  }

  /// A truth value that another stands in for when it is not written; `defaultText` names that one.
  package mutating func optionalBool(
    _ name: String, defaultText: String, _ documentation: String, concernsTensors: Bool = false
  ) -> Bool? {
    let field = Field(
      name: name, type: .bool, defaultText: defaultText, documentation: documentation, concernsTensors: concernsTensors)
    if case .bool(let flag)? = value(field) { return flag }
    return nil
  }

  package mutating func size(
    _ name: String, in range: PartialRangeFrom<Int> = 1..., default defaultValue: AxisSizes? = nil,
    _ documentation: String
  ) -> AxisSizes {
    let type = Field.FieldType.size(range.lowerBound...Self.largestInt)
    let field = Field(
      name: name, type: type, defaultValue: defaultValue.map(FieldValue.size), documentation: documentation)
    if case .size(let size)? = value(field) { return size }
    return AxisSizes(range.lowerBound)
  }

  /// A size that another value stands in for when it is not written; `defaultText` names that value.
  package mutating func optionalSize(
    _ name: String, in range: PartialRangeFrom<Int> = 1..., defaultText: String, _ documentation: String
  ) -> AxisSizes? {
    let type = Field.FieldType.size(range.lowerBound...Self.largestInt)
    let field = Field(name: name, type: type, defaultText: defaultText, documentation: documentation)
    if case .size(let size)? = value(field) { return size }
    return nil
  }

  /// A size that may be open, as another node's is.
  package mutating func openSize(_ name: String, _ documentation: String) -> OpenSize {
    let field = Field(
      name: name, type: .size(1...Self.largestInt), documentation: documentation,
      mayBeOpen: true)
    return openSize(field) ?? OpenSize(.one)
  }

  /// A size that may be open, and that another value stands in for when it is not written; `defaultText` names that value.
  package mutating func optionalOpenSize(_ name: String, defaultText: String, _ documentation: String) -> OpenSize? {
    openSize(
      Field(
        name: name, type: .size(1...Self.largestInt), defaultText: defaultText, documentation: documentation,
        mayBeOpen: true))
  }

  private mutating func openSize(_ field: Field) -> OpenSize? {
    switch value(field) {
    case .size(let size)?: OpenSize(size)
    case .openSize(let size)?: size
    default: nil
    }
  }

  /// Declares `like`, which names a node whose height and width a size field gets; there is no value to read.
  package mutating func like(sets field: String, _ documentation: String) {
    guard isDescribing else { return }
    fields.append(
      Field(name: "like", type: .node(sets: field), defaultText: "none", documentation: documentation))
  }

  /// An integer that another value stands in for when it is not written; `defaultText` names that value.
  package mutating func optionalInt(
    _ name: String, in range: PartialRangeFrom<Int>, defaultText: String, _ documentation: String
  ) -> Int? {
    let type = Field.FieldType.int(range.lowerBound...Self.largestInt)
    let field = Field(name: name, type: type, defaultText: defaultText, documentation: documentation)
    if case .int(let number)? = value(field) { return number }
    return nil
  }

  /// A number that another value stands in for when it is not written; `defaultText` names that value.
  package mutating func optionalFloat(
    _ name: String, in range: ClosedRange<Double> = -Double.infinity...Double.infinity, defaultText: String,
    _ documentation: String, concernsTensors: Bool = false
  ) -> Double? {
    let field = Field(
      name: name, type: .float(range), defaultText: defaultText, documentation: documentation,
      concernsTensors: concernsTensors)
    if case .float(let number)? = value(field) { return number }
    return nil
  }

  /// A padding that another value stands in for when it is not written; `defaultText` names that value.
  package mutating func optionalPadding(defaultText: String, _ documentation: String) -> Padding? {
    let field = Field(name: "padding", type: .padding, defaultText: defaultText, documentation: documentation)
    if case .padding(let padding)? = value(field) { return padding }
    return nil
  }

  package mutating func padding(default defaultValue: Padding = .valid, _ documentation: String) -> Padding {
    let field = Field(
      name: "padding", type: .padding, defaultValue: .padding(defaultValue), documentation: documentation)
    if case .padding(let padding)? = value(field) { return padding }
    return defaultValue
  }

  package mutating func word(
    _ name: String, of words: [String], default defaultValue: String, _ documentation: String
  ) -> String {
    let field = Field(name: name, type: .word(words), defaultValue: .word(defaultValue), documentation: documentation)
    if case .word(let word)? = value(field) { return word }
    return defaultValue
  }

  /// A word that stands for something when it is not written, as `defaultText` says.
  package mutating func optionalWord(
    _ name: String, of words: [String], defaultText: String, _ documentation: String, concernsTensors: Bool = false
  ) -> String? {
    let field = Field(
      name: name, type: .word(words), defaultText: defaultText, documentation: documentation,
      concernsTensors: concernsTensors)
    if case .word(let word)? = value(field) { return word }
    return nil
  }

  package mutating func text(_ name: String, _ documentation: String) -> String {
    let field = Field(name: name, type: .text, documentation: documentation)
    if case .text(let text)? = value(field) { return text }
    return ""
  }

  package mutating func ints(_ name: String, _ documentation: String) -> [Int] {
    let field = Field(name: name, type: .ints, documentation: documentation)
    if case .ints(let values)? = value(field) { return values }
    return []
  }

  /// A list of integers that another value stands in for when it is not written; `defaultText` names that value.
  package mutating func optionalInts(_ name: String, defaultText: String, _ documentation: String) -> [Int]? {
    let field = Field(name: name, type: .ints, defaultText: defaultText, documentation: documentation)
    if case .ints(let values)? = value(field) { return values }
    return nil
  }

  package mutating func optionalIntTable(_ name: String, defaultText: String, _ documentation: String) -> [[Int]]? {
    let field = Field(name: name, type: .intTable, defaultText: defaultText, documentation: documentation)
    if case .intTable(let rows)? = value(field) { return rows }
    return nil
  }

  /// The field `init` that every layer with parameters has.
  package mutating func initializers() -> [TensorInitializer] {
    let field = Field(
      name: "init", type: .initializers, defaultText: "the framework's",
      documentation: "the first values: a distribution, numbers or a file, or one of these for each tensor",
      concernsTensors: true)
    if case .initializers(let list)? = value(field) { return list }
    return []
  }
}

extension LayerKind {
  /// A layer from values in the order of the kind's fields; nil for what is not given, as for all that are missing at the
  /// end.
  ///
  /// - Throws: `FieldError` for a value of the wrong type or range, a missing one, or fields that contradict each other.
  package init(inOrder values: [FieldValue?]) throws(FieldError) {
    var reader = FieldReader(inOrder: values)
    do throws(FieldError) {
      try self.init(reading: &reader)
    } catch {
      try reader.finish()
      throw error
    }
    try reader.finish()
  }
}
