import Training

/// What is measured where images have several labels: counts over all images and labels, so that an epoch can be cut
/// anywhere, and, of a whole set, how well the scores of each label order the images.
package struct SeveralLabelMeasures: Hashable, Sendable {
  /// Labels that were given and are right, that were given and are wrong, and that were not given and would have been right.
  package var truePositives = 0
  package var falsePositives = 0
  package var falseNegatives = 0
  /// Images that were given exactly their labels.
  package var exact = 0
  /// The average precision of each class, nil for one that no image has; empty where it was not taken.
  package var averagePrecisions: [Double?] = []

  package init() {}

  /// Counts an image: its labels and those that it was given, both rising.
  package mutating func add(_ labels: [Int], given: [Int]) {
    let right = Set(labels).intersection(given).count
    truePositives += right
    falsePositives += given.count - right
    falseNegatives += labels.count - right
    if labels == given { exact += 1 }
  }

  /// The harmonic mean of precision and recall over all labels of all images together; 0 if nothing is there or given.
  package var microF1: Double {
    let all = 2 * truePositives + falsePositives + falseNegatives
    return all == 0 ? 0 : Double(2 * truePositives) / Double(all)
  }

  /// The mean of the classes' average precisions, of those that an image has; nil where there are none.
  package var meanAveragePrecision: Double? {
    let known = averagePrecisions.compactMap { $0 }
    return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
  }
}

/// The scores of a test's images, by which they are put in order for each label.
struct LabelScores {
  private let classes: Int
  /// Images × classes.
  private var scores: [Float] = []
  private var labels: [[Int]] = []

  init(classes: Int, images: Int) {
    self.classes = classes
    labels.reserveCapacity(images)
  }

  mutating func add(_ row: UnsafeBufferPointer<Float>, _ labels: [Int]) {
    scores += row
    self.labels.append(labels)
  }

  /// The average precision of each class; nil for one that no image has.
  var averagePrecisions: [Double?] {
    var members = Array(repeating: [Int](), count: classes)
    for (image, set) in labels.enumerated() { for label in set { members[label].append(image) } }
    return (0..<classes).map { label in
      guard !members[label].isEmpty else { return nil }
      var isPositive = Array(repeating: false, count: labels.count)
      for image in members[label] { isPositive[image] = true }
      return AveragePrecision.of(labels.indices.map { scores[$0 * classes + label] }, isPositive)
    }
  }
}
