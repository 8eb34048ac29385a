/// A JSON document as a tree; the members of objects in the order of the text.
enum JSONValue: Equatable, Sendable {
  case null
  case bool(Bool)
  /// A number without fraction and exponent.
  case int(Int)
  case double(Double)
  case string(String)
  case array([JSONValue])
  case object([JSONMember])

  /// What the value is, for messages.
  var kindDescription: String {
    switch self {
    case .null: "null"
    case .bool(let flag): String(flag)
    case .int(let number): String(number)
    case .double(let number): "\(number)"
    case .string(let text): "the text \"\(text.prefix(40))\""
    case .array: "a list"
    case .object: "an object"
    }
  }

  /// An object of the given members, those without a value left out.
  static func object(_ members: (String, JSONValue?)...) -> JSONValue {
    .object(members.compactMap { key, value in value.map { JSONMember(key: key, value: $0) } })
  }

  static func ints(_ numbers: [Int]) -> JSONValue { .array(numbers.map { .int($0) }) }
}

/// A key of an object with its value.
struct JSONMember: Equatable, Sendable {
  var key: String
  var value: JSONValue
}

extension JSONValue {
  /// The text on one line.
  var text: String {
    var result = ""
    write(into: &result)
    return result
  }

  private func write(into text: inout String) {
    switch self {
    case .null: text += "null"
    case .bool(let flag): text += flag ? "true" : "false"
    case .int(let number): text += String(number)
    case .double(let number): text += "\(number)"
    case .string(let string): Self.writeQuoted(string, into: &text)
    case .array(let values):
      text += "["
      for (index, value) in values.enumerated() {
        if index > 0 { text += "," }
        value.write(into: &text)
      }
      text += "]"
    case .object(let members):
      text += "{"
      for (index, member) in members.enumerated() {
        if index > 0 { text += "," }
        Self.writeQuoted(member.key, into: &text)
        text += ":"
        member.value.write(into: &text)
      }
      text += "}"
    }
  }

  private static func writeQuoted(_ string: String, into text: inout String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\t": text += "\\t"
      case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}":
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
