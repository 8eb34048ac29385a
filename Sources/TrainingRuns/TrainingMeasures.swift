import Tensors
import Training

/// What is measured of images as they go through a network: sums, so that an epoch can be cut anywhere.
package struct TrainingMeasures: Hashable, Sendable {
  /// The losses of all images, added.
  package var loss = 0.0
  package var images = 0
  /// How many images' classes were the likeliest, and among the likeliest five.
  package var first = 0
  package var firstFive = 0

  package init() {}

  package var meanLoss: Double { images > 0 ? loss / Double(images) : .nan }
  package var top1: Double { images > 0 ? Double(first) / Double(images) : .nan }
  package var top5: Double { images > 0 ? Double(firstFive) / Double(images) : .nan }

  /// Adds a batch: its mean loss, and for each of its images what the network gave and which class is right.
  ///
  /// - Parameter smallerIsLikelier: Whether outputs are distances.
  package mutating func add(loss: Double, outputs: Tensor, labels: [Int], smallerIsLikelier: Bool) {
    images += labels.count
    self.loss += loss * Double(labels.count)
    for rank in Self.ranks(outputs, labels: labels, smallerIsLikelier: smallerIsLikelier) {
      if rank < 1 { first += 1 }
      if rank < 5 { firstFive += 1 }
    }
  }

  /// How many classes come before each image's own.
  static func ranks(_ outputs: Tensor, labels: [Int], smallerIsLikelier: Bool) -> [Int] {
    let classes = outputs.count / max(1, labels.count)
    let scores = smallerIsLikelier ? outputs.elements.map { -$0 } : outputs.elements
    return scores.withUnsafeBufferPointer { scores in
      labels.enumerated().map { index, label in
        Ranking.rank(
          of: label, in: UnsafeBufferPointer(rebasing: scores[index * classes..<(index + 1) * classes]))
      }
    }
  }
}
