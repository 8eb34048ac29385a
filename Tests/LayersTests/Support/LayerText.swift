import Shapes

@testable import Layers

/// A mistake in a test's own text.
struct TextError: Error, CustomStringConvertible {
  var description: String
}

/// A layer in one line, `conv out=64 kernel=3,3 padding=half`: the keyword, then fields read by their declared types.
func parseLayer(_ text: String) throws -> any LayerKind {
  let words = text.split(separator: " ").map(String.init)
  guard let keyword = words.first, let declaration = LayerRegistry.declaration(keyword) else {
    throw TextError(description: "no kind of layer in '\(text)'")
  }
  var values: [String: FieldValue] = [:]
  for word in words.dropFirst() {
    let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { throw TextError(description: "'\(word)' is not field=value") }
    guard let field = declaration.field(named: parts[0]) else { throw FieldError(parts[0], "no field '\(parts[0])'") }
    values[field.name] = try parseValue(parts[1], as: field.type)
  }
  return try declaration.makeLayer(values)
}

/// A value as it stands in a fixture: numbers separated by commas, rows of a table by slashes.
func parseValue(_ text: String, as type: Field.FieldType) throws -> FieldValue {
  let numbers = text.split(separator: ",").compactMap { Int($0) }
  switch (type, numbers.count) {
  case (.int, 1): return .int(numbers[0])
  case (.size, 1): return .size(AxisSizes(numbers[0]))
  case (.size, 2...): return .size(AxisSizes(axes: numbers))
  case (.padding, 0): return try .padding(some(Padding(word: text), in: text))
  case (.padding, 1): return .padding(.symmetric(numbers[0]))
  case (.padding, 2...): return .padding(.explicit(PaddingSizes(list: numbers)))
  case (.ints, 1...): return .ints(numbers)
  case (.intTable, 1...):
    return .intTable(text.split(separator: "/").map { $0.split(separator: ",").compactMap { Int($0) } })
  case (.initializers, _):
    let rows = text.split(separator: "/").map { $0.split(separator: ",").compactMap { Double($0) } }
    let shape = rows.count == 1 ? [rows[0].count] : [rows.count, rows[0].count]
    return .initializers([TensorInitializer(values: .numbers(NumberPattern(Array(rows.joined()), shape: shape)))])
  case (.float, _): return try .float(some(Double(text), in: text))
  case (.bool, _): return try .bool(some(Bool(text), in: text))
  case (.word, _): return .word(text)
  case (.text, _): return .text(text)
  default: throw TextError(description: "'\(text)' is no \(type.name)")
  }
}

private func some<T>(_ value: T?, in text: String) throws -> T {
  guard let value else { throw TextError(description: "cannot read '\(text)'") }
  return value
}

/// `3x224x224`, `3xHxW`, `10`.
func parseShape(_ text: some StringProtocol) -> Shape {
  Shape(text.split(separator: "x").map { part in Int(part).map(Extent.known) ?? .symbol(String(part)) })
}

/// Shapes separated by semicolons.
func parseShapes(_ text: some StringProtocol) -> [Shape] {
  text.split(separator: ";").map { parseShape(String($0).filter { $0 != " " }) }
}
