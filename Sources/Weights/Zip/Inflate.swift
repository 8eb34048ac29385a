/// Decompresses deflate (RFC 1951) into a buffer whose size is known beforehand, so that no input can make it grow.
struct Inflate {
  enum Failure: Error {
    /// The input ends too early.
    case ends
    /// The input is no deflate stream.
    case malformed
    /// The output has more bytes than it may.
    case tooLong
  }

  private let input: UnsafeRawBufferPointer
  private let limit: Int
  private let stopsAtLimit: Bool
  private var output: [UInt8] = []
  private var position = 0
  private var bits: UInt64 = 0
  private var bitCount = 0

  /// Decompresses everything, which must be at most `limit` bytes, or the first `limit` bytes only.
  static func decompress(
    _ input: UnsafeRawBufferPointer, limit: Int, prefixOnly: Bool = false
  ) -> Result<[UInt8], Failure> {
    var inflate = Inflate(input, limit: limit, stopsAtLimit: prefixOnly)
    do {
      try inflate.run()
      return .success(inflate.output)
    } catch {
      return .failure(error)
    }
  }

  private init(_ input: UnsafeRawBufferPointer, limit: Int, stopsAtLimit: Bool) {
    self.input = input
    self.limit = limit
    self.stopsAtLimit = stopsAtLimit
    // The output grows with what is really there; an announced size alone reserves little.
    output.reserveCapacity(min(limit, 1 << 20))
  }

  private var isDone: Bool { stopsAtLimit && output.count >= limit }

  private mutating func run() throws(Failure) {
    var isLast = false
    while !isLast, !isDone {
      isLast = try take(1) == 1
      switch try take(2) {
      case 0: try storedBlock()
      case 1: try compressedBlock(literals: .fixedLiterals, distances: .fixedDistances)
      case 2:
        let (literals, distances) = try readCodes()
        try compressedBlock(literals: literals, distances: distances)
      default: throw .malformed
      }
    }
  }

  private mutating func storedBlock() throws(Failure) {
    bits >>= UInt64(bitCount & 7)
    bitCount -= bitCount & 7
    let count = try take(16)
    guard try take(16) == ~count & 0xFFFF else { throw .malformed }
    for _ in 0..<count {
      if isDone { return }
      try append(UInt8(try take(8)))
    }
  }

  private mutating func compressedBlock(literals: HuffmanCode, distances: HuffmanCode) throws(Failure) {
    while !isDone {
      let symbol = try decode(literals)
      if symbol < 256 {
        try append(UInt8(symbol))
        continue
      }
      if symbol == 256 { return }
      guard symbol < 286 else { throw .malformed }
      let length = Self.lengthBases[symbol - 257] + (try take(Self.lengthBits[symbol - 257]))
      let code = try decode(distances)
      guard code < 30 else { throw .malformed }
      let distance = Self.distanceBases[code] + (try take(Self.distanceBits[code]))
      guard distance <= output.count else { throw .malformed }
      for _ in 0..<length {
        if isDone { return }
        try append(output[output.count - distance])
      }
    }
  }

  /// The codes of a block that brings its own.
  private mutating func readCodes() throws(Failure) -> (HuffmanCode, HuffmanCode) {
    let literalCount = try take(5) + 257
    let distanceCount = try take(5) + 1
    let lengthCount = try take(4) + 4
    guard literalCount <= 286, distanceCount <= 30 else { throw .malformed }
    var codeLengths = [UInt8](repeating: 0, count: 19)
    for index in 0..<lengthCount { codeLengths[Self.codeLengthOrder[index]] = UInt8(try take(3)) }
    guard let lengthCode = HuffmanCode(codeLengths) else { throw .malformed }
    var lengths: [UInt8] = []
    while lengths.count < literalCount + distanceCount {
      let symbol = try decode(lengthCode)
      switch symbol {
      case 0..<16: lengths.append(UInt8(symbol))
      case 16:
        guard let last = lengths.last else { throw .malformed }
        lengths += repeatElement(last, count: 3 + (try take(2)))
      case 17: lengths += repeatElement(0, count: 3 + (try take(3)))
      default: lengths += repeatElement(0, count: 11 + (try take(7)))
      }
    }
    guard lengths.count == literalCount + distanceCount, lengths[256] != 0,
      let literals = HuffmanCode(Array(lengths[..<literalCount])),
      let distances = HuffmanCode(Array(lengths[literalCount...]))
    else { throw .malformed }
    return (literals, distances)
  }

  private mutating func decode(_ code: HuffmanCode) throws(Failure) -> Int {
    fill()
    guard let (symbol, length) = code.symbol(for: bits) else { throw bitCount < 15 ? .ends : .malformed }
    guard length <= bitCount else { throw .ends }
    bits >>= UInt64(length)
    bitCount -= length
    return symbol
  }

  private mutating func take(_ count: Int) throws(Failure) -> Int {
    if bitCount < count { fill() }
    guard bitCount >= count else { throw .ends }
    defer {
      bits >>= UInt64(count)
      bitCount -= count
    }
    return Int(bits & (1 << UInt64(count) - 1))
  }

  private mutating func fill() {
    while bitCount <= 48, position < input.count {
      bits |= UInt64(input[position]) << UInt64(bitCount)
      bitCount += 8
      position += 1
    }
  }

  private mutating func append(_ byte: UInt8) throws(Failure) {
    guard output.count < limit else { throw .tooLong }
    output.append(byte)
  }

  private static let codeLengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
  private static let lengthBits = [
    0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
  ]
  private static let lengthBases = [
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
  ]
  private static let distanceBits = [
    0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
  ]
  private static let distanceBases = [
    1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145,
    8193, 12289, 16385, 24577,
  ]
}
