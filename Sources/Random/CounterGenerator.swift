import Hashing

/// Random numbers by counting: the number at an index depends on what the generator was made for and the index alone.
///
/// So nothing that draws has a state: the order of draws, the number of threads and where a run was resumed change
/// nothing. The mixing is splitmix64's (Steele, Lea and Flood 2014), the hash of a name FNV-1a with 64 bits.
package struct CounterGenerator: Hashable, Sendable {
  private let key: UInt64

  /// The numbers of a name, such as a tensor's.
  package init(seed: UInt64, name: String) {
    key = Self.mix(FowlerNollVo(name).value ^ Self.mix(seed &+ Self.increment))
  }

  private init(key: UInt64) { self.key = key }

  /// The numbers of a place within what this generator is for: an epoch, then an image of it.
  package func at(_ place: Int) -> CounterGenerator {
    CounterGenerator(key: Self.mix(Self.mix(key) ^ Self.mix(UInt64(bitPattern: Int64(place)) &+ Self.increment)))
  }

  /// What the state grows by from one index to the next.
  package static let increment: UInt64 = 0x9E37_79B9_7F4A_7C15

  /// What the bits at an index are mixed from.
  package func state(at index: Int) -> UInt64 { key &+ Self.increment &* (UInt64(bitPattern: Int64(index)) &+ 1) }

  /// 64 random bits.
  package func bits(at index: Int) -> UInt64 { Self.mix(state(at: index)) }

  /// Uniform in (0, 1), both ends excluded.
  package func uniform(at index: Int) -> Double { Self.uniform(bits(at: index) >> 11) }

  /// The uniform number that the upper 53 bits give.
  private static func uniform(_ bits: UInt64) -> Double { (Double(bits) + 0.5) * 0x1p-53 }

  /// The least upper 53 bits whose uniform number is no less than a bound; 2⁵³ if all are less.
  package static func threshold(_ bound: Double) -> UInt64 {
    var (low, high): (UInt64, UInt64) = (0, 1 << 53)
    while low < high {
      let middle = (low + high) / 2
      if uniform(middle) >= bound { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// Standard normal.
  package func normal(at index: Int) -> Double { inverseNormal(uniform(at: index)) }

  /// Uniform among 0, …, `bound` − 1, for a positive bound; what 64 bits cannot share out evenly is below 2⁻⁶⁴ × bound.
  package func integer(below bound: Int, at index: Int) -> Int {
    precondition(bound > 0, "there is no number to draw")
    return Int(bits(at: index).multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// A permutation of 0, …, `count` − 1, each as likely as the others: Fisher and Yates's, in Durstenfeld's order.
  package func permutation(of count: Int) -> [Int] {
    var order = Array(0..<count)
    for last in stride(from: count - 1, to: 0, by: -1) { order.swapAt(last, integer(below: last + 1, at: last)) }
    return order
  }

  private static func mix(_ value: UInt64) -> UInt64 {
    var x = value
    x = (x ^ (x >> 30)) &* 0xBF58_476D_1CE4_E5B9
    x = (x ^ (x >> 27)) &* 0x94D0_49BB_1331_11EB
    return x ^ (x >> 31)
  }
}
