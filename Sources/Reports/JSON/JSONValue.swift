/// A JSON text in the making: keys keep their order, and what stands on a line of its own is said here.
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

  /// The text, without a line break at the end.
  package var text: String {
    var text = ""
    write(to: &text, indent: 0)
    return text
  }

  private func write(to text: inout String, indent: Int) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .int(let value): text += String(value)
    case .double(let value): text += value.isFinite ? "\(value)" : "null"
    case .string(let value): Self.write(value, to: &text)
    case .array(let values):
      Self.write(values, "[", "]", to: &text, indent: nil) { $0.write(to: &$1, indent: indent) }
    case .lines(let values):
      Self.write(values, "[", "]", to: &text, indent: indent) { $0.write(to: &$1, indent: indent + 1) }
    case .object(let members):
      Self.write(members, "{", "}", to: &text, indent: nil) { Self.write($0, to: &$1, indent: indent) }
    case .block(let members):
      Self.write(members, "{", "}", to: &text, indent: indent) { Self.write($0, to: &$1, indent: indent + 1) }
    }
  }

  /// Elements between brackets, each on a line of its own where there is an indent.
  private static func write<Element>(
    _ elements: [Element], _ open: String, _ close: String, to text: inout String, indent: Int?,
    element write: (Element, inout String) -> Void
  ) {
    text += open
    for (index, element) in elements.enumerated() {
      if index > 0 { text += indent == nil ? ", " : "," }
      if let indent { text += "\n" + String(repeating: " ", count: indent + 1) }
      write(element, &text)
    }
    if let indent, !elements.isEmpty { text += "\n" + String(repeating: " ", count: indent) }
    text += close
  }

  private static func write(_ member: (String, JSONValue), to text: inout String, indent: Int) {
    write(member.0, to: &text)
    text += ": "
    member.1.write(to: &text, indent: indent)
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
  init(_ string: String?) { self = string.map(JSONValue.string) ?? .null }

  /// Null for nil.
  init(_ number: Int?) { self = number.map(JSONValue.int) ?? .null }
}
