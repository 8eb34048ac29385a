/// One step of a map's pattern, in which each star stands for one character or more.
///
/// Stars stand for as little as lets the rest fit. Each text between two stars is looked for once, where it first stands:
/// if any place lets the rest fit, the first does. So the time is that of reading the name, whatever the stars.
struct StepPattern {
  /// The texts around the stars: one more than there are stars.
  private let literals: [[UInt8]]

  init(_ pattern: Substring) {
    literals = pattern.utf8.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false).map(Array.init)
  }

  /// What the stars stand for in a name's step; nil if it does not fit.
  func match(_ name: Substring) -> [Substring]? {
    let bytes = Array(name.utf8)
    guard let first = literals.first, let last = literals.last, bytes.starts(with: first) else { return nil }
    guard literals.count > 1 else { return bytes.count == first.count ? [] : nil }
    var parts: [Substring] = []
    var start = first.count
    for literal in literals.dropFirst().dropLast() {
      guard let place = Self.place(of: literal, in: bytes, from: start + 1) else { return nil }
      parts.append(Self.text(bytes[start..<place]))
      start = place + literal.count
    }
    let end = bytes.count - last.count
    guard end > start, bytes[end...].elementsEqual(last) else { return nil }
    parts.append(Self.text(bytes[start..<end]))
    return parts
  }

  private static func text(_ bytes: ArraySlice<UInt8>) -> Substring {
    Substring(String(decoding: bytes, as: UTF8.self))
  }

  /// Where some bytes first stand, by the algorithm of Knuth, Morris and Pratt: each byte is compared at most twice.
  private static func place(of literal: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
    guard !literal.isEmpty else {
      // Between two stars: the first has a whole character.
      guard start <= bytes.count else { return nil }
      return bytes[start...].firstIndex { $0 & 0xC0 != 0x80 } ?? bytes.count
    }
    // How much of the literal's beginning is an end of what fitted so far.
    var borders = [0]
    for index in literal.indices.dropFirst() {
      var length = borders[index - 1]
      while length > 0, literal[length] != literal[index] { length = borders[length - 1] }
      borders.append(literal[length] == literal[index] ? length + 1 : 0)
    }
    var fitted = 0
    for index in bytes.indices.dropFirst(start) {
      while fitted > 0, literal[fitted] != bytes[index] { fitted = borders[fitted - 1] }
      if literal[fitted] == bytes[index] { fitted += 1 }
      if fitted == literal.count { return index + 1 - literal.count }
    }
    return nil
  }
}
