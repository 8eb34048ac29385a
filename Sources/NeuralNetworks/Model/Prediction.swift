import Tensors

/// A class with its probability.
public struct Prediction: Hashable, Sendable {
  /// The class's place in the network's output, from 0.
  public var index: Int
  /// From 0 to 1, for outputs that are probabilities.
  public var probability: Float

  /// A class with its probability.
  public init(index: Int, probability: Float) {
    self.index = index
    self.probability = probability
  }
}

extension Tensor {
  /// The likeliest classes of each image, the likeliest first, for probabilities `[N, classes]`.
  ///
  ///     let best = softmax(model(image)).likeliest(5)[0]
  public func likeliest(_ count: Int) -> [[Prediction]] {
    precondition(rank >= 2, "classes are [N, classes], not \(shape)")
    let classes = self.count / max(1, shape[0])
    let elements = elements
    return (0..<shape[0]).map { image in
      let row = elements[image * classes..<(image + 1) * classes].enumerated().map {
        Prediction(index: $0.offset, probability: $0.element)
      }
      // NaN is behind all others; of equal ones the first comes first.
      func rank(_ prediction: Prediction) -> Float {
        prediction.probability.isNaN ? -.infinity : prediction.probability
      }
      let sorted = row.sorted { rank($0) != rank($1) ? rank($0) > rank($1) : $0.index < $1.index }
      return Array(sorted.prefix(max(0, count)))
    }
  }
}
