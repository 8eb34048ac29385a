/// Numbers that look random and are the same for a seed on every machine (Steele et al. 2014, SplitMix).
struct RandomSource: RandomNumberGenerator {
  private var state: UInt64

  /// Starts far from where other seeds do: neighbours would draw the same numbers, shifted by one.
  init(seed: UInt64) {
    state = seed &+ 0x1234_5678_9ABC_DEF1
    state = next() ^ (seed &<< 32)
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A whole number of a range.
  mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

  /// True once in `count` times.
  mutating func once(in count: Int) -> Bool { number(1...count) == 1 }

  /// An element of a list that has some.
  mutating func pick<Element>(_ list: [Element]) -> Element { list[number(0...list.count - 1)] }
}
