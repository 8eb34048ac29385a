/// A JSON document: keys keep their order, and what stands on a line of its own when it is written is said here.
package indirect enum JSONValue: Sendable {
  case null
  case bool(Bool)
  case int(Int)
  case double(Double)
  case string(String)
  /// On one line.
  case array([JSONValue])
  /// An element a line.
  case lines([JSONValue])
  /// On one line.
  case object([(String, JSONValue)])
  /// A member a line.
  case block([(String, JSONValue)])

  /// What the value is, for messages.
  package var kindDescription: String {
    switch self {
    case .null: "null"
    case .bool(let flag): String(flag)
    case .int(let number): String(number)
    case .double(let number): "\(number)"
    case .string(let text): "the text \"\(text.beginning)\""
    case .array, .lines: "a list"
    case .object, .block: "an object"
    }
  }

  /// An object on one line, members without a value left out.
  package static func object(_ members: (String, JSONValue?)...) -> JSONValue {
    .object(members.compactMap { key, value in value.map { (key, $0) } })
  }

  package static func ints(_ numbers: [Int]) -> JSONValue { .array(numbers.map { .int($0) }) }

  /// The text, without a line break at the end.
  package var text: String { written(space: " ") }

  /// The text on one line without spaces.
  package var compactText: String { written(space: "") }

  private func written(space: String) -> String {
    var text = ""
    write(to: &text, indent: 0, space: space)
    return text
  }

  private func write(to text: inout String, indent: Int, space: String) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .int(let value): text += String(value)
    case .double(let value): text += value.isFinite ? "\(value)" : "null"
    case .string(let value): Self.write(value, to: &text)
    case .array(let values):
      Self.write(values, "[", "]", to: &text, indent: nil, space) { $0.write(to: &$1, indent: indent, space: space) }
    case .lines(let values):
      let lines = space.isEmpty ? nil : indent
      Self.write(values, "[", "]", to: &text, indent: lines, space) {
        $0.write(to: &$1, indent: indent + 1, space: space)
      }
    case .object(let members):
      Self.write(members, "{", "}", to: &text, indent: nil, space) { Self.write($0, to: &$1, indent: indent, space) }
    case .block(let members):
      let lines = space.isEmpty ? nil : indent
      Self.write(members, "{", "}", to: &text, indent: lines, space) {
        Self.write($0, to: &$1, indent: indent + 1, space)
      }
    }
  }

  /// Elements between brackets, each on a line of its own where there is an indent.
  private static func write<Element>(
    _ elements: [Element], _ open: String, _ close: String, to text: inout String, indent: Int?, _ space: String,
    element write: (Element, inout String) -> Void
  ) {
    text += open
    for (index, element) in elements.enumerated() {
      if index > 0 { text += indent == nil ? ",\(space)" : "," }
      if let indent { text += "\n" + String(repeating: " ", count: indent + 1) }
      write(element, &text)
    }
    if let indent, !elements.isEmpty { text += "\n" + String(repeating: " ", count: indent) }
    text += close
  }

  private static func write(_ member: (String, JSONValue), to text: inout String, indent: Int, _ space: String) {
    write(member.0, to: &text)
    text += ":" + space
    member.1.write(to: &text, indent: indent, space: space)
  }

  /// A quoted string: quotes, backslashes and control characters escaped, everything else as it is.
  private static func write(_ string: String, to text: inout String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case "\u{8}": text += "\\b"
      case "\u{C}": text += "\\f"
      case "\u{0}"..<"\u{20}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}":
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}

extension JSONValue {
  /// Null for nil.
  package init(_ string: String?) { self = string.map(JSONValue.string) ?? .null }

  /// Null for nil.
  package init(_ number: Int?) { self = number.map(JSONValue.int) ?? .null }
}
