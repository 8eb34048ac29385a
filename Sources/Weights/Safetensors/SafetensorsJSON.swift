/// The few forms of JSON that stand in a safetensors header.
struct SafetensorsJSON {
  let file: FileBytes
  let bytes: [UInt8]
  /// Where the first byte is in the file.
  let start: Int
  private var position = 0

  init(file: FileBytes, bytes: [UInt8], start: Int) {
    self.file = file
    self.bytes = bytes
    self.start = start
  }

  /// The position in the file.
  var offset: Int { start + position }

  func error(_ message: String) -> WeightError { file.malformed("in the header: \(message)", at: offset) }

  mutating func expect(_ character: Character) throws(WeightError) {
    skipSpace()
    guard position < bytes.count, bytes[position] == character.asciiValue else {
      throw error("'\(character)' is expected, \(found) found")
    }
    position += 1
  }

  /// Whether another element follows; passes over the comma before it, or the closing bracket.
  mutating func hasNext(isFirst: inout Bool, close: Character) throws(WeightError) -> Bool {
    skipSpace()
    if position < bytes.count, bytes[position] == close.asciiValue {
      position += 1
      return false
    }
    if !isFirst {
      try expect(",")
    }
    isFirst = false
    return true
  }

  mutating func key() throws(WeightError) -> String {
    let key = try string()
    try expect(":")
    return key
  }

  mutating func string() throws(WeightError) -> String {
    try expect("\"")
    var content: [UInt8] = []
    while position < bytes.count {
      let byte = bytes[position]
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        guard let text = String(strictUTF8: content) else { throw error("a text is not UTF-8, or stacks marks") }
        return text
      case UInt8(ascii: "\\"): content += try escape()
      case 0..<0x20: throw error("a text has a control character")
      default:
        content.append(byte)
        position += 1
      }
    }
    throw error("a text does not end")
  }

  /// An array of numbers, none negative.
  mutating func integers() throws(WeightError) -> [Int] {
    try expect("[")
    var result: [Int] = []
    var isFirst = true
    while try hasNext(isFirst: &isFirst, close: "]") {
      guard result.count < 32 else { throw error("a list has more than 32 numbers") }
      result.append(try integer())
    }
    return result
  }

  /// Nothing but spaces may follow.
  mutating func end() throws(WeightError) {
    skipSpace()
    guard position == bytes.count else { throw error("the end is expected, \(found) found") }
  }

  private mutating func integer() throws(WeightError) -> Int {
    skipSpace()
    let first = position
    while position < bytes.count, (0x30...0x39).contains(bytes[position]) { position += 1 }
    let digits = bytes[first..<position]
    guard !digits.isEmpty, digits.count == 1 || digits.first != 0x30 else {
      throw error("a number that is whole and not negative is expected, \(found) found")
    }
    guard let number = Int(String(decoding: digits, as: UTF8.self)) else { throw error("a number is too large") }
    return number
  }

  private mutating func escape() throws(WeightError) -> [UInt8] {
    position += 1
    guard position < bytes.count else { throw error("a text does not end") }
    let letter = bytes[position]
    position += 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [letter]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "u"):
      var code = UInt32(try codeUnit())
      if (0xD800..<0xDC00).contains(code), position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
        bytes[position + 1] == UInt8(ascii: "u")
      {
        position += 2
        let low = UInt32(try codeUnit())
        guard (0xDC00..<0xE000).contains(low) else { throw error("a text has half of a surrogate pair") }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else { throw error("a text has half of a surrogate pair") }
      return Array(String(scalar).utf8)
    default: throw error("a text has an unknown escape")
    }
  }

  private mutating func codeUnit() throws(WeightError) -> UInt16 {
    let digits = bytes[position..<min(position + 4, bytes.count)]
    guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw error("\\u needs four digits") }
    position += 4
    return unit
  }

  private mutating func skipSpace() {
    while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
  }

  private var found: String {
    position < bytes.count ? quoted(String(Unicode.Scalar(bytes[position]))) : "the end"
  }
}
