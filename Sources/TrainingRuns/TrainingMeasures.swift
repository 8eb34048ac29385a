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
  /// What is counted in place of those two where images have several labels; nil where they have one each.
  package var several: SeveralLabelMeasures?

  package init() {}

  package var meanLoss: Double { images > 0 ? loss / Double(images) : .nan }
  package var top1: Double { images > 0 ? Double(first) / Double(images) : .nan }
  package var top5: Double { images > 0 ? Double(firstFive) / Double(images) : .nan }

  /// What weights are chosen by: top-1, or of several labels an image the mean average precision.
  package var score: Double { several.map { $0.meanAveragePrecision ?? 0 } ?? top1 }

  /// The share of images that were given exactly their labels.
  package var exactMatch: Double? { several.map { images > 0 ? Double($0.exact) / Double(images) : .nan } }

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

  /// Adds a batch of images with several labels: its mean loss, and for each image what the network gave and which labels
  /// are right.
  ///
  /// - Parameter threshold: What a label's score is above where the network gives the label.
  package mutating func add(loss: Double, outputs: Tensor, labels: [[Int]], threshold: Float) {
    images += labels.count
    self.loss += loss * Double(labels.count)
    let classes = outputs.count / max(1, labels.count)
    var several = several ?? SeveralLabelMeasures()
    outputs.withUnsafeBufferPointer { scores in
      for (index, set) in labels.enumerated() {
        let row = UnsafeBufferPointer(rebasing: scores[index * classes..<(index + 1) * classes])
        several.add(set, given: row.indices.filter { row[$0] > threshold })
      }
    }
    self.several = several
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
