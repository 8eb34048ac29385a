import Compression
import Testing

@testable import Weights

/// Deflate streams made by hand, bit by bit.
@Suite struct InflateTests {
  /// Writes bits, the lowest of a byte first.
  private struct Bits {
    var bytes: [UInt8] = []
    private var count = 0

    mutating func add(_ value: Int, _ width: Int) {
      for bit in 0..<width {
        if count.isMultiple(of: 8) { bytes.append(0) }
        bytes[count / 8] |= UInt8(value >> bit & 1) << UInt8(count % 8)
        count += 1
      }
    }
  }

  /// A block that brings its own codes, all of 286 + 30 that there are, and has nothing in it but its end.
  private static func emptyBlock(_ bits: inout Bits, isLast: Bool) {
    bits.add(isLast ? 1 : 0, 1)
    bits.add(2, 2)
    bits.add(29, 5)
    bits.add(29, 5)
    bits.add(15, 4)
    // The code of the lengths: 8 and 9 for the literals (226 and 60 of them), 4 and 5 for the distances (2 and 28).
    let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
    for length in order { bits.add([8, 9, 4, 5].contains(length) ? 2 : 0, 3) }
    // Codes in order of their symbols, 4 5 8 9: 00 01 10 11, the highest bit first.
    let codes = [4: 0, 5: 2, 8: 1, 9: 3]
    func length(_ value: Int) { bits.add(codes[value] ?? 0, 2) }
    for _ in 0..<226 { length(8) }
    for _ in 226..<286 { length(9) }
    for _ in 0..<2 { length(4) }
    for _ in 2..<30 { length(5) }
    // The symbol 256 is the 31st of 9 bits, behind 226 codes of 8.
    let code = 226 * 2 + (256 - 226)
    for bit in (0..<9).reversed() { bits.add(code >> bit & 1, 1) }
  }

  private static func emptyBlocks(_ count: Int) -> [UInt8] {
    var bits = Bits()
    for index in 0..<count { emptyBlock(&bits, isLast: index == count - 1) }
    return bits.bytes
  }

  private func inflate(_ bytes: [UInt8], limit: Int) -> Result<[UInt8], Inflate.Failure> {
    bytes.withUnsafeBytes { Inflate.decompress($0, limit: limit) }
  }

  @Test func blocksWithoutContent() throws {
    #expect(try inflate(Self.emptyBlocks(3), limit: 10).get() == [])
    // An entry of such blocks takes far more bytes than it holds: nothing is decompressed.
    let entry = ZipBuilder.Entry("a.npy", Self.emptyBlocks(1000)).with {
      $0.method = 8
      $0.size = 1000
    }
    expectError(ZipBuilder.archive([entry]), .limit, "bytes for the 1000 that it holds")
  }

  @Test func ends() throws {
    // A stored block of three bytes.
    let stored: [UInt8] = [1, 3, 0, 0xFC, 0xFF, 1, 2, 3]
    #expect(try inflate(stored, limit: 3).get() == [1, 2, 3])
    #expect(throws: Inflate.Failure.tooLong) { try inflate(stored, limit: 2).get() }
    #expect(throws: Inflate.Failure.ends) { try inflate(Array(stored.dropLast()), limit: 3).get() }
    #expect(throws: Inflate.Failure.ends) { try inflate([], limit: 3).get() }
    #expect(throws: Inflate.Failure.malformed) { try inflate([7, 0, 0], limit: 3).get() }
    #expect(try stored.withUnsafeBytes { Inflate.decompress($0, limit: 2, prefixOnly: true) }.get() == [1, 2])
  }
}
