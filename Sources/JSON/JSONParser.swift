import Hashing

/// Parses JSON as RFC 8259 has it, within bounds, and without lenience: a key twice in an object is an error.
package struct JSONParser {
  /// The bounds that hostile text runs into.
  enum Limit {
    static let bytes = 256 << 20
    /// Lists and objects within each other; each quotient of a formula takes three.
    static let depth = 256
  }

  private let bytes: [UInt8]
  private var offset = 0
  private var depth = 0

  /// Whether texts are taken as other programs write them: half a surrogate pair becomes U+FFFD, any number of combining
  /// marks may stand on a character, and of a key that occurs twice both members are kept.
  private let isLenient: Bool

  private init(_ bytes: [UInt8], isLenient: Bool) {
    self.bytes = bytes
    self.isLenient = isLenient
  }

  /// The value of a text; `isLenient` is for messages whose texts are a person's, such as a document in an editor.
  ///
  /// - Throws: `JSONError` for what is no JSON or beyond the bounds.
  package static func parse(_ bytes: [UInt8], isLenient: Bool = false) throws(JSONError) -> JSONValue {
    guard bytes.count <= Limit.bytes else {
      throw JSONError("the text is larger than \(Limit.bytes >> 20) MiB", at: "")
    }
    var parser = JSONParser(bytes, isLenient: isLenient)
    let value = try parser.value()
    parser.skipSpace()
    guard parser.offset == bytes.count else { throw parser.failure("something follows the end of the document") }
    return value
  }

  private func failure(_ message: String) -> JSONError {
    let before = bytes[..<min(offset, bytes.count)]
    let line = before.count { $0 == UInt8(ascii: "\n") } + 1
    let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    return JSONError(message, at: "line \(line), column \(before.count - lineStart + 1)")
  }

  private var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  private mutating func skipSpace() {
    while let byte = next, [0x20, 0x0A, 0x0D, 0x09].contains(byte) { offset += 1 }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: character) else { return false }
    offset += 1
    return true
  }

  private mutating func value() throws(JSONError) -> JSONValue {
    skipSpace()
    switch next {
    case nil: throw failure("the text ends where a value belongs")
    case UInt8(ascii: "{"): return try nested { (parser) throws(JSONError) in try parser.object() }
    case UInt8(ascii: "["): return try nested { (parser) throws(JSONError) in try parser.array() }
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return try number()
    }
  }

  private mutating func nested(
    _ parse: (inout JSONParser) throws(JSONError) -> JSONValue
  ) throws(JSONError) -> JSONValue {
    depth += 1
    guard depth <= Limit.depth else { throw failure("lists and objects nest more than \(Limit.depth) deep") }
    offset += 1
    let result = try parse(&self)
    depth -= 1
    return result
  }

  private mutating func word(_ word: String, _ value: JSONValue) throws(JSONError) -> JSONValue {
    guard bytes[offset...].starts(with: word.utf8) else { throw failure("a value begins with an unexpected character") }
    offset += word.utf8.count
    return value
  }

  private mutating func array() throws(JSONError) -> JSONValue {
    var values: [JSONValue] = []
    skipSpace()
    if take("]") { return .array([]) }
    while true {
      values.append(try value())
      skipSpace()
      if take("]") { return .array(values) }
      guard take(",") else { throw failure("',' or ']' belongs here") }
    }
  }

  private mutating func object() throws(JSONError) -> JSONValue {
    var members: [(String, JSONValue)] = []
    var keys: Set<ByteName> = []
    skipSpace()
    if take("}") { return .object([]) }
    while true {
      skipSpace()
      guard next == UInt8(ascii: "\"") else { throw failure("a key in quotes belongs here") }
      let key = try string()
      guard isLenient || keys.insert(ByteName(key)).inserted else {
        throw failure("the key \"\(key.beginning)\" occurs twice")
      }
      skipSpace()
      guard take(":") else { throw failure("':' belongs here") }
      members.append((key, try value()))
      skipSpace()
      if take("}") { return .object(members) }
      guard take(",") else { throw failure("',' or '}' belongs here") }
    }
  }

  // MARK: Numbers

  private mutating func digits() -> Int {
    let start = offset
    while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { offset += 1 }
    return offset - start
  }

  private mutating func number() throws(JSONError) -> JSONValue {
    let start = offset
    _ = take("-")
    let hasLeadingZero = next == UInt8(ascii: "0")
    let count = digits()
    guard count > 0 else {
      offset = start
      throw failure("a value begins with an unexpected character")
    }
    if hasLeadingZero, count > 1 { throw failure("a number has leading zeros") }
    var isWhole = true
    if take(".") {
      isWhole = false
      guard digits() > 0 else { throw failure("digits belong behind the point") }
    }
    if take("e") || take("E") {
      isWhole = false
      if !take("+") { _ = take("-") }
      guard digits() > 0 else { throw failure("digits belong in the exponent") }
    }
    let text = String(decoding: bytes[start..<offset], as: UTF8.self)
    if isWhole {
      guard let number = Int(text) else { throw failure("\(text.beginning) does not fit in 64 bits") }
      return .int(number)
    }
    guard let number = Double(text), number.isFinite else { throw failure("\(text.beginning) is too large") }
    return .double(number)
  }

  // MARK: Strings

  private mutating func string() throws(JSONError) -> String {
    offset += 1
    var text: [UInt8] = []
    while let byte = next {
      switch byte {
      case UInt8(ascii: "\""):
        offset += 1
        let string = String(decoding: text, as: UTF8.self)
        guard string.utf8.elementsEqual(text) else { throw failure("the text is not UTF-8") }
        guard isLenient || CombiningMarks.offsetBeyondLimit(in: text) == nil else {
          throw failure("more than \(CombiningMarks.limit) combining marks stand on one character")
        }
        return string
      case UInt8(ascii: "\\"):
        offset += 1
        text.append(contentsOf: String(Character(try escaped())).utf8)
      case 0..<0x20: throw failure("a control character stands in a text")
      default:
        text.append(byte)
        offset += 1
      }
    }
    throw failure("a text does not end")
  }

  private static let simpleEscapes: [UInt8: Unicode.Scalar] = [
    UInt8(ascii: "\""): "\"", UInt8(ascii: "\\"): "\\", UInt8(ascii: "/"): "/", UInt8(ascii: "b"): "\u{8}",
    UInt8(ascii: "f"): "\u{C}", UInt8(ascii: "n"): "\n", UInt8(ascii: "r"): "\r", UInt8(ascii: "t"): "\t",
  ]

  private mutating func escaped() throws(JSONError) -> Unicode.Scalar {
    if let byte = next, let scalar = Self.simpleEscapes[byte] {
      offset += 1
      return scalar
    }
    guard take("u") else { throw failure("an unknown escape stands in a text") }
    let first = try codeUnit()
    if UTF16.isLeadSurrogate(first), bytes[offset...].starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]) {
      let afterFirst = offset
      offset += 2
      let second = try codeUnit()
      guard UTF16.isTrailSurrogate(second) else {
        guard isLenient else { throw failure("half a character is escaped") }
        offset = afterFirst
        return "\u{FFFD}"
      }
      let value = (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00)
      guard let scalar = Unicode.Scalar(0x10000 + value) else { throw failure("half a character is escaped") }
      return scalar
    }
    guard let scalar = Unicode.Scalar(first) ?? (isLenient ? "\u{FFFD}" : nil) else {
      throw failure("half a character is escaped")
    }
    return scalar
  }

  private mutating func codeUnit() throws(JSONError) -> UInt16 {
    let end = offset + 4
    guard end <= bytes.count else { throw failure("four digits belong behind \\u") }
    let digits = bytes[offset..<end]
    guard digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw failure("four digits belong behind \\u") }
    offset = end
    return unit
  }
}
