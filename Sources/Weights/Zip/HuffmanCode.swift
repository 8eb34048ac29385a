/// A canonical Huffman code of deflate, as a table from the next 15 bits to the symbol.
struct HuffmanCode: Sendable {
  /// The symbol times 16 plus the code's length; 0 where no code begins so. Indexed by as many bits as the longest has.
  private let table: [UInt16]
  private let mask: UInt64

  /// The code whose symbols have these lengths, at most 15; nil if they contradict each other.
  init?(_ lengths: [UInt8]) {
    var counts = [Int](repeating: 0, count: 16)
    for length in lengths { counts[Int(length)] += 1 }
    counts[0] = 0
    let longest = counts.lastIndex { $0 > 0 } ?? 1
    var firstCodes = [Int](repeating: 0, count: 17)
    var free = 1
    for length in 1...15 {
      free = free * 2 - counts[length]
      if free < 0 { return nil }
      firstCodes[length + 1] = (firstCodes[length] + counts[length]) * 2
    }
    // An incomplete code is allowed only where there is one symbol or none.
    if free > 0, counts.reduce(0, +) > 1 { return nil }
    var table = [UInt16](repeating: 0, count: 1 << longest)
    for (symbol, length) in lengths.enumerated() where length > 0 {
      let length = Int(length)
      let code = firstCodes[length]
      firstCodes[length] += 1
      // Codes come with their first bit lowest.
      var reversed = 0
      for bit in 0..<length where code & (1 << bit) != 0 { reversed |= 1 << (length - 1 - bit) }
      for index in stride(from: reversed, to: table.count, by: 1 << length) {
        table[index] = UInt16(symbol << 4 | length)
      }
    }
    self.table = table
    mask = UInt64(table.count - 1)
  }

  /// The symbol that the bits begin with, and the length of its code.
  func symbol(for bits: UInt64) -> (symbol: Int, length: Int)? {
    let entry = table[Int(bits & mask)]
    return entry == 0 ? nil : (Int(entry >> 4), Int(entry & 15))
  }

  private init(checked lengths: [UInt8]) {
    self = HuffmanCode(lengths) ?? HuffmanCode(empty: ())
  }

  private init(empty: Void) {
    table = [0, 0]
    mask = 1
  }

  static let fixedLiterals = HuffmanCode(
    checked: [UInt8](repeating: 8, count: 144) + [UInt8](repeating: 9, count: 112) + [UInt8](repeating: 7, count: 24)
      + [UInt8](repeating: 8, count: 8))
  static let fixedDistances = HuffmanCode(checked: [UInt8](repeating: 5, count: 32))
}
