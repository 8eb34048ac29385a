/// The hash FNV-1a of Fowler, Noll and Vo, 64 bits: against accidents, not against malice.
package struct FowlerNollVo: Hashable, Sendable {
  package private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

  /// The hash of a text's bytes in UTF-8.
  package init(_ text: some StringProtocol) { add(text) }

  /// Goes on with a text's bytes.
  package mutating func add(_ text: some StringProtocol) {
    for byte in text.utf8 { value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
  }

  /// Sixteen digits.
  package static func hexadecimal(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
