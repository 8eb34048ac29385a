/// Which classes a network holds for likeliest.
public enum Ranking {
  /// How many classes come before a label's by their scores: 0 if it is the likeliest. Of equal scores the first class
  /// comes first; a score that is no number comes before all, so that it never counts as right.
  package static func rank<Scalar: BinaryFloatingPoint>(of label: Int, in scores: UnsafeBufferPointer<Scalar>) -> Int {
    let score = scores[label]
    guard !score.isNaN else { return scores.count }
    var before = 0
    for (index, other) in scores.enumerated() where index != label {
      if other.isNaN || other > score || (other == score && index < label) { before += 1 }
    }
    return before
  }
}

/// How often each class was taken for each other.
public struct ConfusionMatrix: Hashable, Sendable {
  /// The number of classes.
  public let classes: Int
  /// How often an image of class `row` was given class `column`, row by row.
  public private(set) var counts: [Int]

  /// A matrix of zeros.
  public init(classes: Int) {
    self.classes = classes
    counts = Array(repeating: 0, count: classes * classes)
  }

  /// Counts an image of a class that was given another, or the same.
  public mutating func count(_ actual: Int, as predicted: Int) { counts[actual * classes + predicted] += 1 }

  /// How often an image of a class was given another.
  public subscript(actual: Int, predicted: Int) -> Int { counts[actual * classes + predicted] }

  /// How many images were counted.
  public var total: Int { counts.reduce(0, +) }

  /// The share of images that were given their class; nil without images.
  public var accuracy: Double? {
    total == 0 ? nil : Double((0..<classes).reduce(0) { $0 + self[$1, $1] }) / Double(total)
  }

  /// Of the images that were given a class, the share that are of it; nil if none were.
  public func precision(of label: Int) -> Double? {
    share(self[label, label], of: (0..<classes).reduce(0) { $0 + self[$1, label] })
  }

  /// Of the images of a class, the share that were given it; nil if there are none.
  public func recall(of label: Int) -> Double? {
    share(self[label, label], of: (0..<classes).reduce(0) { $0 + self[label, $1] })
  }

  private func share(_ part: Int, of whole: Int) -> Double? { whole == 0 ? nil : Double(part) / Double(whole) }
}
