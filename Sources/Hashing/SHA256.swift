/// The hash of FIPS 180-4, by which a generated file knows its spec: of bytes that come in pieces.
package struct SHA256: Sendable {
  /// The first 32 and 64 primes' roots, as the standard defines them.
  private static let primes: [Int] = {
    var found: [Int] = []
    var candidate = 2
    while found.count < 64 {
      if found.allSatisfy({ !candidate.isMultiple(of: $0) }) { found.append(candidate) }
      candidate += 1
    }
    return found
  }()

  /// 32 bits of the fraction of a prime's square or cube root.
  private static func fraction(_ prime: Int, isCube: Bool) -> UInt32 {
    // The whole number below 2^32 times the root, found bit by bit with exact products.
    var root: UInt64 = 0
    for bit in stride(from: UInt64(36), through: 0, by: -1) {
      let candidate = root | (1 << bit)
      if isBelow(candidate, prime, isCube: isCube) { root = candidate }
    }
    return UInt32(truncatingIfNeeded: root)
  }

  /// Whether `(candidate / 2^32)` to the second or third power is at most the prime.
  private static func isBelow(_ candidate: UInt64, _ prime: Int, isCube: Bool) -> Bool {
    let square = candidate.multipliedFullWidth(by: candidate)
    if !isCube { return square.high < UInt64(prime) || square.high == UInt64(prime) && square.low == 0 }
    // candidate³ ≤ prime·2^96, with the square's 128 bits multiplied by 64.
    let low = square.low.multipliedFullWidth(by: candidate)
    let (middle, carry) = square.high.multipliedFullWidth(by: candidate).low.addingReportingOverflow(low.high)
    let high = square.high.multipliedFullWidth(by: candidate).high + (carry ? 1 : 0)
    return high == 0 && middle < UInt64(prime) << 32
  }

  private static let start = primes.prefix(8).map { fraction($0, isCube: false) }
  private static let constants = primes.map { fraction($0, isCube: true) }

  private var state = start
  /// What came behind the last whole block.
  private var rest: [UInt8] = []
  private var count: UInt64 = 0

  package init() {}

  /// Adds bytes behind those before.
  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    count += UInt64(bytes.count)
    var bytes = bytes[...]
    if !rest.isEmpty {
      let missing = min(64 - rest.count, bytes.count)
      rest += bytes.prefix(missing)
      bytes = bytes.dropFirst(missing)
      guard rest.count == 64 else { return }
      rest.withUnsafeBytes { Self.compress($0, &state) }
      rest.removeAll(keepingCapacity: true)
    }
    while bytes.count >= 64 {
      Self.compress(UnsafeRawBufferPointer(rebasing: bytes.prefix(64)), &state)
      bytes = bytes.dropFirst(64)
    }
    rest += bytes
  }

  /// The hash of what came so far, in hexadecimal digits.
  package var digest: String {
    var padded = self
    let length = 64 - (rest.count + 8) % 64
    let bits = (0..<8).map { UInt8(truncatingIfNeeded: (count * 8) >> (56 - 8 * UInt64($0))) }
    var end = [UInt8](repeating: 0, count: length) + bits
    end[0] = 0x80
    end.withUnsafeBytes { padded.update($0) }
    return padded.state.map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 8 - digits.count) + digits
    }.joined()
  }

  /// The hash in hexadecimal digits.
  package static func hash(_ text: some Sequence<UInt8>) -> String {
    var hash = SHA256()
    Array(text).withUnsafeBytes { hash.update($0) }
    return hash.digest
  }

  private static func compress(_ block: UnsafeRawBufferPointer, _ state: inout [UInt32]) {
    func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 { word >> count | word << (32 - count) }
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { words in
      for index in 0..<16 {
        words[index] = UInt32(bigEndian: block.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self))
      }
      for index in 16..<64 {
        let (a, b) = (words[index - 15], words[index - 2])
        let first = rotated(a, 7) ^ rotated(a, 18) ^ a >> 3
        let second = rotated(b, 17) ^ rotated(b, 19) ^ b >> 10
        words[index] = words[index - 16] &+ first &+ words[index - 7] &+ second
      }
      var (a, b, c, d) = (state[0], state[1], state[2], state[3])
      var (e, f, g, h) = (state[4], state[5], state[6], state[7])
      constants.withUnsafeBufferPointer { constants in
        for index in 0..<64 {
          let choice = e & f ^ ~e & g
          let majority = a & b ^ a & c ^ b & c
          let first =
            h &+ (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) &+ choice &+ constants[index] &+ words[index]
          let second = (rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) &+ majority
          (h, g, f, e, d, c, b, a) = (g, f, e, d &+ first, c, b, a, first &+ second)
        }
      }
      for (index, word) in [a, b, c, d, e, f, g, h].enumerated() { state[index] &+= word }
    }
  }
}
