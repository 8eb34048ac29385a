/// Random numbers by counting: the number at an index depends on the seed, the tensor's name and the index alone.
///
/// So the order in which tensors are filled, and with how many threads, changes nothing. The mixing is splitmix64's
/// (Steele, Lea and Flood 2014), the hash of the name FNV-1a with 64 bits.
struct CounterGenerator {
  private let key: UInt64

  /// The numbers of a tensor.
  init(seed: UInt64, name: String) {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    key = Self.mix(hash ^ Self.mix(seed &+ Self.increment))
  }

  private static let increment: UInt64 = 0x9E37_79B9_7F4A_7C15

  /// 64 random bits.
  func bits(at index: Int) -> UInt64 { Self.mix(key &+ Self.increment &* (UInt64(index) &+ 1)) }

  /// Uniform in (0, 1), both ends excluded.
  func uniform(at index: Int) -> Double { (Double(bits(at: index) >> 11) + 0.5) * 0x1p-53 }

  private static func mix(_ value: UInt64) -> UInt64 {
    var x = value
    x = (x ^ (x >> 30)) &* 0xBF58_476D_1CE4_E5B9
    x = (x ^ (x >> 27)) &* 0x94D0_49BB_1331_11EB
    return x ^ (x >> 31)
  }
}
