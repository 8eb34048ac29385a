extension PythonNames {
  /// The names in code that do not follow a dot, texts and comments left out.
  package static func used(in code: String) -> Set<String> {
    var result: Set<String> = []
    let bytes = Array(code.utf8)
    var position = 0
    func isLetter(_ byte: UInt8) -> Bool {
      (65...90).contains(byte) || (97...122).contains(byte) || (48...57).contains(byte) || byte == 95
    }
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        position = end(ofTextAt: position, bytes)
      } else if byte == UInt8(ascii: "#") {
        while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
      } else if isLetter(byte) {
        let start = position
        while position < bytes.count, isLetter(bytes[position]) { position += 1 }
        if start == 0 || bytes[start - 1] != UInt8(ascii: ".") {
          result.insert(String(decoding: bytes[start..<position], as: UTF8.self))
        }
      } else {
        position += 1
      }
    }
    return result
  }

  /// The position behind a text.
  private static func end(ofTextAt start: Int, _ bytes: [UInt8]) -> Int {
    let quote = bytes[start]
    let isLong = bytes[start...].starts(with: [quote, quote, quote])
    var position = start + (isLong ? 3 : 1)
    while position < bytes.count {
      if bytes[position] == UInt8(ascii: "\\") {
        position += 2
      } else if bytes[position] == quote, !isLong || bytes[position...].starts(with: [quote, quote, quote]) {
        return position + (isLong ? 3 : 1)
      } else {
        position += 1
      }
    }
    return position
  }
}
