import Testing

@testable import Pictures

/// Ranges that are raised, against a list that is walked through.
@Suite struct RangeMaximumTests {
  @Test(arguments: 1...9) func isWhatAListSays(_ count: Int) {
    var random = SystemRandomNumberGenerator()
    var list = (0..<count).map { Double($0 * 7 % 5) }
    var tree = RangeMaximum(list)
    for _ in 0..<50 {
      let first = Int.random(in: 0..<count, using: &random)
      let range = first...Int.random(in: first..<count, using: &random)
      #expect(tree.maximum(of: range) == list[range].max())
      let value = Double(Int.random(in: 0..<20, using: &random))
      tree.raise(range, to: value)
      for index in range { list[index] = max(list[index], value) }
    }
  }
}
