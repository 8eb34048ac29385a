import Hashing

/// Reads a part of a file from front to back; to read beyond the part's end is an error with the position.
struct ByteReader {
  let file: FileBytes
  private(set) var offset: Int
  let end: Int

  /// A reader of a range, which must lie within the file.
  init(_ file: FileBytes, _ range: Range<Int>) {
    self.file = file
    offset = range.lowerBound
    end = min(range.upperBound, file.count)
  }

  var remaining: Int { end - offset }

  /// The range of the next bytes, passed over.
  mutating func skip(_ count: Int, _ what: String) throws(WeightError) -> Range<Int> {
    guard count >= 0, count <= remaining else {
      throw file.malformed(
        "ends within \(what): \(count) bytes are announced, \(max(0, remaining)) are left", at: offset)
    }
    defer { offset += count }
    return offset..<(offset + count)
  }

  /// A little-endian number, which may stand alone between bytes that are not looked at with it.
  mutating func number<Number: FixedWidthInteger>(
    _ type: Number.Type = Number.self, _ what: String, standsAlone: Bool = false
  ) throws(WeightError) -> Number {
    let range = try skip(MemoryLayout<Number>.size, what)
    guard let value = file.number(type, at: range.lowerBound, standsAlone: standsAlone) else {
      throw file.malformed("ends within \(what)")
    }
    return value
  }

  /// Some bytes, copied.
  mutating func bytes(_ count: Int, _ what: String) throws(WeightError) -> [UInt8] {
    file.copy(try skip(count, what)) ?? []
  }

  /// Text in UTF-8.
  mutating func text(_ count: Int, _ what: String) throws(WeightError) -> String {
    let start = offset
    guard let text = String(strictUTF8: try bytes(count, what)) else {
      throw file.malformed("\(what) is not UTF-8", at: start)
    }
    return text
  }

  /// The text up to a line feed, which is passed over; at most 256 bytes.
  mutating func line(_ what: String) throws(WeightError) -> String {
    let start = offset
    while offset < end, offset - start <= 256 {
      if file.number(UInt8.self, at: offset) == 0x0A {
        defer { offset += 1 }
        guard let text = file.copy(start..<offset).flatMap({ String(strictUTF8: $0) }) else { break }
        return text
      }
      offset += 1
    }
    throw file.malformed("\(what) is no line of text", at: start)
  }
}

extension String {
  /// The text, if the bytes are UTF-8 without characters that would take long to compare.
  init?(strictUTF8 bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    // Ill-formed bytes become replacement characters, which differ from what was there.
    guard text.utf8.elementsEqual(bytes), CombiningMarks.offsetBeyondLimit(in: bytes) == nil else { return nil }
    self = text
  }
}
