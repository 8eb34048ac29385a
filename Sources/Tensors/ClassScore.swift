/// A class with its probability.
package struct ClassScore: Equatable, Sendable {
  /// The class's place in the network's output, from 0.
  package var index: Int
  package var probability: Float

  package init(index: Int, probability: Float) {
    self.index = index
    self.probability = probability
  }
}

extension Collection<Float> {
  /// The likeliest classes of a vector of probabilities, at most `count`, the likeliest first; of equal ones the first
  /// in the vector, and NaN behind all.
  package func likeliest(_ count: Int) -> [ClassScore] {
    let scores = enumerated().map { ClassScore(index: $0.offset, probability: $0.element) }
    func rank(_ score: ClassScore) -> Float { score.probability.isNaN ? -.infinity : score.probability }
    return Array(
      scores.sorted { rank($0) != rank($1) ? rank($0) > rank($1) : $0.index < $1.index }.prefix(Swift.max(0, count)))
  }
}
