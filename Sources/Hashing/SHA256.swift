/// The hash of FIPS 180-4, by which a generated file knows its spec.
package enum SHA256 {
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

  /// The hash in hexadecimal digits.
  package static func hash(_ text: some Sequence<UInt8>) -> String {
    var message = Array(text)
    let bits = UInt64(message.count) * 8
    message.append(0x80)
    while message.count % 64 != 56 { message.append(0) }
    message += (0..<8).map { UInt8(truncatingIfNeeded: bits >> (56 - 8 * UInt64($0))) }
    var state = start
    for block in stride(from: 0, to: message.count, by: 64) { compress(message[block..<block + 64], &state) }
    return state.map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 8 - digits.count) + digits
    }.joined()
  }

  private static func compress(_ block: ArraySlice<UInt8>, _ state: inout [UInt32]) {
    func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 { word >> count | word << (32 - count) }
    var words = (0..<16).map { index in
      (0..<4).reduce(UInt32(0)) { $0 << 8 | UInt32(block[block.startIndex + 4 * index + $1]) }
    }
    for index in 16..<64 {
      let (a, b) = (words[index - 15], words[index - 2])
      let first = rotated(a, 7) ^ rotated(a, 18) ^ a >> 3
      let second = rotated(b, 17) ^ rotated(b, 19) ^ b >> 10
      words.append(words[index - 16] &+ first &+ words[index - 7] &+ second)
    }
    var s = state
    for index in 0..<64 {
      let choice = s[4] & s[5] ^ ~s[4] & s[6]
      let majority = s[0] & s[1] ^ s[0] & s[2] ^ s[1] & s[2]
      let first =
        s[7] &+ (rotated(s[4], 6) ^ rotated(s[4], 11) ^ rotated(s[4], 25)) &+ choice &+ constants[index]
        &+ words[index]
      let second = (rotated(s[0], 2) ^ rotated(s[0], 13) ^ rotated(s[0], 22)) &+ majority
      s = [first &+ second, s[0], s[1], s[2], s[3] &+ first, s[4], s[5], s[6]]
    }
    for index in 0..<8 { state[index] &+= s[index] }
  }
}
