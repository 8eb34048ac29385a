/// The bound on combining marks of texts from outside.
///
/// Comparing and hashing texts sorts the marks of a character, which takes a time that grows with their square.
package enum CombiningMarks {
  /// The marks of a character, at most: what the Unicode Standard calls stream-safe text (Annex #15, D4).
  package static let limit = 30

  /// The offset in bytes of the first mark beyond the limit of one character; nil for nearly every text.
  package static func offsetBeyondLimit(in bytes: some Collection<UInt8>) -> Int? {
    // Below U+0300 there are no marks: a text without such bytes is not decoded.
    // Over a buffer, for a collection of any kind is asked for each byte.
    let mayHaveMarks = bytes.withContiguousStorageIfAvailable { buffer in buffer.contains { $0 >= 0xCC } }
    guard mayHaveMarks ?? bytes.contains(where: { $0 >= 0xCC }) else { return nil }
    var offset = 0
    var marks = 0
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      let isMark = scalar.value >= 0x300 && scalar.properties.canonicalCombiningClass != .notReordered
      marks = isMark ? marks + 1 : 0
      if marks > limit { return offset }
      offset += UTF8.width(scalar)
    }
    return nil
  }
}
