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
      elements[image * classes..<(image + 1) * classes].likeliest(count).map {
        Prediction(index: $0.index, probability: $0.probability)
      }
    }
  }
}
