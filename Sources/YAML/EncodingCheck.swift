import Diagnostics
import Hashing

/// Checks that a file is UTF-8 text without control characters, before libyaml sees it.
enum EncodingCheck {
  /// The first fault of the bytes, if there is one.
  static func finding(in bytes: [UInt8], source: SourceID) -> Diagnostic? {
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      return diagnostic("the file is UTF-16; save it as UTF-8", at: 0, in: bytes, source: source)
    }
    if let offset = bytes.firstIndex(where: { $0 < 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D || $0 == 0x7F }) {
      let code = String(bytes[offset], radix: 16, uppercase: true)
      return diagnostic(
        "a control character (byte 0x\(code)) stands in the text", at: offset, in: bytes, source: source)
    }
    if let offset = firstInvalidOffset(in: bytes) {
      return diagnostic("the text is not valid UTF-8", at: offset, in: bytes, source: source)
    }
    if let offset = CombiningMarks.offsetBeyondLimit(in: bytes) {
      return diagnostic(
        "more than \(CombiningMarks.limit) combining marks stand on one character", at: offset, in: bytes,
        source: source)
    }
    return nil
  }

  private static func diagnostic(_ message: String, at offset: Int, in bytes: [UInt8], source: SourceID) -> Diagnostic {
    let lines = SourceFile.lineStarts(in: bytes[..<offset])
    let column = bytes[(lines.last ?? 0)..<offset].count { $0 & 0xC0 != 0x80 } + 1
    let start = Position(line: lines.count, column: column)
    return Diagnostic(.encoding, message, at: Span(source: source, start: start, end: start.advanced(by: 1)))
  }

  /// The offset of the first byte that no UTF-8 text has there.
  private static func firstInvalidOffset(in bytes: [UInt8]) -> Int? {
    var offset = 0
    while offset < bytes.count {
      let byte = bytes[offset]
      if byte < 0x80 {
        offset += 1
        continue
      }
      let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2
      guard (0xC2...0xF4).contains(byte), offset + length <= bytes.count else { return offset }
      // The second byte's range excludes overlong forms, surrogates and what lies past U+10FFFF.
      let second: ClosedRange<UInt8> =
        switch byte {
        case 0xE0: 0xA0...0xBF
        case 0xED: 0x80...0x9F
        case 0xF0: 0x90...0xBF
        case 0xF4: 0x80...0x8F
        default: 0x80...0xBF
        }
      guard second.contains(bytes[offset + 1]) else { return offset }
      for next in bytes[(offset + 1)..<(offset + length)].dropFirst() where next & 0xC0 != 0x80 { return offset }
      offset += length
    }
    return nil
  }
}
