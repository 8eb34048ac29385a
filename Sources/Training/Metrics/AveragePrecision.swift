/// How well the scores of a label put the images that have it before those that have not.
package enum AveragePrecision {
  /// The sum over thresholds, from the highest score down, of the precision times what recall grows by; 1 where all images
  /// that have the label come first. Equal scores are one threshold, as scikit-learn's `average_precision_score` has it, so
  /// that the order of images does not count. A score that is no number comes behind all others.
  ///
  /// - Parameters:
  ///   - scores: One of each image.
  ///   - isPositive: Whether each has the label.
  /// - Returns: Nil if no image has it.
  package static func of(_ scores: [Float], _ isPositive: [Bool]) -> Double? {
    let positives = isPositive.count { $0 }
    guard positives > 0 else { return nil }
    let sorted = zip(scores, isPositive).map { (score: $0.isNaN ? -.infinity : $0, isPositive: $1) }
      .sorted { $0.score > $1.score }
    var (seen, right, result) = (0, 0, 0.0)
    while seen < sorted.count {
      let threshold = sorted[seen].score
      let before = right
      while seen < sorted.count, sorted[seen].score == threshold {
        if sorted[seen].isPositive { right += 1 }
        seen += 1
      }
      result += Double(right - before) / Double(positives) * (Double(right) / Double(seen))
    }
    return result
  }
}
