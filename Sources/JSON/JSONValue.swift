/// A JSON document: keys keep their order, and what stands on a line of its own when it is written is said here.
package enum JSONValue: Sendable {
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
  /// What is put together as text, on one line: `JSONPieces`.
  case written([UInt8])

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
    case .written(let bytes): bytes.first == UInt8(ascii: "[") ? "a list" : "an object"
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

  /// The text on one line without spaces, in UTF-8.
  package var compactBytes: [UInt8] {
    var bytes: [UInt8] = []
    write(to: &bytes, indent: 0, space: "")
    return bytes
  }

  /// The same in parts, of which what is written already is one as it is: a long answer is not copied.
  package var compactParts: [[UInt8]] {
    guard case .object(let members) = self,
      let place = members.firstIndex(where: { if case .written = $0.1 { true } else { false } }),
      case .written(let text) = members[place].1
    else { return [compactBytes] }
    // The object up to the member, whose value is left out with the bracket behind it, and what follows.
    let head = JSONValue.object(Array(members[..<place]) + [(members[place].0, .int(0))]).compactBytes.dropLast(2)
    let rest = JSONValue.object(Array(members[(place + 1)...])).compactBytes
    let end = place + 1 == members.count ? [UInt8(ascii: "}")] : [UInt8(ascii: ",")] + rest.dropFirst()
    return [Array(head), text, end]
  }

  private func written(space: String) -> String {
    var bytes: [UInt8] = []
    write(to: &bytes, indent: 0, space: space)
    return String(decoding: bytes, as: UTF8.self)
  }

  private func write(to bytes: inout [UInt8], indent: Int, space: String) {
    switch self {
    case .null: bytes.append("null")
    case .bool(let value): bytes.append(value ? "true" : "false")
    case .int(let value): bytes.append(String(value))
    case .double(let value): bytes.append(value.isFinite ? "\(value)" : "null")
    case .string(let value): bytes.append(quoted: value)
    case .array(let values):
      Self.write(values, "[", "]", to: &bytes, indent: nil, space) { $0.write(to: &$1, indent: indent, space: space) }
    case .lines(let values):
      let lines = space.isEmpty ? nil : indent
      Self.write(values, "[", "]", to: &bytes, indent: lines, space) {
        $0.write(to: &$1, indent: indent + 1, space: space)
      }
    case .object(let members):
      Self.write(members, "{", "}", to: &bytes, indent: nil, space) { Self.write($0, to: &$1, indent: indent, space) }
    case .block(let members):
      let lines = space.isEmpty ? nil : indent
      Self.write(members, "{", "}", to: &bytes, indent: lines, space) {
        Self.write($0, to: &$1, indent: indent + 1, space)
      }
    case .written(let text): bytes.append(contentsOf: text)
    }
  }

  /// Elements between brackets, each on a line of its own where there is an indent.
  private static func write<Element>(
    _ elements: [Element], _ open: String, _ close: String, to bytes: inout [UInt8], indent: Int?, _ space: String,
    element write: (Element, inout [UInt8]) -> Void
  ) {
    bytes.append(open)
    for (index, element) in elements.enumerated() {
      if index > 0 {
        bytes.append(UInt8(ascii: ","))
        if indent == nil { bytes.append(space) }
      }
      if let indent { bytes.append("\n" + String(repeating: " ", count: indent + 1)) }
      write(element, &bytes)
    }
    if let indent, !elements.isEmpty { bytes.append("\n" + String(repeating: " ", count: indent)) }
    bytes.append(close)
  }

  private static func write(_ member: (String, JSONValue), to bytes: inout [UInt8], indent: Int, _ space: String) {
    bytes.append(quoted: member.0)
    bytes.append(UInt8(ascii: ":"))
    bytes.append(space)
    member.1.write(to: &bytes, indent: indent, space: space)
  }
}

extension [UInt8] {
  mutating func append(_ text: String) {
    var text = text
    text.withUTF8 { append(contentsOf: $0) }
  }

  /// A quoted string: quotes, backslashes and control characters escaped, everything else as it is.
  mutating func append(quoted string: String) {
    append(UInt8(ascii: "\""))
    // Nearly every text has nothing to escape; beyond ASCII, 0xC2 begins the controls, 0xE2 the line separators.
    var text = string
    let isPlain = text.withUTF8 { bytes in
      for byte in bytes where byte < 0x20 || [0x22, 0x5C, 0x7F, 0xC2, 0xE2].contains(byte) { return false }
      append(contentsOf: bytes)
      return true
    }
    if !isPlain { for scalar in string.unicodeScalars { append(escaping: scalar) } }
    append(UInt8(ascii: "\""))
  }

  private mutating func append(escaping scalar: Unicode.Scalar) {
    switch scalar {
    case "\"": append("\\\"")
    case "\\": append("\\\\")
    case "\n": append("\\n")
    case "\r": append("\\r")
    case "\t": append("\\t")
    case "\u{8}": append("\\b")
    case "\u{C}": append("\\f")
    case "\u{0}"..<"\u{20}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}":
      let digits = String(scalar.value, radix: 16)
      append("\\u" + String(repeating: "0", count: 4 - digits.count) + digits)
    default: if let encoded = UTF8.encode(scalar) { append(contentsOf: encoded) }
    }
  }
}

extension JSONValue {
  /// Null for nil.
  package init(_ string: String?) { self = string.map(JSONValue.string) ?? .null }

  /// Null for nil.
  package init(_ number: Int?) { self = number.map(JSONValue.int) ?? .null }
}
